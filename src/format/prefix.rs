//! Prefixes that stand before each line of a stream: syslog, compose, pm2, kubectl, logcat, and these within each other. In:
//! a text. Out: where the text behind its prefixes begins, the key of its stream, and what the prefixes say.
//!
//! Reading one allocates nothing and looks at no more than its own bytes: it is done for every line while a trace is open,
//! and most lines show by their first byte that they have none.

mod container;
mod logcat;
mod syslog;

use std::borrow::Cow;

use crate::bounds::{FIELD_BYTES_MAX, FIELDS_MAX, PREFIX_TEXT_BYTES_MAX, PREFIXES_MAX};
use crate::config::layout::Format;
use crate::level::Level;

use super::Meta;
use super::time::{self, TimeContext};

/// One prefix, as slices of the line. What it does not say is empty.
#[derive(Debug, Clone, Copy, Default)]
struct Prefix<'a> {
    /// Bytes up to the text.
    len: usize,
    /// Hash of what names the stream.
    key: u64,
    time: &'a [u8],
    level: Option<Level>,
    logger: &'a [u8],
    thread: &'a [u8],
    pid: &'a [u8],
    /// Host and identifier of a syslog line.
    host: &'a [u8],
    ident: &'a [u8],
    /// Structured data of RFC 5424.
    data: &'a [u8],
    /// The text may hold control characters written out as syslog daemons do.
    escaped: bool,
    /// Was a blank before the text taken for the daemon's? Only one that is there, or is not, tells.
    spaced: Option<bool>,
}

/// The prefixes of one line.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Prefixes<'a> {
    found: [Option<Prefix<'a>>; PREFIXES_MAX],
    /// Bytes up to the text.
    pub(super) len: usize,
    /// Hash of what names the stream.
    pub(super) key: u64,
}

/// Reads the prefixes of a text, the outermost first; `None` where there is none.
pub(super) fn read(text: &[u8], format: Format) -> Option<Prefixes<'_>> {
    let text = text.get(..PREFIX_TEXT_BYTES_MAX).unwrap_or(text);
    let mut next = Some(one(text, format)?);
    let mut all = Prefixes::default();
    for place in &mut all.found {
        let Some(prefix) = next.take() else { break };
        all.len += prefix.len;
        all.key = within(all.key, prefix.key);
        *place = Some(prefix);
        next = one(text.get(all.len..).unwrap_or_default(), format);
    }
    Some(all)
}

/// The key alone; 0 where there is no prefix.
pub(super) fn key(text: &[u8], format: Format) -> u64 {
    let text = text.get(..PREFIX_TEXT_BYTES_MAX).unwrap_or(text);
    let (mut at, mut key) = (0, 0);
    for _ in 0..PREFIXES_MAX {
        let Some(prefix) = one(text.get(at..).unwrap_or_default(), format) else {
            break;
        };
        at += prefix.len;
        key = within(key, prefix.key);
    }
    key
}

/// The key of a stream within another; that of a stream within none is its own.
pub(super) fn within(outer: u64, inner: u64) -> u64 {
    if outer == 0 || inner == 0 {
        return outer | inner;
    }
    (outer.rotate_left(5) ^ inner)
        .wrapping_mul(0x0100_0000_01b3)
        .max(1)
}

/// The prefix at the start of a text: of any kind, or of the one that the app says there is.
fn one(text: &[u8], format: Format) -> Option<Prefix<'_>> {
    let coloured = || container::coloured(text).filter(|_| text.first() == Some(&0x1b));
    match format {
        // A container's line may hold any of them.
        Format::Auto | Format::Cri | Format::Docker => sniffed(text),
        Format::Syslog => match text.first()? {
            b'<' => syslog::with_priority(text),
            b'0'..=b'9' => syslog::numbered(text),
            _ => syslog::month_first(text),
        },
        Format::Compose => container::named(text).or_else(coloured),
        Format::Pm2 => container::pm2(text).or_else(coloured),
        Format::Kubectl => container::kubectl(text).or_else(coloured),
        Format::Logcat => logcat::dated(text).or_else(|| logcat::brief(text)),
        Format::Plain | Format::Json | Format::Logfmt => None,
    }
}

fn sniffed(text: &[u8]) -> Option<Prefix<'_>> {
    match text.first()? {
        b'<' => syslog::with_priority(text),
        // A date with its year: nearly every line of a plain log.
        b'0'..=b'9' if text.get(4) == Some(&b'-') => match text.get(10)? {
            b'T' => syslog::numbered(text),
            _ if text.get(19) == Some(&b'.') && text.get(24) != Some(&b'[') => logcat::dated(text),
            _ => None,
        },
        b'0'..=b'9' => container::pm2(text)
            .or_else(|| logcat::dated(text))
            .or_else(|| syslog::numbered(text)),
        b'[' => container::kubectl(text),
        b'A'..=b'Z' | b'a'..=b'z' => match text.get(1) {
            Some(b'/') => logcat::brief(text),
            _ => syslog::month_first(text).or_else(|| container::compose(text)),
        },
        0x1b => container::coloured(text),
        _ => None,
    }
}

impl Prefixes<'_> {
    /// May the text hold control characters written out (`#011`)?
    pub(super) fn escaped(&self) -> bool {
        self.found.iter().flatten().any(|p| p.escaped)
    }

    /// Was a blank before the text taken for the innermost's?
    pub(super) fn spaced(&self) -> Option<bool> {
        self.found.iter().flatten().next_back()?.spaced
    }

    /// What the prefixes say, the inner before the outer. The stream is not filled in.
    pub(super) fn meta(&self, context: &TimeContext) -> Meta {
        let metas = self.found.iter().flatten().map(|p| p.meta(context));
        metas
            .reduce(|outer, inner| inner.over(outer))
            .unwrap_or_default()
    }
}

impl Prefix<'_> {
    fn meta(&self, context: &TimeContext) -> Meta {
        let mut meta = Meta {
            stream: 0,
            time: time::stamp(self.time, context).map(|s| s.time),
            level: self.level,
            logger: text(self.logger),
            thread: text(self.thread),
            pid: text(self.pid).and_then(|digits| digits.parse().ok()),
            fields: syslog::data_fields(self.data),
            host: None,
            route: 0,
            spaced: None,
        };
        for (name, value) in [("syslog_host", self.host), ("syslog_ident", self.ident)] {
            meta.fields
                .extend(text(value).map(|value| (name.to_owned(), value.into())));
        }
        meta.fields.truncate(FIELDS_MAX);
        meta
    }
}

fn text(bytes: &[u8]) -> Option<String> {
    if bytes.is_empty() || bytes.len() > FIELD_BYTES_MAX {
        return None;
    }
    std::str::from_utf8(bytes).ok().map(str::to_owned)
}

/// The text with the control characters that a syslog daemon wrote out (`#011`, `#033`, `^I` before it) put back. Newlines
/// (`#012`) stay: what they part is told later.
pub(super) fn controls(text: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    let octal = memchr::memmem::find(&text, b"#0").is_some();
    if !octal && !text.starts_with(b"^I") {
        return text;
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut rest: &[u8] = &text;
    while let Some(behind) = rest.strip_prefix(b"^I") {
        plain.push(b'\t');
        rest = behind;
    }
    while let Some(at) = memchr::memchr(b'#', rest) {
        let (before, escape) = rest.split_at(at);
        plain.extend_from_slice(before);
        let (byte, len) = control(escape);
        plain.push(byte);
        rest = escape.get(len..).unwrap_or_default();
    }
    plain.extend_from_slice(rest);
    Cow::Owned(plain)
}

/// The byte that `#ooo` stands for, if it is a control character other than a newline, and the length of its name.
fn control(escape: &[u8]) -> (u8, usize) {
    match escape.get(1..4) {
        Some(&[b'0', high @ b'0'..=b'3', low @ b'0'..=b'7']) => {
            let byte = (high - b'0') * 8 + (low - b'0');
            if matches!(byte, b'\n' | b'\r') {
                (b'#', 1)
            } else {
                (byte, 4)
            }
        }
        _ => (b'#', 1),
    }
}

#[cfg(test)]
mod tests;
