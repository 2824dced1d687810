//! Moving through a header: what stands at the reader's place, and stepping over it. Never looks behind the bound of a word.

use super::{Reader, split_name};
use crate::bounds::HEADER_WORD_BYTES_MAX;
use crate::format::time::{self, TimeContext};

impl<'a> Reader<'a> {
    pub(super) fn stamp(&mut self, context: &TimeContext) -> Option<()> {
        let stamp = time::stamp(self.rest(), context)?;
        self.meta.time = Some(stamp.time);
        self.dated = stamp.dated;
        self.at += stamp.len;
        Some(())
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// As much of the rest as a header may take.
    pub(super) fn head(&self) -> &'a [u8] {
        let rest = self.rest();
        rest.get(..4 * HEADER_WORD_BYTES_MAX).unwrap_or(rest)
    }

    pub(super) fn take(&mut self, what: &[u8]) -> Option<()> {
        self.rest().starts_with(what).then(|| self.at += what.len())
    }

    pub(super) fn skip_spaces(&mut self) {
        self.at += self.rest().iter().take_while(|b| **b == b' ').count();
    }

    pub(super) fn letters(&self) -> &'a [u8] {
        let rest = self.rest();
        let len = rest.iter().take_while(|b| b.is_ascii_alphabetic()).count();
        rest.get(..len).unwrap_or_default()
    }

    pub(super) fn name(&self) -> (&'a [u8], &'a [u8]) {
        split_name(self.rest())
    }

    pub(super) fn bracketed(&self) -> Option<&'a [u8]> {
        let inner = self.rest().strip_prefix(b"[")?;
        let end = inner
            .iter()
            .take(HEADER_WORD_BYTES_MAX)
            .position(|b| *b == b']')?;
        inner.get(..end)
    }
}
