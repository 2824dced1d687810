//! Log headers in plain text. In: a text freed of its wrapper. Out: where its message begins, and time, level, logger,
//! thread and pid of the header before it.
//!
//! Three families, told apart by the first byte: a timestamp first, something in brackets first, a level first. A text
//! that begins with white space has no header: it continues something.

mod cursor;
mod dashes;
mod dotnet;
mod layouts;
mod metadata;
mod perl;
mod ruby;
mod sequence;
mod servers;
mod shapes;

use super::time::TimeContext;
use super::{Header, Meta, fixed, words};
use crate::bounds::HEADER_WORD_BYTES_MAX;
use crate::config::layout::Format;
use crate::level::Level;
use shapes::{is_dotted, is_logger, is_name, number, split_name, text};

/// The header at the start of a text.
#[must_use]
pub fn header(text: &[u8], context: &TimeContext) -> Option<Header> {
    if let Some(layout) = &context.layout {
        let own = layout.header.as_ref();
        if let Some(found) = own.and_then(|own| fixed::header(text, own, context)) {
            return Some(found);
        }
        if matches!(layout.format, Format::Json | Format::Logfmt) {
            return None;
        }
    }
    let first = *text
        .first()
        .filter(|b| b.is_ascii_alphanumeric() || **b == b'[' || **b >= 0x80)?;
    let mut reader = Reader::of(text);
    match first {
        b'0'..=b'9' => reader.number_first(context),
        b'[' => reader
            .bracket_first(context)
            .or_else(|| reader.again().threaded())
            .or_else(|| reader.again().named_go(context))
            .or_else(|| reader.again().dancer(context)),
        b'I' | b'W' | b'E' | b'F' if text.get(1).is_some_and(u8::is_ascii_digit) => {
            reader.glog(context)
        }
        b'A'..=b'Z' if Reader::is_ruby(text) => reader.ruby_logger(context),
        b'A'..=b'Z' => reader
            .level_first(context)
            .or_else(|| reader.again().word_first(context)),
        b'a'..=b'z' => reader
            .extensions_logging()
            .or_else(|| reader.again().word_first(context)),
        _ => reader.word_first(context),
    }?;
    // A time of day alone may be anything; a date, or a level, makes a header.
    (reader.dated || reader.meta.level.is_some()).then(|| reader.header())
}

/// Apache's header, which only what is no trace is asked for: PHP prints its own through it, with lines that have none.
#[must_use]
pub fn apache(text: &[u8], context: &TimeContext) -> Option<Header> {
    let mut reader = Reader::of(text);
    reader.apache(context)?;
    Some(reader.header())
}

/// Does the text begin like [`apache`]'s header?
#[must_use]
pub fn begins_like_apache(text: &[u8]) -> bool {
    let at = |places: &[usize], byte: u8| places.iter().all(|at| text.get(*at) == Some(&byte));
    at(&[0], b'[') && at(&[4, 8, 11], b' ') && at(&[14, 17], b':')
}

/// The second line of a header whose first one goes on (java.util.logging's `SEVERE: message`): its level, if it is known,
/// and where the message begins.
#[must_use]
pub fn second_line(text: &[u8]) -> Option<(Option<Level>, usize)> {
    let head = text.get(..HEADER_WORD_BYTES_MAX).unwrap_or(text);
    let colon =
        memchr::memmem::find(head, b": ").or_else(|| head.strip_suffix(b":").map(<[u8]>::len))?;
    let word = text.get(..colon).filter(|w| !w.is_empty())?;
    Some((words::java_level(word), (colon + 2).min(text.len())))
}

fn ends_in_year(text: &[u8]) -> bool {
    let digits = text.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    digits == 4
}

/// uvicorn pads `LEVEL:` to this column.
const UVICORN_COLUMN: usize = 10;

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    dated: bool,
    goes_on: bool,
    meta: Meta,
}

impl<'a> Reader<'a> {
    /// A reader at the start of the text, which nothing is known of.
    fn of(text: &'a [u8]) -> Self {
        Self {
            text,
            at: 0,
            dated: false,
            goes_on: false,
            meta: Meta::default(),
        }
    }

    /// What was read so far as a header.
    fn header(self) -> Header {
        Header {
            message_at: self.at.min(self.text.len()),
            goes_on: self.goes_on,
            meta: self.meta,
        }
    }

    /// The same reader at the start of its text.
    fn again(&mut self) -> &mut Self {
        self.at = 0;
        self.dated = false;
        self.meta = Meta::default();
        self
    }

    fn number_first(&mut self, context: &TimeContext) -> Option<()> {
        if self.time_first(context).is_some() {
            return Some(());
        }
        match self.text.get(1..3)? {
            [b':', _] | [_, b':'] => self.kitchen(),
            _ if self.text.get(..12).is_some_and(|t| t.contains(&b'[')) => self.elapsed(),
            // A month as a number and a word: `11月 20, 2026 …`.
            _ => self.word_first(context),
        }
    }

    /// A text that begins with a word that is no level.
    fn word_first(&mut self, context: &TimeContext) -> Option<()> {
        let head = self.text.get(..24).unwrap_or(self.text);
        let at = memchr::memchr3(b',', b'[', b'/', head)?;
        match head.get(at) {
            Some(b',') => self.java_util_logging(context),
            Some(b'[') => self.logrus(),
            // The slash of a date, not of a path.
            Some(b'/') if head.get(..at).is_some_and(ends_in_year) => self.named_go(context),
            _ => None,
        }
    }

    /// `2026-11-20 15:49:24,580 …`
    fn time_first(&mut self, context: &TimeContext) -> Option<()> {
        self.stamp(context)?;
        if self.rest().starts_with(b"\t") && self.tabs().is_some() {
            return Some(());
        }
        if self.take(b": ").is_some() || self.postgres().is_some() {
            return Some(());
        }
        if self.rest().starts_with(b" pid=") && self.sidekiq().is_some() {
            return Some(());
        }
        if self.rest().starts_with(b"|") && self.nlog().is_some() {
            return Some(());
        }
        if self.log4perl().is_some() {
            return Some(());
        }
        let mark = self.at;
        if self.take(b" ").is_some() && self.extensions_logging().is_some() {
            return Some(());
        }
        self.at = mark;
        if self.text.get(2) == Some(&b'-') && self.tomcat().is_some() {
            return Some(());
        }
        self.at = mark;
        if self.rest().starts_with(b" | ") {
            self.pipes();
        } else if self.rest().starts_with(b" - ") {
            self.dashes();
        } else {
            self.words();
        }
        Some(())
    }

    /// `[2026-11-20 15:49:24,580] …`, `[2026-11-20 15:49:24,580: ERROR/MainProcess] …`, `[2026-11-20T15:49:24Z ERROR shop] …`,
    /// `[ERROR] …`.
    fn bracket_first(&mut self, context: &TimeContext) -> Option<()> {
        self.at = 1;
        if self.stamp(context).is_some() {
            if self.rest().starts_with(b": ") {
                self.at += 2;
                self.level_and_process();
            } else if self.env_logger().is_some() {
                return Some(());
            }
        } else {
            self.level_and_process()?;
        }
        if self.dated {
            self.zone_name();
        } else {
            self.serilog();
        }
        self.take(b"]")?;
        if self.dated && (self.monolog().is_some() || self.php_fpm().is_some()) {
            return Some(());
        }
        if self.meta.time.is_none() && self.take(b" ").is_some() && self.stamp(context).is_none() {
            self.at -= 1;
        }
        self.words();
        Some(())
    }

    /// `ERROR:logger:…`, `ERROR:    …`, `ERROR 2026-11-20 15:49:28,845 module 27534 …`, `ERROR [logger] …`.
    fn level_first(&mut self, context: &TimeContext) -> Option<()> {
        let word = self.letters();
        self.meta.level = Some(words::upper_level(word)?);
        self.at = word.len();
        if self.take(b":").is_some() {
            return self.behind_level_colon();
        }
        if self.rest().starts_with(b"|") {
            return self.logger_pipe();
        }
        self.take(b" ")?;
        // log4j's `%p - %m`; shorter words than levels begin other texts.
        if word.len() > 3 && self.take(b"- ").is_some() {
            return Some(());
        }
        if self.stamp(context).is_some() {
            self.module_and_process();
            self.words();
            return Some(());
        }
        let spaces = self.rest().iter().take_while(|b| **b == b' ').count();
        self.at += spaces;
        let named = self.bracketed().is_some_and(is_name);
        let (name, behind) = self.name();
        let colon = !name.is_empty() && behind.starts_with(b": ") && is_logger(name);
        if named || colon || (is_dotted(name) && behind.starts_with(b" - ")) {
            self.words();
            return Some(());
        }
        self.stamp_in_brackets(context)?;
        self.words();
        Some(())
    }

    /// Dropwizard, Akka: `ERROR [2026-11-20 15:49:24,580] com.acme.Orders: message`.
    fn stamp_in_brackets(&mut self, context: &TimeContext) -> Option<()> {
        self.take(b"[")?;
        self.stamp(context)?;
        self.take(b"]")
    }

    fn behind_level_colon(&mut self) -> Option<()> {
        let spaces = self.rest().iter().take_while(|b| **b == b' ').count();
        if spaces > 0 {
            self.at += spaces;
            return (self.at == UVICORN_COLUMN).then_some(());
        }
        self.logger_colon()
    }

    /// `logger:` without a space behind it, as Python's basicConfig prints it.
    fn logger_colon(&mut self) -> Option<()> {
        let end = self
            .rest()
            .iter()
            .take(HEADER_WORD_BYTES_MAX * 2)
            .position(|b| *b == b':' || *b == b' ')?;
        let name = self.rest().get(..end).filter(|n| !n.is_empty())?;
        if self.rest().get(end) != Some(&b':') {
            return None;
        }
        self.meta.logger = text(name);
        self.at += end + 1;
        Some(())
    }

    /// `ERROR|logger|message`, as Python's loggers are told to print it.
    fn logger_pipe(&mut self) -> Option<()> {
        let name = split_name(self.rest().get(1..)?).0;
        let parted = self.rest().get(1 + name.len()) == Some(&b'|');
        (parted && is_name(name)).then_some(())?;
        self.meta.logger = text(name);
        self.at += name.len() + 2;
        Some(())
    }

    /// Django's verbose layout: the module (which is not the logger) and the ids of process and thread.
    fn module_and_process(&mut self) {
        let mark = self.at;
        self.skip_spaces();
        let (name, behind) = self.name();
        let digits = behind.get(1..).unwrap_or_default();
        let pid_len = digits.iter().take_while(|b| b.is_ascii_digit()).count();
        if name.is_empty() || pid_len == 0 || behind.first() != Some(&b' ') {
            self.at = mark;
            return;
        }
        self.meta.pid = digits.get(..pid_len).and_then(number);
        self.at += name.len() + 1 + pid_len;
        let thread = self.rest().get(1..).unwrap_or_default();
        let thread_len = thread.iter().take_while(|b| b.is_ascii_digit()).count();
        if thread_len >= 8 && thread.get(thread_len) == Some(&b' ') {
            self.meta.thread = thread.get(..thread_len).and_then(text);
            self.at += 1 + thread_len;
        }
    }

    /// `ERROR`, `ERROR/ForkPoolWorker-1`.
    fn level_and_process(&mut self) -> Option<()> {
        let word = self.letters();
        self.meta.level = Some(words::level(word)?);
        self.at += word.len();
        if self.take(b"/").is_some() {
            let (name, _) = self.name();
            self.meta
                .fields
                .extend(text(name).map(|n| ("process".to_owned(), n.into())));
            self.at += name.len();
        }
        Some(())
    }
}

#[cfg(test)]
mod tests;
