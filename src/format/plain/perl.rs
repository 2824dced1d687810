//! Layouts of Perl's loggers.

use super::{Reader, TimeContext};
use crate::bounds::HEADER_WORD_BYTES_MAX;
use crate::format::words;

impl Reader<'_> {
    /// Log::Log4perl's easy layout, behind its date: ` ERROR> shop.pl:3 Shop::place - message`.
    pub(super) fn log4perl(&mut self) -> Option<()> {
        let mark = self.at;
        let found = self.log4perl_words();
        if found.is_none() {
            self.at = mark;
        }
        found
    }

    fn log4perl_words(&mut self) -> Option<()> {
        self.take(b" ")?;
        let word = self.letters();
        let level = words::upper_level(word)?;
        self.at += word.len();
        self.take(b"> ")?;
        let head = self.head();
        let end = memchr::memmem::find(head, b" - ")?;
        let place = head.get(..end)?;
        // File and line, then the function.
        let named = place.split(|b| *b == b' ').count() == 2;
        (named && place.contains(&b':')).then_some(())?;
        self.meta.level = Some(level);
        self.at += end + 3;
        Some(())
    }

    /// Dancer2: `[shop:812] error @2026-11-20 15:49:24> message`.
    pub(super) fn dancer(&mut self, context: &TimeContext) -> Option<()> {
        let inner = self.bracketed()?;
        self.at += inner.len() + 2;
        self.take(b" ")?;
        let rest = self.rest();
        let rest = rest.get(..HEADER_WORD_BYTES_MAX).unwrap_or(rest);
        let word = rest.get(..memchr::memmem::find(rest, b" @")?)?;
        // `core` is Dancer's own.
        let level = words::level(word.trim_ascii());
        let at = word.len() + 2;
        self.at += at;
        self.stamp(context)?;
        self.take(b"> ")?;
        self.meta.level = level;
        Some(())
    }
}
