//! Headers whose parts are parted by dashes or bars. In: a reader behind the timestamp. Out: the same at the message.

use super::Reader;
use super::shapes::{is_name, number, text};
use crate::bounds::{HEADER_WORD_BYTES_MAX, HEADER_WORDS_MAX};
use crate::format::words;

impl Reader<'_> {
    /// loguru: ` | ERROR    | module:function:14 - message`.
    pub(super) fn pipes(&mut self) {
        for _ in 0..HEADER_WORDS_MAX {
            if self.take(b" | ").is_none() {
                break;
            }
            let Some(end) = memchr::memmem::find(self.head(), b" | ") else {
                break;
            };
            let field = self.rest().get(..end).unwrap_or_default().trim_ascii();
            match words::level(field) {
                Some(level) if self.meta.level.is_none() => self.meta.level = Some(level),
                _ if self.meta.level.is_none() && is_name(field) => self.meta.logger = text(field),
                _ => break,
            }
            self.at += end;
        }
        let Some(dash) = memchr::memmem::find(self.head(), b" - ") else {
            return;
        };
        let place = self.rest().get(..dash).unwrap_or_default();
        let mut parts = place.rsplitn(3, |b| *b == b':');
        if let (Some(line), Some(_), Some(module)) = (parts.next(), parts.next(), parts.next())
            && line.iter().all(u8::is_ascii_digit)
            && is_name(module)
        {
            self.meta.logger = text(module);
            self.at += dash + 3;
        }
    }

    /// ` - name - ERROR - message`, in any order of name and level.
    pub(super) fn dashes(&mut self) {
        let start = self.at + 3;
        self.at = start;
        for _ in 0..4 {
            let Some(end) = memchr::memmem::find(self.head(), b" - ") else {
                break;
            };
            let field = self.rest().get(..end).unwrap_or_default().trim_ascii();
            match words::level(field) {
                Some(level) if self.meta.level.is_none() => self.meta.level = Some(level),
                _ if is_name(field) && self.meta.logger.is_none() => self.meta.logger = text(field),
                _ if self.meta.level.is_none() && field.iter().all(u8::is_ascii_digit) => {
                    self.meta.pid = number(field);
                }
                _ => break,
            }
            self.at += end + 3;
        }
        if self.meta.level.is_none() {
            // `time - message - with dashes`, `time - ERROR: message`.
            self.meta.logger = None;
            self.at = start;
            self.words_from_here();
        }
    }
}

/// Length of `--` or `-key="value"-` of logback 1.3 and later, which stands between logger and message.
pub(super) fn pairs_in_dashes(text: &[u8]) -> Option<usize> {
    if text.starts_with(b"-- ") {
        return Some(2);
    }
    let inner = text.strip_prefix(b"-")?;
    let inner = inner.get(..8 * HEADER_WORD_BYTES_MAX).unwrap_or(inner);
    let end = memchr::memmem::find(inner, b"- ")?;
    let pairs = inner.get(..end)?;
    (pairs.contains(&b'=') && pairs.first() != Some(&b' ')).then_some(end + 2)
}
