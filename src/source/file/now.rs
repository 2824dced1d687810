//! How each file stands. In: the tailer between two turns. Out: a row for each file that is read, and for each match that is not.

use super::FileSource;
use super::tail::{Standing, Tail};
use crate::source::{FileNow, FileStanding};

impl FileSource {
    /// Asks the kernel for each file's size.
    pub(super) fn files_now(&mut self) -> Vec<FileNow> {
        self.unread();
        let tails = self.tails.values();
        let mut files: Vec<FileNow> = tails.filter_map(|tail| self.tail_now(tail)).collect();
        for (path, slot) in &self.slots {
            let Some(why) = &slot.refused else { continue };
            files.push(FileNow {
                path: path.to_path_buf(),
                apps: slot.wanted.apps.clone(),
                position: 0,
                size: 0,
                standing: FileStanding::NotRead,
                why: Some(why.to_string()),
            });
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    }

    fn tail_now(&self, tail: &Tail) -> Option<FileNow> {
        let standing = match tail.standing {
            Standing::Named => FileStanding::Read,
            Standing::Moved => FileStanding::Rotated,
            Standing::Deleted { .. } => FileStanding::Deleted,
            // A copy is among what is refused.
            Standing::Copy | Standing::Gone => return None,
        };
        let failing = "cannot be read now; trying again every second";
        let wide = "UTF-16 is not understood yet; log in UTF-8";
        let why = [(tail.failing, failing), (tail.cursor.wide, wide)];
        Some(FileNow {
            path: tail.path.to_path_buf(),
            apps: self.lanes.apps(tail.lane),
            position: tail.cursor.position,
            size: tail.size,
            standing,
            why: why
                .iter()
                .find(|(is, _)| *is)
                .map(|(_, why)| (*why).to_owned()),
        })
    }
}
