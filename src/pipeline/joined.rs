//! The search through a piece's entries. In: entries. Out: which of them have an opening in their message.
//!
//! To begin a search costs more than to search a message of usual length: short ones are searched together, a line end between
//! them, which no opening has within it.

use crate::bounds::JOINED_MESSAGE_BYTES_MAX;
use crate::scan::Scanner;
use crate::source::Entry;

/// Short messages behind one another; the buffer is used again.
#[derive(Debug, Default)]
pub(super) struct Joined {
    bytes: Vec<u8>,
}

impl Joined {
    /// For each entry, whether its message has an opening.
    pub(super) fn opening(&mut self, scanner: &Scanner, entries: &[Entry]) -> Vec<bool> {
        self.bytes.clear();
        for entry in entries {
            self.bytes.extend_from_slice(short(entry));
            self.bytes.push(b'\n');
        }
        let mut scan = scanner.over(&self.bytes);
        let mut at = 0;
        let opens = |entry: &Entry| {
            let end = at + short(entry).len();
            let among_others = scan.next(at).is_some_and(|hit| hit < end);
            at = end + 1;
            among_others || (is_long(entry) && scanner.opens(&entry.message))
        };
        entries.iter().map(opens).collect()
    }
}

fn is_long(entry: &Entry) -> bool {
    entry.message.len() > JOINED_MESSAGE_BYTES_MAX
}

/// The message; nothing of one that is long.
fn short(entry: &Entry) -> &[u8] {
    if is_long(entry) {
        return &[];
    }
    &entry.message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_message_is_searched_as_if_it_were_alone() {
        let long = |text: &str| format!("{}{text}", "x".repeat(JOINED_MESSAGE_BYTES_MAX));
        let messages = [
            "",
            "panic: x",
            "pan",
            "ic: x",
            "two\nlines, panic: y",
            "quiet",
            &long(" panic: z"),
            &long(""),
            "Traceback (most",
            "",
        ];
        let entries = messages.map(|message| Entry {
            message: message.as_bytes().to_vec(),
            ..Entry::default()
        });
        let scanner = Scanner::new(&["panic: ", "Traceback (", "goroutine "]);
        let alone: Vec<bool> = entries.iter().map(|e| scanner.opens(&e.message)).collect();
        assert_eq!(alone.iter().filter(|opens| **opens).count(), 4);
        let mut joined = Joined::default();
        for from in 0..entries.len() {
            let found = joined.opening(&scanner, &entries[from..]);
            assert_eq!(found, alone[from..], "from {from}");
        }
    }
}
