//! Elixir's metadata. In: `request_id=F9x-a1 mfa=Shop.Run.run/0 [error] message`, as `Logger` prints it between time and
//! level. Out: the pairs as fields; the level in brackets comes next.

use super::Reader;
use crate::bounds::{FIELDS_MAX, HEADER_WORDS_MAX};
use crate::format::words;

impl Reader<'_> {
    /// Steps over pairs that a level in brackets follows.
    pub(super) fn metadata(&mut self) -> Option<()> {
        let head = self.head();
        let mut at = 0;
        let mut pairs: Vec<(&[u8], &[u8])> = Vec::new();
        while head.get(at) != Some(&b'[') {
            let rest = head.get(at..)?;
            let end = memchr::memchr(b' ', rest)?;
            let word = rest.get(..end)?;
            let equals = memchr::memchr(b'=', word)?;
            let (name, value) = (word.get(..equals)?, word.get(equals + 1..)?);
            let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.');
            if name.is_empty() || !name.iter().all(plain) || pairs.len() >= HEADER_WORDS_MAX {
                return None;
            }
            pairs.push((name, value));
            at += end + 1;
        }
        let inner = head.get(at + 1..)?;
        let level = inner.get(..memchr::memchr(b']', inner)?)?;
        words::level(level)?;
        self.at += at;
        for (name, value) in pairs {
            let (name, value) = (
                String::from_utf8_lossy(name),
                String::from_utf8_lossy(value),
            );
            if self.meta.fields.len() < FIELDS_MAX {
                self.meta.fields.push((name.into_owned(), value.into()));
            }
        }
        Some(())
    }
}
