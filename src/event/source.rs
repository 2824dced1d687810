//! Source context. In: frames with path and line. Out: the lines around, read from the host's disk beneath the app's roots.
//!
//! A line from disk is taken only if it is the line that was printed: after a deploy the file may be another.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::bounds::{EVENT_SOURCE_BYTES_MAX, EVENT_SOURCE_QUESTIONS_MAX, SOURCE_FILE_BYTES_MAX};
use crate::config::SourceContext;
use crate::language::{Frame, SourceLines};
use crate::os::context;

/// The files that one event asks for, each asked once.
pub(super) struct Sources<'a> {
    settings: &'a SourceContext,
    extensions: &'a [&'a str],
    lines: SourceLines,
    /// Where relative paths begin.
    root: Option<String>,
    files: RefCell<HashMap<String, Option<Text>>>,
    there: RefCell<HashMap<String, bool>>,
    bytes_left: Cell<u64>,
    questions_left: Cell<u32>,
}

struct Text {
    text: String,
    /// Where each line begins.
    starts: Vec<usize>,
}

impl<'a> Sources<'a> {
    pub(super) fn new(
        settings: &'a SourceContext,
        extensions: &'a [&'a str],
        lines: SourceLines,
    ) -> Self {
        Self {
            settings,
            extensions,
            lines,
            root: None,
            files: RefCell::default(),
            there: RefCell::default(),
            bytes_left: Cell::new(EVENT_SOURCE_BYTES_MAX),
            questions_left: Cell::new(EVENT_SOURCE_QUESTIONS_MAX),
        }
    }

    /// The same, where relative paths begin at this folder.
    pub(super) fn beneath(self, root: Option<String>) -> Self {
        Self { root, ..self }
    }

    /// Does a file stand at this path of the trace?
    pub(super) fn exists(&self, path: &str) -> bool {
        if self.settings.roots.is_empty() {
            return false;
        }
        if let Some(known) = self.there.borrow().get(path) {
            return *known;
        }
        let left = self.questions_left.get();
        if left == 0 {
            return false;
        }
        self.questions_left.set(left - 1);
        let answer = self
            .places(path)
            .any(|(root, relative)| context::is_file(root, &relative));
        self.there.borrow_mut().insert(path.to_owned(), answer);
        answer
    }

    /// Fills in the lines around, and the printed line's indentation. A frame without a printed line gets one only if
    /// `unprinted` allows it.
    pub(super) fn fill(&self, frame: &mut Frame, unprinted: bool) {
        let (Some(path), Some(lineno)) = (frame.path(), frame.lineno) else {
            return;
        };
        if self.settings.roots.is_empty() || !self.allowed(path) || !(self.lines.readable)(frame) {
            return;
        }
        let mut files = self.files.borrow_mut();
        let entry = files
            .entry(path.to_owned())
            .or_insert_with(|| self.load(path));
        let (Some(text), Some(at)) = (entry.as_ref(), (lineno as usize).checked_sub(1)) else {
            return;
        };
        let Some(line) = text.line(at) else {
            return;
        };
        let same = match frame.context_line.as_deref() {
            Some(printed) => printed.trim() == line.trim() || is_erased(printed, line),
            None => unprinted,
        };
        if !same {
            return;
        }
        let (around, cut) = (self.lines.around, self.lines.cut);
        frame.context_line = Some(cut(line).into_owned());
        frame.pre_context = (at.saturating_sub(around)..at)
            .filter_map(|n| text.line(n))
            .map(|line| cut(line).into_owned())
            .collect();
        frame.post_context = (at + 1..=at + around)
            .map_while(|n| text.line(n))
            .map(|line| cut(line).into_owned())
            .collect();
    }

    /// The line of a file by its number from 1.
    pub(super) fn line(&self, path: &str, lineno: u32) -> Option<String> {
        if self.settings.roots.is_empty() || !self.allowed(path) {
            return None;
        }
        let mut files = self.files.borrow_mut();
        let entry = files
            .entry(path.to_owned())
            .or_insert_with(|| self.load(path));
        let at = (lineno as usize).checked_sub(1)?;
        entry.as_ref()?.line(at).map(str::to_owned)
    }

    fn allowed(&self, path: &str) -> bool {
        let extension = Path::new(path).extension().and_then(|e| e.to_str());
        extension.is_some_and(|e| self.extensions.contains(&e))
    }

    fn load(&self, path: &str) -> Option<Text> {
        let bytes_max = SOURCE_FILE_BYTES_MAX.min(self.bytes_left.get());
        let bytes = self
            .places(path)
            .find_map(|(root, relative)| context::read(root, &relative, bytes_max))?;
        self.bytes_left
            .set(self.bytes_left.get().saturating_sub(bytes.len() as u64));
        let text = String::from_utf8(bytes)
            .unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned());
        let newlines = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        let starts = std::iter::once(0).chain(newlines).collect();
        Some(Text { text, starts })
    }

    /// Where on this host a path of the trace may stand: root, and path beneath it.
    fn places<'p>(&'p self, path: &str) -> impl Iterator<Item = (&'p Path, PathBuf)> {
        let host = self.mapped(path);
        self.settings.roots.iter().filter_map(move |root| {
            let relative = host.strip_prefix(root).ok()?.to_owned();
            Some((root.as_path(), relative))
        })
    }

    fn mapped(&self, path: &str) -> PathBuf {
        let absolute = Path::new(path).is_absolute();
        let root = self.root.as_deref().filter(|_| !absolute);
        let joined = root.map(|root| format!("{root}/{path}"));
        let path = joined.as_deref().unwrap_or(path);
        let beneath = self.settings.map.iter().filter_map(|(from, to)| {
            let relative = Path::new(path).strip_prefix(from).ok()?;
            Some((from.len(), to.join(relative)))
        });
        beneath
            .max_by_key(|(length, _)| *length)
            .map_or_else(|| PathBuf::from(path), |(_, host)| host)
    }
}

impl Text {
    /// A line by its number from 0, without its end.
    fn line(&self, at: usize) -> Option<&str> {
        let start = *self.starts.get(at)?;
        let end = self.starts.get(at + 1).copied().unwrap_or(self.text.len());
        if start == self.text.len() {
            return None;
        }
        Some(self.text.get(start..end)?.trim_end_matches(['\r', '\n']))
    }
}

/// Is the printed line this one, with blanks for what the runtime erased (the types of TypeScript)?
fn is_erased(printed: &str, line: &str) -> bool {
    printed.len() == line.len()
        && !printed.trim().is_empty()
        && printed
            .bytes()
            .zip(line.bytes())
            .all(|(p, l)| p == l || p == b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(path: &str, lineno: u32, printed: Option<&str>) -> Frame {
        Frame {
            abs_path: Some(path.to_owned()),
            lineno: Some(lineno),
            context_line: printed.map(str::to_owned),
            ..Frame::default()
        }
    }

    fn filled(settings: &SourceContext, mut frame: Frame, unprinted: bool) -> Frame {
        Sources::new(settings, &["py"], SourceLines::default()).fill(&mut frame, unprinted);
        frame
    }

    #[test]
    fn lines_come_from_disk_only_if_they_are_the_printed_ones() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.py"), "one\r\n  two\nthree\n").unwrap();
        std::fs::write(dir.path().join("a.txt"), "one\n").unwrap();
        let settings = SourceContext {
            roots: vec![dir.path().to_owned()],
            map: vec![("/app".to_owned(), dir.path().to_owned())],
        };
        let same = filled(&settings, frame("/app/a.py", 2, Some("two")), false);
        assert_eq!(same.context_line.as_deref(), Some("  two"));
        assert_eq!(
            (same.pre_context, same.post_context),
            (vec!["one".to_owned()], vec!["three".to_owned()])
        );
        let erased = filled(&settings, frame("/app/a.py", 2, Some("  t o")), false);
        assert_eq!(erased.context_line.as_deref(), Some("  two"));
        let other = filled(&settings, frame("/app/a.py", 2, Some("too")), false);
        assert_eq!(other.context_line.as_deref(), Some("too"));
        assert!(other.pre_context.is_empty());
        assert_eq!(
            filled(&settings, frame("/app/a.py", 2, None), false).context_line,
            None
        );
        assert_eq!(
            filled(&settings, frame("/app/a.py", 2, None), true)
                .context_line
                .as_deref(),
            Some("  two")
        );
        assert_eq!(
            filled(&settings, frame("/app/a.py", 4, None), true).context_line,
            None
        );
        assert_eq!(
            filled(&settings, frame("/app/a.txt", 1, None), true).context_line,
            None
        );
        assert_eq!(
            filled(&settings, frame("/app/../a.py", 1, None), true).context_line,
            None
        );
    }

    #[test]
    fn the_longest_mapping_counts() {
        let settings = SourceContext {
            roots: vec![],
            map: vec![
                ("/app".to_owned(), "/a".into()),
                ("/app/lib".to_owned(), "/b".into()),
            ],
        };
        let sources = Sources::new(&settings, &[], SourceLines::default());
        assert_eq!(sources.mapped("/app/lib/x.py"), PathBuf::from("/b/x.py"));
        assert_eq!(sources.mapped("/app/x.py"), PathBuf::from("/a/x.py"));
        assert_eq!(sources.mapped("/apple/x.py"), PathBuf::from("/apple/x.py"));
    }
}
