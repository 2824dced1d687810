//! The words between a timestamp or a level and the message, in the order in which they stand.

use super::Reader;
use super::dashes::pairs_in_dashes;
use super::shapes::{is_dotted, is_logger, is_name, level_before, number, split_name, text};
use crate::bounds::{HEADER_WORD_BYTES_MAX, HEADER_WORDS_MAX};
use crate::format::words;

/// What the reader of words does next.
enum Next {
    Word,
    Message,
}

impl Reader<'_> {
    /// The words between a timestamp and the message.
    pub(super) fn words(&mut self) {
        self.words_from_here();
        let _ = self.take(b" ");
        self.fastcgi();
    }

    pub(super) fn words_from_here(&mut self) {
        for _ in 0..HEADER_WORDS_MAX {
            let mark = self.at;
            self.skip_spaces();
            let next = match self.rest().first() {
                Some(b'[') if self.at - mark > 1 && self.is_key() => None,
                Some(b'[') => self.in_brackets(),
                Some(b'(') => self.in_parentheses(),
                Some(b'-' | b'|') if self.rest().get(1) == Some(&b' ') => {
                    self.at += 1;
                    self.behind_dash();
                    return;
                }
                Some(b'0'..=b'9' | b'-')
                    if self.meta.level.is_some() && self.meta.pid.is_none() =>
                {
                    self.spring().map(|()| Next::Message)
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

    /// `    [cause]: Error: x`, an indented line of a message, which nothing but a time stands before.
    fn is_key(&self) -> bool {
        let behind = |inner: &[u8]| self.rest().get(inner.len() + 2..);
        self.meta.level.is_none()
            && self
                .bracketed()
                .is_some_and(|inner| behind(inner).is_some_and(|b| b.starts_with(b": ")))
    }

    /// `[1003]`, `[ERROR]`, `[shop.worker]`, `[http-nio-8080-exec-1]`.
    fn in_brackets(&mut self) -> Option<Next> {
        let whole = self.bracketed()?;
        let inner = whole.trim_ascii();
        if inner.iter().all(u8::is_ascii_digit) && !inner.is_empty() {
            self.meta.pid = number(inner);
        } else if let (None, Some(level)) = (self.meta.level, words::level(inner)) {
            self.meta.level = Some(level);
        } else if is_name(inner) {
            let place = match self.meta.level {
                None if !is_dotted(inner) => &mut self.meta.thread,
                _ if self.meta.logger.is_none() => &mut self.meta.logger,
                _ => &mut self.meta.thread,
            };
            *place = text(inner);
        } else if self.level_behind(whole.len() + 2) {
            self.meta.thread = text(inner);
        } else {
            return None;
        }
        self.at += whole.len() + 2;
        let _ = self.take(b":");
        Some(Next::Word)
    }

    /// Does an upper-case level follow, so that whatever stands in the brackets is a thread?
    fn level_behind(&self, at: usize) -> bool {
        let behind = self.rest().get(at..).and_then(|b| b.strip_prefix(b" "));
        let (word, _) = split_name(behind.unwrap_or_default());
        self.meta.level.is_none() && words::upper_level(word).is_some()
    }

    /// `(api/123):`, `(123 on host):`, or a thread behind the logger.
    fn in_parentheses(&mut self) -> Option<Next> {
        let Some(end) = memchr::memmem::find(self.head(), b"): ") else {
            let behind = self.meta.level.is_some() && self.meta.logger.is_some();
            return behind
                .then(|| self.thread_in_parentheses())
                .flatten()
                .map(|()| Next::Message);
        };
        let inner = self.rest().get(1..end)?;
        let id = inner.rsplit(|b| *b == b'/').next().unwrap_or_default();
        let id = id.split(|b| *b == b' ').next().unwrap_or_default();
        let spaced = inner.contains(&b' ') && memchr::memmem::find(inner, b" on ").is_none();
        if inner.len() > HEADER_WORD_BYTES_MAX || spaced {
            return None;
        }
        self.meta.pid = self.meta.pid.or_else(|| number(id));
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
        if behind.starts_with(b"=") && self.meta.level.is_none() {
            return self.metadata().map(|()| Next::Word);
        }
        if self.meta.level.is_none()
            && let Some(level) = level_before(name, behind)
        {
            self.meta.level = Some(level);
            if self.is_spoken(name, behind) {
                return Some(Next::Message);
            }
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

    /// `error: limit 5 reached`, behind Go's date: no header has a level there, the words are the program's, though they tell
    /// one.
    fn is_spoken(&self, name: &[u8], behind: &[u8]) -> bool {
        let of_go = self.text.get(4) == Some(&b'/');
        let shouted = name.iter().all(u8::is_ascii_uppercase);
        of_go && !shouted && behind.starts_with(b": ")
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
        if behind.starts_with(b" -")
            && behind.get(2) != Some(&b' ')
            && is_name(name)
            && let Some(len) = pairs_in_dashes(behind.get(1..)?)
        {
            self.meta.logger = text(name);
            self.at += name.len() + 1 + len;
            return Some(Next::Message);
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
