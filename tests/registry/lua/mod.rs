//! Lua: the worked example of `CONTRIBUTING.md`. It would be `src/language/lua.rs`, with `crate` where `stacktail` stands.
//!
//! In: a record whose opening is `stack traceback:`. Out: one exception, its frames oldest call first. `lua: FILE:LINE:
//! MESSAGE` stands in front of the opening, and so in the record's preamble.

use stacktail::assemble::{Grammar, Record, Step, Tracker};
use stacktail::language::{Exception, Frame, Language, Project, Trace};

const OPENING: &str = "stack traceback:";

/// The registry's entry.
pub(crate) struct Lua;

impl Grammar for Lua {
    fn open(&self, text: &[u8]) -> Option<Box<dyn Tracker>> {
        (text == OPENING.as_bytes()).then(|| Box::new(Frames { seen: 0 }) as Box<dyn Tracker>)
    }
}

/// Every indented line behind the opening is a frame; the first that is not ends the trace.
struct Frames {
    seen: u32,
}

impl Tracker for Frames {
    fn step(&mut self, text: &[u8], header: bool) -> Step {
        if header || !text.starts_with(b"\t") {
            return Step::Ended;
        }
        self.seen += 1;
        Step::Belongs
    }

    fn unfinished(&self) -> bool {
        self.seen == 0
    }
}

impl Language for Lua {
    fn name(&self) -> &'static str {
        "lua"
    }

    fn platform(&self) -> &'static str {
        "other"
    }

    fn openings(&self) -> &'static [&'static str] {
        &[OPENING]
    }

    fn parse(&self, record: &Record) -> Trace {
        let text = |line: &[u8]| String::from_utf8_lossy(line).into_owned();
        let said = record.preamble.last().or(record.message.as_ref());
        let said = said.map(|line| text(line));
        // The crash is printed first; Sentry wants it last.
        let frames = record
            .lines
            .iter()
            .rev()
            .filter_map(|line| frame(&text(line)));
        let exception = Exception {
            ty: "Error".to_owned(),
            value: said.map(|said| message(&said).to_owned()),
            frames: frames.collect(),
            ..Exception::default()
        };
        Trace {
            exceptions: vec![exception],
            ..Trace::default()
        }
    }

    fn source_extensions(&self) -> &'static [&'static str] {
        &["lua"]
    }

    fn resolve(&self, trace: &mut Trace, project: &Project<'_>) {
        let root = project.root.unwrap_or_default();
        for frame in trace.frames_mut() {
            let path = frame.abs_path.as_deref();
            frame.in_app = path.map(|path| !path.starts_with('/') || path.starts_with(root));
        }
    }
}

/// `lua5.4: shop.lua:3: attempt to …` without the interpreter's name and the place.
fn message(said: &str) -> &str {
    let mut parts = said.splitn(4, ':');
    let numbered = parts.nth(2).is_some_and(|part| part.parse::<u32>().is_ok());
    parts
        .next()
        .filter(|_| numbered)
        .map_or(said, str::trim_start)
}

/// `\tshop.lua:3: in upvalue 'charge'`; `[C]: in ?` is the interpreter's own.
fn frame(line: &str) -> Option<Frame> {
    let (place, function) = line.strip_prefix('\t')?.split_once(": in ")?;
    let (path, number) = place.rsplit_once(':').unwrap_or((place, ""));
    let named = function.split('\'').nth(1).unwrap_or(function);
    Some(Frame {
        function: Some(named.to_owned()),
        filename: Some(path.to_owned()),
        abs_path: (path != "[C]").then(|| path.to_owned()),
        lineno: number.parse().ok(),
        ..Frame::default()
    })
}
