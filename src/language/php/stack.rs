//! Frames. In: lines `#k F(N): fn(args)`. Out: the frames as the SDK pairs them: each function with the place within it,
//! which stands one line up.

use super::line;
use crate::bounds::RECORD_FRAMES_MAX;
use crate::language::Frame;
use crate::language::seek::Seek as _;

/// What stands for the file of a call that the engine made.
const INTERNAL: &str = "[internal]";

/// Where something was called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// By a file's code.
    File(String, u32),
    /// By the engine.
    Internal,
}

impl Place {
    /// The place in a file; of code that was evaluated, that of the `eval`.
    pub(super) fn of(file: &str, line: u32) -> Self {
        let made = [" : eval()'d code", " : runtime-created function"];
        let outer = made.iter().find_map(|mark| file.strip_suffix(mark));
        let within = outer.and_then(|text| text.strip_suffix(')')?.parted_last(b'('));
        match within.and_then(|(file, line)| Some((file, line.parse().ok()?))) {
            Some((file, line)) => Self::of(file, line),
            None => Self::File(file.to_owned(), line),
        }
    }
}

/// A line of the stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Call {
    /// What was called and where.
    Of(Option<String>, Place),
    /// The script itself.
    Main,
}

/// Reads `#3 /x.php(12): App\A->f(1)`, `#3 [internal function]: f()`, `#3 {main}`.
pub(super) fn call(text: &str) -> Option<Call> {
    let rest = text.trim_start().strip_prefix('#')?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = rest.split_at_checked(digits)?;
    let rest = rest.strip_prefix(' ').filter(|_| !number.is_empty())?;
    if rest.starts_with("{main}") {
        return Some(Call::Main);
    }
    for inner in ["[internal function]", "[no active file]"] {
        if let Some(behind) = rest.strip_prefix(inner) {
            let named = behind.strip_prefix(": ").map(function);
            return Some(Call::Of(named, Place::Internal));
        }
    }
    let (file, line, behind) = call_site(rest)?;
    Some(Call::Of(behind.map(function), Place::of(file, line)))
}

/// Is it the line of the newest call, with what was called, or the script's own?
pub(super) fn is_first(text: &str) -> bool {
    text.starts_with("#0 ") && !matches!(call(text), None | Some(Call::Of(None, _)))
}

/// `F(N): fn(args)`: file, line, what follows.
fn call_site(text: &str) -> Option<(&str, u32, Option<&str>)> {
    let bytes = text.as_bytes();
    for at in memchr::memchr_iter(b')', bytes) {
        let (before, behind) = text.split_at_checked(at)?;
        let behind = behind.get(1..)?;
        let named = behind.strip_prefix(": ");
        if named.is_none() && !behind.trimmed_end().is_empty() {
            continue;
        }
        let Some((file, digits)) = before.parted_last(b'(') else {
            continue;
        };
        if let Ok(line) = digits.parse()
            && !file.is_empty()
        {
            return Some((file, line, named));
        }
    }
    None
}

/// The name without arguments, `->` as the SDK writes it.
pub(super) fn function(text: &str) -> String {
    let name = name(text);
    match name.split_once("->") {
        Some((class, method)) => format!("{class}::{method}"),
        None => name.to_owned(),
    }
}

/// Up to the parenthesis of the arguments; that of 8.4's closures holds names of its own within braces.
fn name(text: &str) -> &str {
    let mut depth = 0_u32;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b'(' if depth == 0 => return text.get(..at).unwrap_or(text),
            _ => {}
        }
    }
    text.trimmed_end()
}

/// The stack of one exception.
#[derive(Debug, Default)]
pub(super) struct Stack {
    calls: Vec<Call>,
    whole: bool,
}

impl Stack {
    /// Takes a line; tells whether it is a call.
    pub(super) fn take(&mut self, text: &str) -> bool {
        match call(text) {
            Some(Call::Main) => {
                self.whole = true;
                true
            }
            Some(call) => {
                if self.calls.len() < RECORD_FRAMES_MAX {
                    self.calls.push(call);
                }
                true
            }
            None => false,
        }
    }

    /// Every call is there: what is beneath the last is the script.
    pub(super) fn close(&mut self) {
        self.whole = true;
    }

    pub(super) fn push(&mut self, function: String, place: Place) {
        self.calls.push(Call::Of(Some(function), place));
    }

    /// Is the script itself, beneath the last call, there?
    pub(super) fn is_whole(&self) -> bool {
        self.whole
    }

    /// Oldest first; where nobody tells where the exception arose, its function stands without a place.
    pub(super) fn frames_unplaced(&self) -> Vec<Frame> {
        let mut frames = self.frames(None);
        if let Some(Call::Of(Some(function), _)) = self.calls.first() {
            frames.push(Frame {
                function: Some(function.clone()),
                ..Frame::default()
            });
        }
        frames
    }

    /// Oldest first. `thrown` is the place that the exception names.
    pub(super) fn frames(&self, thrown: Option<Place>) -> Vec<Frame> {
        let mut frames = Vec::new();
        let mut place = thrown;
        for call in &self.calls {
            let Call::Of(function, next) = call else {
                continue;
            };
            if let Some(place) = place.replace(next.clone()) {
                frames.push(frame(function.clone(), place));
            }
        }
        if self.whole
            && let Some(place) = place
        {
            frames.push(frame(None, place));
        }
        frames.reverse();
        frames
    }
}

/// A frame before the app's settings are known.
pub(super) fn frame(function: Option<String>, place: Place) -> Frame {
    match place {
        Place::Internal => Frame {
            function,
            filename: Some(INTERNAL.to_owned()),
            lineno: Some(0),
            ..Frame::default()
        },
        Place::File(file, line) => Frame {
            function,
            abs_path: Some(file),
            lineno: Some(line),
            ..Frame::default()
        },
    }
}

/// Xdebug's `PHP   2. App\A->f($x = 1) /srv/a.php:8`, `    0.0002     393528   2. f() /srv/a.php:8`: function and place.
pub(super) fn xdebug(text: &str) -> Option<(String, Place)> {
    let body = text.trim_start();
    let body = body.strip_prefix("PHP ").unwrap_or(body).trim_start();
    let mut rest = body;
    loop {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, behind) = rest.split_at_checked(digits)?;
        if number.is_empty() {
            return None;
        }
        if let Some(behind) = behind.strip_prefix(". ") {
            rest = behind;
            break;
        }
        let more = behind.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
        let next = more.trim_start();
        if next.len() == more.len() {
            return None;
        }
        rest = next;
    }
    let (call, site) = rest.trimmed_end().parted_last(b' ')?;
    let (file, line) = line::place(site)?;
    call.ends_with(')')
        .then(|| (function(call), Place::of(file, line)))
}
