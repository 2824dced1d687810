//! gin's report of a panic that its middleware recovered. In: the lines from `panic recovered:` on. Out: the panic.
//!
//! ```text
//! [Recovery] 2026/11/21 - 14:47:31 panic recovered:
//! GET /order HTTP/1.1
//! Host: 127.0.0.1
//!
//! runtime error: invalid memory address or nil pointer dereference
//! /srv/app/web/main.go:16 (0x75897f)
//! <TAB>(*shop).order: func (s *shop) order(id string) int { return s.rows[id].n }
//! ```
//!
//! gin leaves the package's path out: a module is known only where the file's path shows it.

use super::stack::{self, Build, Call, Stack};
use super::{crash, line};
use crate::language::Trace;
use crate::level::Level;

/// Stands for a package that is not told.
const NOWHERE: &str = "?";
/// The words that open it, whatever stands before them.
pub(super) const OPENING: &str = "panic recovered";

pub(super) fn opens(text: &str) -> bool {
    let words = text.trim_end().strip_suffix(':');
    let before = words.and_then(|w| w.strip_suffix(OPENING));
    // Where a log header stands before it, `[Recovery]` is taken for a word of it.
    let clock = |w: &str| {
        w.bytes()
            .all(|b| b.is_ascii_digit() || b" /:-".contains(&b))
    };
    before.is_some_and(|w| w.contains("[Recovery]") || clock(w))
}

/// `/srv/app/web/main.go:16 (0x75897f)`.
pub(super) fn place(text: &str) -> Option<line::Location<'_>> {
    let (location, counter) = text.trim_end().strip_suffix(')')?.rsplit_once(" (0x")?;
    let hex = !counter.is_empty() && counter.bytes().all(|b| b.is_ascii_hexdigit());
    (hex && line::indent(text) == 0)
        .then(|| line::location(location))
        .flatten()
}

/// Reads the report; empty where no frame follows.
pub(super) fn read(lines: &[&str]) -> Trace {
    let first = lines.iter().position(|text| place(text).is_some());
    let Some((words, printed)) = first.and_then(|at| lines.split_at_checked(at)) else {
        return Trace::default();
    };
    let calls = calls(printed);
    let own = calls.iter().take_while(|c| in_runtime(c.path)).count();
    let calls = calls.get(own..).unwrap_or_default();
    let qualified: Vec<(String, &Call<'_>)> = calls
        .iter()
        .map(|call| {
            let module = module(call.path);
            let module = module.as_deref().unwrap_or(NOWHERE);
            (format!("{module}.{}", call.name), call)
        })
        .collect();
    let named: Vec<Call<'_>> = qualified
        .iter()
        .map(|(name, call)| Call { name, ..**call })
        .filter(|call| !in_runtime(call.path))
        .collect();
    let stacks = [Stack {
        head: None,
        calls: named.clone(),
        complete: true,
    }];
    let build = Build::of(&stacks);
    let mut frames = stack::frames(&named, &build);
    for frame in &mut frames {
        frame.module.take_if(|module| module == NOWHERE);
    }
    let mut trace = crash::thrown(&value(words), &named, &build, frames);
    if !trace.exceptions.is_empty() {
        // Without the time that stands before it.
        trace.message = Some(OPENING.to_owned());
    }
    trace.handled = Some(true);
    trace.level = Some(Level::Fatal);
    trace
}

/// Places with what runs there; the line of source is left out, as the SDK sends none.
fn calls<'a>(lines: &[&'a str]) -> Vec<Call<'a>> {
    let pairs = lines.iter().zip(lines.iter().skip(1));
    pairs
        .filter_map(|(above, below)| {
            let place = place(above)?;
            let (name, _) = below.trim_start().split_once(": ")?;
            let call = Call {
                name,
                path: place.path,
                lineno: place.lineno,
            };
            (line::indent(below) > 0).then_some(call)
        })
        .collect()
}

/// What was recovered: the last lines before the stack, behind the request's and a blank one.
fn value(words: &[&str]) -> String {
    let filled = |text: &&&str| !line::is_blank(text);
    let end = words
        .iter()
        .rposition(|text| !line::is_blank(text))
        .map_or(0, |at| at + 1);
    let words = words.get(1..end).unwrap_or_default();
    let start = words
        .iter()
        .rposition(|text| line::is_blank(text))
        .map_or(0, |at| at + 1);
    let lines: Vec<&str> = words.iter().skip(start).filter(filled).copied().collect();
    lines.join("\n")
}

fn in_runtime(path: &str) -> bool {
    path.contains("/src/runtime/")
}

/// The package's path where the file's shows it: below GOROOT or a module's folder.
fn module(path: &str) -> Option<String> {
    let folder = path.rsplit_once('/')?.0;
    let behind = |mark: &str| folder.rsplit_once(mark).map(|(_, inner)| inner);
    let library = behind("/src/").filter(|inner| stack::is_library(inner));
    let inner = library
        .or_else(|| behind("/pkg/mod/"))
        .or_else(|| behind("/vendor/"))?;
    // `github.com/gin-gonic/gin@v1.9.1/render` without the version.
    Some(match inner.split_once('@') {
        Some((name, rest)) => {
            let below = rest.split_once('/').map(|(_, below)| format!("/{below}"));
            format!("{name}{}", below.unwrap_or_default())
        }
        None => inner.to_owned(),
    })
}
