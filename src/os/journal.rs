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

/// The parts of a cursor (`s=…;i=…;b=…;m=…;t=…;x=…`, all hexadecimal) that identify its entry.
#[must_use]
pub fn cursor_id(cursor: &[u8]) -> Option<EntryId> {
    let (mut sequence, mut number, mut realtime) = (None, None, None);
    for part in cursor.split(|byte| *byte == b';') {
        match part.split_at_checked(2)? {
            (b"s=", value) if value.len() == 32 => sequence = Some(hex(value)?.to_be_bytes()),
            (b"i=", value) => number = u64::try_from(hex(value)?).ok(),
            (b"t=", value) => realtime = i64::try_from(hex(value)?).ok(),
            _ => {}
        }
    }
    Some(EntryId {
        sequence: sequence?,
        number: number?,
        realtime: realtime?,
    })
}

fn hex(digits: &[u8]) -> Option<u128> {
    if digits.is_empty() || digits.len() > 32 {
        return None;
    }
    let digit = |byte: &u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    };
    // Of all entries read, each has some sixty of them.
    let half = |digits: &[u8]| {
        digits.iter().try_fold(0_u64, |number, byte| {
            Some(number << 4 | u64::from(digit(byte)?))
        })
    };
    let (high, low) = digits.split_at_checked(digits.len().saturating_sub(16))?;
    Some(u128::from(half(high)?) << 64 | u128::from(half(low)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_names_its_entry() {
        let cursor = b"s=11e52a1db1e14d9c9e3c0c2f2d7e4a01;i=2fa;b=0f2e;m=12;t=6443d1c8f9f00;x=9c3";
        let id = cursor_id(cursor).unwrap();
        assert_eq!((id.number, id.realtime), (0x2fa, 0x0006_443d_1c8f_9f00));
        assert_eq!((id.sequence[0], id.sequence[15]), (0x11, 0x01));
        for broken in ["", "s=1", "nonsense", "s=x;i=1;t=2", ";;;"] {
            assert_eq!(cursor_id(broken.as_bytes()), None, "{broken}");
        }
    }
}
