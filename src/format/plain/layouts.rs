//! Layouts with a form of their own, which the reader of words would not come through.

use super::shapes::{number, split_name, text};
use super::{Reader, TimeContext};
use crate::format::calendar;
use crate::level::Level;

impl Reader<'_> {
    /// glog, klog: `E1120 15:49:24.580123    1234 main.go:12] message`.
    pub(super) fn glog(&mut self, context: &TimeContext) -> Option<()> {
        self.meta.level = Some(match self.text.first()? {
            b'I' => Level::Info,
            b'W' => Level::Warning,
            b'E' => Level::Error,
            b'F' => Level::Fatal,
            _ => return None,
        });
        let stamp = calendar::digits(self.text.get(1..)?, context)?;
        self.meta.time = Some(stamp.time);
        self.dated = true;
        self.at = 1 + stamp.len;
        self.skip_spaces();
        let (id, behind) = split_name(self.rest());
        self.meta.thread = number(id).and_then(|_| text(id));
        let place = behind
            .get(..super::HEADER_WORD_BYTES_MAX * 2)
            .unwrap_or(behind);
        let end = memchr::memchr(b']', place).filter(|_| self.meta.thread.is_some())?;
        self.at += id.len() + end + 1;
        let _ = self.take(b" ");
        Some(())
    }
}
