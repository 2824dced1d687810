//! Globs over bytes. In: a pattern. Out: whether a path matches, and which paths on the machine do.
//!
//! Paths are bytes: a name that is not UTF-8 matches like any other, which the `glob` crate cannot do. `*`, `?` and
//! `[a-z]`, `[!a-z]` stay within one path segment; a segment `**` stands for any number of folders. As in a shell, a
//! leading dot must be written out, which keeps temporary files of rsync and of editors out.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::bounds;
use crate::os::files::{self, Kind};

/// A compiled glob.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    /// As configured: the key under which it counts as seen.
    pub(super) text: Vec<u8>,
    segments: Vec<Segment>,
}

#[derive(Debug, Clone)]
enum Segment {
    Literal(Vec<u8>),
    Wild(Vec<Token>),
    Deep,
}

#[derive(Debug, Clone)]
enum Token {
    Byte(u8),
    One,
    Many,
    Class { not: bool, ranges: Vec<(u8, u8)> },
}

/// What a look at the machine found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Paths that match.
    pub(super) paths: BTreeSet<PathBuf>,
    /// Folders in which a new name may change that.
    pub(super) folders: BTreeSet<PathBuf>,
    /// There was more than the bound.
    pub(super) too_many: bool,
}

impl Pattern {
    pub(super) fn new(text: &str) -> Self {
        let segments = text
            .as_bytes()
            .split(|byte| *byte == b'/')
            .filter(|segment| !segment.is_empty() && *segment != b".");
        Self {
            text: text.as_bytes().to_vec(),
            segments: segments.map(Segment::new).collect(),
        }
    }

    /// Does the whole path match?
    pub(super) fn matches(&self, path: &Path) -> bool {
        let names: Vec<&[u8]> = path
            .as_os_str()
            .as_bytes()
            .split(|byte| *byte == b'/')
            .filter(|name| !name.is_empty())
            .collect();
        matches_from(&self.segments, &names)
    }

    /// Does the file's name alone match? For patterns without a slash.
    pub(super) fn matches_name(&self, path: &Path) -> bool {
        let Some(name) = path.file_name() else {
            return false;
        };
        matches_from(&self.segments, &[name.as_bytes()])
    }

    /// Adds all that matches on the machine.
    pub(super) fn find(&self, found: &mut Found) {
        walk(&self.segments, &PathBuf::from("/"), found, 0);
    }
}

fn matches_from(segments: &[Segment], names: &[&[u8]]) -> bool {
    match (segments.split_first(), names.split_first()) {
        (None, None) => true,
        (Some((Segment::Deep, rest)), None) => matches_from(rest, names),
        (Some((Segment::Deep, rest)), Some((name, deeper))) => {
            matches_from(rest, names) || (!name.starts_with(b".") && matches_from(segments, deeper))
        }
        (Some((segment, rest)), Some((name, deeper))) => {
            segment.matches(name) && matches_from(rest, deeper)
        }
        _ => false,
    }
}

fn walk(segments: &[Segment], folder: &Path, found: &mut Found, depth: usize) {
    if found.paths.len() >= bounds::FILES_MAX {
        found.too_many = true;
        return;
    }
    match segments.split_first() {
        None => {
            found.paths.insert(folder.to_path_buf());
        }
        Some((Segment::Literal(name), rest)) => {
            let next = folder.join(OsStr::from_bytes(name));
            let there = files::link_facts(&next).is_ok();
            if rest.is_empty() || !there || may_change(rest) {
                found.folders.insert(folder.to_path_buf());
            }
            if there {
                walk(rest, &next, found, depth);
            }
        }
        Some((segment, rest)) => walk_listed(segment, rest, segments, folder, found, depth),
    }
}

/// Literal folders above the first wildcard are watched only if they are missing or hold what is asked for: a watch on
/// `/` or `/var` would wake the agent for nothing. A folder renamed up there is found by the reconcile.
fn may_change(rest: &[Segment]) -> bool {
    rest.is_empty()
}

fn walk_listed(
    segment: &Segment,
    rest: &[Segment],
    all: &[Segment],
    folder: &Path,
    found: &mut Found,
    depth: usize,
) {
    let Ok(listed) = files::list(folder) else {
        return;
    };
    found.folders.insert(folder.to_path_buf());
    let deep = matches!(segment, Segment::Deep);
    if deep {
        walk(rest, folder, found, depth);
    }
    for entry in listed {
        let name = entry.name.as_bytes();
        let next = folder.join(&entry.name);
        if deep {
            if entry.kind == Kind::Folder
                && !name.starts_with(b".")
                && depth < bounds::FOLDER_DEPTH_MAX
            {
                walk(all, &next, found, depth + 1);
            }
        } else if segment.matches(name)
            && (rest.is_empty() != (entry.kind == Kind::Folder) || entry.kind == Kind::Link)
        {
            walk(rest, &next, found, depth);
        }
    }
}

impl Segment {
    fn new(text: &[u8]) -> Self {
        if text == b"**" {
            return Self::Deep;
        }
        let mut tokens = Vec::new();
        let mut rest = text;
        while let Some((byte, after)) = rest.split_first() {
            rest = after;
            tokens.push(match byte {
                b'*' => Token::Many,
                b'?' => Token::One,
                b'[' => match class(after) {
                    Some((token, behind)) => {
                        rest = behind;
                        token
                    }
                    None => Token::Byte(b'['),
                },
                other => Token::Byte(*other),
            });
        }
        if tokens.iter().all(|token| matches!(token, Token::Byte(_))) {
            return Self::Literal(text.to_vec());
        }
        Self::Wild(tokens)
    }

    fn matches(&self, name: &[u8]) -> bool {
        match self {
            Self::Literal(text) => text == name,
            Self::Deep => true,
            Self::Wild(tokens) => {
                let dot_meant = matches!(tokens.first(), Some(Token::Byte(b'.')));
                (dot_meant || !name.starts_with(b".")) && wild_matches(tokens, name)
            }
        }
    }
}

/// The class that begins behind a `[`, and what follows its `]`.
fn class(text: &[u8]) -> Option<(Token, &[u8])> {
    let (not, text) = match text.split_first() {
        Some((b'!' | b'^', rest)) => (true, rest),
        _ => (false, text),
    };
    // A `]` right at the start stands for itself.
    let end = 1 + memchr::memchr(b']', text.get(1..)?)?;
    let (inside, behind) = text.split_at_checked(end)?;
    let mut ranges = Vec::new();
    let mut rest = inside;
    while let Some((first, after)) = rest.split_first() {
        if let [b'-', last, behind @ ..] = after {
            ranges.push((*first, *last));
            rest = behind;
        } else {
            ranges.push((*first, *first));
            rest = after;
        }
    }
    Some((Token::Class { not, ranges }, behind.get(1..)?))
}

/// The usual walk with one place to go back to: the last `*`.
fn wild_matches(tokens: &[Token], name: &[u8]) -> bool {
    let (mut tokens_left, mut name_left) = (tokens, name);
    let mut back: Option<(&[Token], &[u8])> = None;
    loop {
        match tokens_left.split_first() {
            Some((Token::Many, rest)) => {
                back = Some((rest, name_left));
                tokens_left = rest;
                continue;
            }
            Some((token, rest)) => {
                if let Some(behind) = token.take(name_left) {
                    (tokens_left, name_left) = (rest, behind);
                    continue;
                }
            }
            None if name_left.is_empty() => return true,
            None => {}
        }
        let Some((rest, (_, shorter))) =
            back.and_then(|(rest, at)| at.split_first().map(|cut| (rest, cut)))
        else {
            return false;
        };
        back = Some((rest, shorter));
        (tokens_left, name_left) = (rest, shorter);
    }
}

impl Token {
    /// What is left of `name` behind what this token takes of it.
    fn take<'a>(&self, name: &'a [u8]) -> Option<&'a [u8]> {
        let (first, rest) = name.split_first()?;
        let fits = match self {
            Self::Byte(byte) => byte == first,
            Self::One => return name.get(character_len(*first).min(name.len())..),
            Self::Many => false,
            Self::Class { not, ranges } => {
                ranges
                    .iter()
                    .any(|(low, high)| (low..=high).contains(&first))
                    != *not
            }
        };
        fits.then_some(rest)
    }
}

/// `?` stands for one character where the name is UTF-8, for one byte where it is not.
fn character_len(first: u8) -> usize {
    match first {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &[u8]) -> bool {
        Pattern::new(pattern).matches(Path::new(OsStr::from_bytes(path)))
    }

    #[test]
    fn segments_match_bytes_and_do_not_cross_slashes() {
        assert!(matches("/var/log/*.log", b"/var/log/a.log"));
        assert!(matches("/var/log/*.log", b"/var/log/\xff\xfe.log"));
        assert!(!matches("/var/log/*.log", b"/var/log/a/b.log"));
        assert!(!matches("/var/log/*.log", b"/var/log/.a.log"));
        assert!(matches("/var/log/.*.log", b"/var/log/.a.log"));
        assert!(matches("/l/w-?[0-9].log", "/l/w-ü7.log".as_bytes()));
        assert!(!matches("/l/[!a-c]x", b"/l/bx"));
        assert!(matches("/l/[]x]y", b"/l/]y"));
        assert!(matches("/l/[x", b"/l/[x"));
        assert!(matches("/l/*a*b*c", b"/l/aabbabc"));
        assert!(!matches("/l/*a*b*c", b"/l/aabbab"));
    }

    #[test]
    fn two_stars_stand_for_any_number_of_folders() {
        assert!(matches("/l/**/x.log", b"/l/x.log"));
        assert!(matches("/l/**/x.log", b"/l/a/b/x.log"));
        assert!(!matches("/l/**/x.log", b"/l/a/.b/x.log"));
        assert!(!matches("/l/**/x.log", b"/m/a/x.log"));
    }

    #[test]
    fn what_is_there_is_found_with_the_folders_to_watch() {
        let dir = tempfile::tempdir().unwrap();
        let odd = dir.path().join(OsStr::from_bytes(b"a/b\xff.log"));
        std::fs::create_dir(dir.path().join("a")).unwrap();
        std::fs::write(&odd, b"").unwrap();
        std::fs::write(dir.path().join("top.log"), b"").unwrap();
        let root = dir.path().to_str().unwrap();
        let mut found = Found::default();
        Pattern::new(&format!("{root}/*/*.log")).find(&mut found);
        assert_eq!(found.paths.into_iter().collect::<Vec<_>>(), [odd]);
        assert!(found.folders.contains(dir.path()));
        assert!(found.folders.contains(&dir.path().join("a")));

        let mut found = Found::default();
        Pattern::new(&format!("{root}/none/x.log")).find(&mut found);
        assert!(found.paths.is_empty());
        assert_eq!(found.folders.into_iter().collect::<Vec<_>>(), [dir.path()]);
    }
}
