//! Layouts of Ruby's loggers.

use super::shapes::{number, text};
use super::{Reader, TimeContext};
use crate::bounds::HEADER_WORD_BYTES_MAX;
use crate::format::words;

impl Reader<'_> {
    /// `Logger`: `E, [2026-11-20T16:05:20.400859 #10478] ERROR -- shop: message`.
    pub(super) fn ruby_logger(&mut self, context: &TimeContext) -> Option<()> {
        self.at = 4;
        self.stamp(context)?;
        self.take(b" #")?;
        let digits = self.rest().iter().take_while(|b| b.is_ascii_digit());
        let len = digits.count();
        self.meta.pid = self.rest().get(..len).and_then(number);
        self.at += len;
        self.take(b"] ")?;
        self.skip_spaces();
        let word = self.letters();
        self.meta.level = words::upper_level(word);
        self.at += word.len();
        self.take(b" -- ")?;
        let end = memchr::memchr(b':', self.head())?;
        let name = self.rest().get(..end)?;
        self.meta.logger = text(name).filter(|n| !n.is_empty());
        self.at += end + 1;
        let _ = self.take(b" ");
        Some(())
    }

    /// Sidekiq, behind its date: ` pid=812 tid=1abc class=Charge jid=f00 elapsed=0.003 WARN: message`.
    pub(super) fn sidekiq(&mut self) -> Option<()> {
        let mark = self.at;
        self.take(b" ")?;
        let mut pid = None;
        loop {
            let part = self.head();
            let len = memchr::memchr(b' ', part).unwrap_or(part.len());
            let part = part.get(..len)?;
            if let Some(word) = part.strip_suffix(b":")
                && let Some(level) = words::upper_level(word)
            {
                (self.meta.pid, self.meta.level) = (pid, Some(level));
                self.at += len;
                let _ = self.take(b" ");
                return Some(());
            }
            let far = self.at - mark > 4 * HEADER_WORD_BYTES_MAX;
            if far || !part.contains(&b'=') || self.rest().get(len) != Some(&b' ') {
                self.at = mark;
                return None;
            }
            pid = pid.or_else(|| part.strip_prefix(b"pid=").and_then(number));
            self.at += len + 1;
        }
    }

    /// Is it `Logger`'s first letter, before its date?
    pub(super) fn is_ruby(text: &[u8]) -> bool {
        text.get(1..4) == Some(b", [".as_slice())
    }
}
