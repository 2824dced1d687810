//! Lines that come in parts (CRI `P`, docker without a newline). In: a part. Out: the whole line, once its last part is here.

use super::lane::Joining;
use super::turn::{Fresh, Turn};
use super::waiting::Pending;
use crate::bounds::LINE_BYTES_MAX;
use crate::format::colour;

impl Turn<'_, '_> {
    /// The whole line, or `None` while parts of it are missing.
    pub(super) fn join(&mut self, mut part: Fresh, partial: bool) -> Option<Fresh> {
        let Some(mut joining) = self.stream.joining.take() else {
            if part.line.hit && part.wrapped && self.stream.open.is_none() {
                self.read_before(&mut part, true);
            }
            if partial && (part.line.hit || self.stream.open.is_some()) {
                self.stream.joining = Some(Box::new(self.joining(part)));
                return None;
            }
            return Some(part);
        };
        let room = LINE_BYTES_MAX.saturating_sub(joining.text.len());
        joining.text.extend(part.line.text.iter().take(room));
        joining.place.end = part.line.place.end;
        joining.place.ends_in = part.line.place.ends_in;
        joining.hit |= part.line.hit;
        joining.last = self.around.now.mono;
        if partial {
            self.stream.joining = Some(joining);
            return None;
        }
        Some(Fresh::from(*joining))
    }

    fn joining(&self, part: Fresh) -> Joining {
        Joining {
            place: part.line.place,
            text: part.line.text,
            meta: part.line.meta,
            wrapped: part.wrapped,
            hit: part.line.hit,
            before: part.before,
            later: Vec::new(),
            last: self.around.now.mono,
        }
    }
}

impl From<Joining> for Fresh {
    fn from(joining: Joining) -> Self {
        Self {
            wrapped: joining.wrapped,
            before: joining.before,
            line: Pending {
                place: joining.place,
                text: colour::stripped(joining.text),
                hit: joining.hit,
                meta: joining.meta,
            },
        }
    }
}
