//! Log headers in plain text. In: a text freed of its wrapper. Out: where its message begins, and time, level, logger,
//! thread and pid of the header before it.
//!
//! Three families, told apart by the first byte: a timestamp first, something in brackets first, a level first. A text
//! that begins with white space has no header: it continues something.

mod cursor;
mod layouts;
mod shapes;

use super::time::TimeContext;
use super::{Header, Meta, words};
use crate::bounds::{HEADER_WORD_BYTES_MAX, HEADER_WORDS_MAX};
use shapes::{is_dotted, is_logger, is_name, level_before, number, split_name, text};

/// The header at the start of a text.
#[must_use]
pub fn header(text: &[u8], context: &TimeContext) -> Option<Header> {
    let first = *text
        .first()
        .filter(|b| matches!(b, b'0'..=b'9' | b'[' | b'A'..=b'Z'))?;
    let mut reader = Reader {
        text,
        at: 0,
        dated: false,
        meta: Meta::default(),
    };
    match first {
        b'0'..=b'9' => reader.time_first(context),
        b'[' => reader.bracket_first(context),
        b'I' | b'W' | b'E' | b'F' if text.get(1).is_some_and(u8::is_ascii_digit) => {
            reader.glog(context)
        }
        _ => reader.level_first(context),
    }?;
    // A time of day alone may be anything; a date, or a level, makes a header.
    (reader.dated || reader.meta.level.is_some()).then(|| Header {
        message_at: reader.at.min(text.len()),
        meta: reader.meta,
    })
}

/// uvicorn pads `LEVEL:` to this column.
const UVICORN_COLUMN: usize = 10;

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    dated: bool,
    meta: Meta,
}

/// What the reader of words does next.
enum Next {
    Word,
    Message,
}

impl Reader<'_> {
    /// `2026-11-20 15:49:24,580 …`
    fn time_first(&mut self, context: &TimeContext) -> Option<()> {
        self.stamp(context)?;
        if self.rest().starts_with(b" | ") {
            self.pipes();
        } else if self.rest().starts_with(b" - ") {
            self.dashes();
        } else {
            self.words();
        }
        Some(())
    }

    /// `[2026-11-20 15:49:24,580] …`, `[2026-11-20 15:49:24,580: ERROR/MainProcess] …`, `[ERROR] …`.
    fn bracket_first(&mut self, context: &TimeContext) -> Option<()> {
        self.at = 1;
        if self.stamp(context).is_some() {
            if self.rest().starts_with(b": ") {
                self.at += 2;
                self.level_and_process();
            }
        } else {
            self.level_and_process()?;
        }
        self.take(b"]")?;
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
        self.take(b" ")?;
        if self.stamp(context).is_some() {
            self.module_and_process();
            self.words();
            return Some(());
        }
        let spaces = self.rest().iter().take_while(|b| **b == b' ').count();
        self.at += spaces;
        let named = self.bracketed().is_some_and(is_name);
        let (name, behind) = self.name();
        if named || (!name.is_empty() && behind.starts_with(b": ") && is_logger(name)) {
            self.words();
            return Some(());
        }
        None
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

    /// loguru: ` | ERROR    | module:function:14 - message`.
    fn pipes(&mut self) {
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
    fn dashes(&mut self) {
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

    /// The words between a timestamp and the message.
    fn words(&mut self) {
        self.words_from_here();
        let _ = self.take(b" ");
    }

    fn words_from_here(&mut self) {
        for _ in 0..HEADER_WORDS_MAX {
            let mark = self.at;
            self.skip_spaces();
            let next = match self.rest().first() {
                Some(b'[') => self.in_brackets(),
                Some(b'(') => self.in_parentheses(),
                Some(b'-' | b'|') if self.rest().get(1) == Some(&b' ') => {
                    self.at += 1;
                    self.behind_dash();
                    return;
                }
                Some(b) if b.is_ascii_alphabetic() || *b == b'_' => self.word(),
                _ => None,
            };
            match next {
                Some(Next::Word) => {}
                Some(Next::Message) => return,
                None => {
                    self.at = mark;
                    return;
                }
            }
        }
    }

    /// `[1003]`, `[ERROR]`, `[shop.worker]`, `[http-nio-8080-exec-1]`.
    fn in_brackets(&mut self) -> Option<Next> {
        let inner = self.bracketed()?;
        if inner.iter().all(u8::is_ascii_digit) && !inner.is_empty() {
            self.meta.pid = number(inner);
        } else if let (None, Some(level)) = (self.meta.level, words::level(inner)) {
            self.meta.level = Some(level);
        } else if is_name(inner) {
            let place = match (self.meta.level, inner.contains(&b'.')) {
                (None, false) => &mut self.meta.thread,
                _ if self.meta.logger.is_none() => &mut self.meta.logger,
                _ => &mut self.meta.thread,
            };
            *place = text(inner);
        } else {
            return None;
        }
        self.at += inner.len() + 2;
        let _ = self.take(b":");
        Some(Next::Word)
    }

    /// `(api/123):`
    fn in_parentheses(&mut self) -> Option<Next> {
        let end = memchr::memmem::find(self.head(), b"): ")?;
        let inner = self.rest().get(1..end)?;
        if inner.len() > HEADER_WORD_BYTES_MAX || inner.contains(&b' ') {
            return None;
        }
        self.at += end + 2;
        Some(Next::Message)
    }

    /// A name and another dash may stand between a dash and the message.
    fn behind_dash(&mut self) {
        let (name, behind) = self.rest().get(1..).map(split_name).unwrap_or_default();
        if self.meta.logger.is_none() && is_name(name) && behind.starts_with(b" - ") {
            self.meta.logger = text(name);
            self.at += 1 + name.len() + 2;
        }
    }

    fn word(&mut self) -> Option<Next> {
        let (name, behind) = self.name();
        if self.meta.level.is_none()
            && let Some(level) = level_before(name, behind)
        {
            self.meta.level = Some(level);
            self.at += name.len();
            if self.take(b":").is_some() && !self.rest().starts_with(b" ") {
                let _ = self.logger_colon();
                return Some(Next::Message);
            }
            return Some(Next::Word);
        }
        if name == b"in" && self.meta.level.is_some() {
            return self.in_module(behind);
        }
        self.logger_word(name, behind)
    }

    /// Flask: `ERROR in module: message`. The module is not the logger.
    fn in_module(&mut self, behind: &[u8]) -> Option<Next> {
        let (module, colon) = split_name(behind.get(1..)?);
        if module.is_empty() || !colon.starts_with(b": ") {
            return None;
        }
        self.at += 3 + module.len() + 1;
        Some(Next::Message)
    }

    /// `app.http.server: message`, `com.acme.Orders - message`, `shop.worker message`.
    fn logger_word(&mut self, name: &[u8], behind: &[u8]) -> Option<Next> {
        if self.meta.logger.is_some() || self.meta.level.is_none() {
            return None;
        }
        let separator = if behind.starts_with(b": ") && is_logger(name) {
            1
        } else if behind.starts_with(b" - ") && is_name(name) {
            2
        } else if behind.starts_with(b" ") && is_dotted(name) {
            0
        } else {
            return None;
        };
        self.meta.logger = text(name);
        self.at += name.len() + separator;
        Some(Next::Message)
    }
}

#[cfg(test)]
mod tests;
