//! Layouts of .NET's loggers that are told by a sign of their own.

use super::Reader;
use super::shapes::{is_name, text};
use crate::format::words;

impl Reader<'_> {
    /// NLog, behind its date: `|ERROR|Acme.Orders|message`.
    pub(super) fn nlog(&mut self) -> Option<()> {
        let mut fields = self.head().get(1..)?.splitn(3, |b| *b == b'|');
        let (word, name, _) = (fields.next()?, fields.next()?, fields.next()?);
        let level = words::level(word)?;
        if !is_name(name) {
            return None;
        }
        self.meta.level = Some(level);
        self.meta.logger = text(name);
        self.at += word.len() + name.len() + 3;
        Some(())
    }

    /// Serilog's console, behind the time of day: `[15:49:24 ERR] message`.
    pub(super) fn serilog(&mut self) {
        let rest = self.rest();
        let level = rest.get(1..4).and_then(words::upper_level);
        if self.meta.time.is_some() && rest.starts_with(b" ") && rest.get(4) == Some(&b']') {
            self.meta.level = self.meta.level.or(level);
            self.at += 4;
        }
    }
}
