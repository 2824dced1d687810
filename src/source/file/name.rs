//! Names that rotation gives. In: a log's name and another of the same folder. Out: what the one may be to the other.

/// May `other` hold what was once in `log`? Its name starts with the log's name or stem; hashes must then prove it.
pub(super) fn is_sibling(log: &[u8], other: &[u8]) -> bool {
    let stem = stem(log);
    other != log && !stem.is_empty() && other.starts_with(stem)
}

/// Is `other` a name that a rotation gives to `log`, so that it may be read without a proof? What is between the stem
/// and the rest is only digits and separators, or one of the usual words: `app.log.1`, `app-20261121.log`,
/// `app.log.old`; not `app-access.log`.
pub(super) fn is_rotation(log: &[u8], other: &[u8]) -> bool {
    if other == log {
        return false;
    }
    let stem = stem(log);
    let extension = log.get(stem.len()..).unwrap_or_default();
    let Some(middle) = other.strip_prefix(stem) else {
        return false;
    };
    let middle = middle
        .strip_prefix(extension)
        .or_else(|| middle.strip_suffix(extension));
    middle.is_some_and(is_counter)
}

/// The name without `.gz` or another ending of compressed files; `None` if it has none.
pub(super) fn uncompressed(name: &[u8]) -> Option<&[u8]> {
    const ENDINGS: [&[u8]; 7] = [b".gz", b".xz", b".zst", b".bz2", b".lz4", b".zip", b".Z"];
    ENDINGS.iter().find_map(|ending| name.strip_suffix(*ending))
}

/// Do these bytes begin a compressed file?
pub(super) fn is_compressed(start: &[u8]) -> bool {
    const MAGIC: [&[u8]; 6] = [
        b"\x1f\x8b\x08",
        b"\xfd7zXZ\0",
        b"\x28\xb5\x2f\xfd",
        b"BZh",
        b"\x04\x22\x4d\x18",
        b"PK\x03\x04",
    ];
    MAGIC.iter().any(|magic| start.starts_with(magic))
}

/// The name without its last extension.
pub(super) fn stem(name: &[u8]) -> &[u8] {
    match memchr::memrchr(b'.', name) {
        Some(dot) if dot > 0 => name.get(..dot).unwrap_or(name),
        _ => name,
    }
}

fn is_counter(middle: &[u8]) -> bool {
    const WORDS: [&[u8]; 6] = [b"old", b"bak", b"prev", b"previous", b"orig", b"backup"];
    let Some((b'.' | b'-' | b'_' | b'~', rest)) = middle.split_first() else {
        return false;
    };
    let counts = |byte: &u8| byte.is_ascii_digit() || b".-_:T+".contains(byte);
    WORDS.contains(&rest) || (rest.iter().all(counts) && rest.iter().any(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rotated_names_are_told_from_neighbours() {
        let log = b"app.log";
        let rotated: [&[u8]; 7] = [
            b"app.log.1",
            b"app.log-20261121",
            b"app-20261121.log",
            b"app.1.log",
            b"app.log.old",
            b"app.log.2026-11-21T10:00:00",
            b"app.log-20261121-1795255000",
        ];
        for name in rotated {
            assert!(is_rotation(log, name), "{name:?}");
            assert!(is_sibling(log, name), "{name:?}");
        }
        let others: [&[u8]; 6] = [
            b"app.log",
            b"app-access.log",
            b"app.err",
            b"app2.log",
            b"app.log.1.gz",
            b"app.log.",
        ];
        for name in others {
            assert!(!is_rotation(log, name), "{name:?}");
        }
        assert!(is_rotation(b"log", b"log.1"));
        assert!(!is_sibling(log, b"other.log"));
    }

    #[test]
    fn compressed_files_are_told_by_name_and_by_their_first_bytes() {
        assert_eq!(uncompressed(b"app.log.1.gz"), Some(&b"app.log.1"[..]));
        assert_eq!(uncompressed(b"app.log.1"), None);
        assert!(is_compressed(b"\x1f\x8b\x08\0rest"));
        assert!(!is_compressed(b"text"));
    }
}
