//! Journals as such, however they are read. In: a place, a cursor. Out: what a user may not read there, what a cursor says.

use std::path::PathBuf;

/// Where a journal lies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum JournalPlace {
    /// This machine's.
    Host,
    /// A namespace of it (`LogNamespace=`).
    Namespace(String),
    /// A folder of journal files, as of a mounted machine.
    Folder(PathBuf),
}

/// What identifies an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryId {
    /// Identity of the sequence.
    pub sequence: [u8; 16],
    /// Number within it.
    pub number: u64,
    /// Wall clock when journald took it, microseconds since 1970.
    pub realtime: i64,
}

/// Journal files of the place that this user may not read.
#[must_use]
pub fn hidden_files(place: &JournalPlace, machine_id: &str) -> Vec<PathBuf> {
    let folders = match place {
        JournalPlace::Folder(path) => vec![path.clone()],
        JournalPlace::Host => folders_of(machine_id),
        JournalPlace::Namespace(name) => folders_of(&format!("{machine_id}.{name}")),
    };
    let mut hidden = Vec::new();
    for folder in folders {
        let readable = |path: &PathBuf| rustix::fs::access(path, rustix::fs::Access::READ_OK);
        if readable(&folder) == Err(rustix::io::Errno::ACCESS) {
            hidden.push(folder);
            continue;
        }
        let names = super::state::names_beginning(&folder, "");
        let journals = names
            .into_iter()
            .filter(|path| path.extension().is_some_and(|end| end == "journal"));
        hidden.extend(journals.filter(|path| readable(path) == Err(rustix::io::Errno::ACCESS)));
    }
    hidden
}

fn folders_of(name: &str) -> Vec<PathBuf> {
    ["/var/log/journal", "/run/log/journal"]
        .map(|folder| PathBuf::from(folder).join(name))
        .to_vec()
}

/// Reads cursors (`s=…;i=…;b=…;m=…;t=…;x=…`, all hexadecimal). Those of one journal are nearly always of the same sequence,
/// which is read once.
#[derive(Debug, Default)]
pub struct Cursors {
    /// The last sequence, as it was written.
    written: [u8; 32],
    /// The same as bytes, once one was read.
    sequence: Option<[u8; 16]>,
}

impl Cursors {
    /// The parts that identify the cursor's entry. Those behind the last of them are not looked at.
    #[must_use]
    pub fn id(&mut self, cursor: &[u8]) -> Option<EntryId> {
        let (mut sequence, mut number, mut realtime) = (None, None, None);
        let mut rest = cursor;
        loop {
            let (name, behind) = rest.split_at_checked(2)?;
            let len = match name {
                b"s=" => {
                    sequence = self.sequence(*behind.first_chunk()?);
                    32
                }
                b"i=" | b"t=" => {
                    let (value, len) = short_hex(behind)?;
                    if name == b"i=" {
                        number = Some(value);
                    } else {
                        realtime = Some(i64::try_from(value).ok()?);
                    }
                    len
                }
                _ => part_len(behind),
            };
            let behind = behind.get(len..)?;
            if !matches!(behind, [] | [b';', ..]) {
                return None;
            }
            if let (Some(sequence), Some(number), Some(realtime)) = (sequence, number, realtime) {
                return Some(EntryId {
                    sequence,
                    number,
                    realtime,
                });
            }
            rest = behind.get(1..)?;
        }
    }

    fn sequence(&mut self, written: [u8; 32]) -> Option<[u8; 16]> {
        if self.sequence.is_none() || self.written != written {
            self.sequence = hex(written).map(u128::to_be_bytes);
            self.written = written;
        }
        self.sequence
    }
}

/// What a hexadecimal digit counts; more than 15 for what is none.
const DIGITS: [u8; 256] = {
    let mut digits = [u8::MAX; 256];
    let mut value = 0;
    while value < 16 {
        let [lower, upper] = [b"0123456789abcdef", b"0123456789ABCDEF"];
        #[expect(
            clippy::indexing_slicing,
            reason = "a table made while compiling: a wrong index does not compile"
        )]
        {
            digits[lower[value] as usize] = value as u8;
            digits[upper[value] as usize] = value as u8;
        }
        value += 1;
    }
    digits
};

fn digit(byte: u8) -> u8 {
    DIGITS.get(usize::from(byte)).copied().unwrap_or(u8::MAX)
}

/// The number that these 32 digits are.
fn hex(digits: [u8; 32]) -> Option<u128> {
    digits.iter().try_fold(0, |number: u128, byte| {
        let digit = digit(*byte);
        (digit < 16).then_some(number << 4 | u128::from(digit))
    })
}

/// The number that the text begins with, of 1 to 16 digits, and how many these are.
fn short_hex(text: &[u8]) -> Option<(u64, usize)> {
    let (mut number, mut len) = (0, 0);
    for byte in text {
        let digit = digit(*byte);
        if digit > 15 {
            break;
        }
        number = number << 4 | u64::from(digit);
        len += 1;
    }
    (1..=16).contains(&len).then_some((number, len))
}

/// How long the part is that the text begins with. Identities have 32 digits, which are looked at together.
fn part_len(text: &[u8]) -> usize {
    let is_end = |byte: &u8| *byte == b';';
    if let Some((first, [b';', ..])) = text.split_first_chunk::<32>()
        && !first.iter().fold(false, |any, byte| any | is_end(byte))
    {
        return 32;
    }
    text.iter().position(is_end).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_names_its_entry() {
        let cursor = b"s=11e52a1db1e14d9c9e3c0c2f2d7e4a01;i=2fa;b=0f2e;m=12;t=6443d1c8f9f00;x=9c3";
        let mut cursors = Cursors::default();
        let id = cursors.id(cursor).unwrap();
        assert_eq!((id.number, id.realtime), (0x2fa, 0x0006_443d_1c8f_9f00));
        assert_eq!((id.sequence[0], id.sequence[15]), (0x11, 0x01));
        let upper = cursor.to_ascii_uppercase();
        let other_order = [
            b"t=6443D1C8F9F00;x=9C3;" as &[u8],
            &upper[..41].to_ascii_lowercase(),
        ]
        .concat();
        assert_eq!(cursors.id(&other_order), Some(id));
        let other = b"s=11e52a1db1e14d9c9e3c0c2f2d7e4a02;i=2fa;t=6443d1c8f9f00";
        assert_eq!(cursors.id(other).map(|id| id.sequence[15]), Some(2));
        for broken in [
            "",
            "s=1",
            "nonsense",
            "s=x;i=1;t=2",
            ";;;",
            "s=11e52a1db1e14d9c9e3c0c2f2d7e4a0g;i=1;t=2",
            "s=11e52a1db1e14d9c9e3c0c2f2d7e4a01;i=;t=2",
            "s=11e52a1db1e14d9c9e3c0c2f2d7e4a01;i=1;t=:",
            "s=11e52a1db1e14d9c9e3c0c2f2d7e4a01;i=1;t=2:",
            "s=11e52a1db1e14d9c9e3c0c2f2d7e4a01;i=11112222333344445;t=2",
            "s=11e52a1db1e14d9c9e3c0c2f2d7e4a011;i=1;t=2",
            "s=11e52a1db1e14d9c9e3c0c2f2d7e4a01;i=1;b=2",
        ] {
            assert_eq!(cursors.id(broken.as_bytes()), None, "{broken}");
        }
    }
}
