//! Lua, `LuaJIT` and nginx's Lua. In: what the interpreter prints of an error that nobody caught, `debug.traceback`, what nginx
//! logs. Out: the error; there is no SDK whose event it could equal.
//!
//! `line` knows lines by themselves, `tracker` which of them belong together, `report` what they say.

mod line;
mod report;
mod tracker;

use super::{Language, Project, Trace};
use crate::assemble::{Grammar, Record, Tracker};

/// Lua 5.1 to 5.4 and `LuaJIT`.
pub struct Lua;

/// Parts of paths under which no app's code stands.
const LIBRARIES: &[&str] = &[
    "/share/lua/",
    "/lib/lua/",
    "/lualib/",
    "/luarocks/",
    "/share/luajit-",
];

impl Grammar for Lua {
    fn open(&self, text: &[u8]) -> Option<Box<dyn Tracker>> {
        let follower = tracker::Follower::open(&line::text(text))?;
        Some(Box::new(follower))
    }

    /// The message may have several lines.
    fn begins(&self, text: &[u8]) -> bool {
        line::head(&line::text(text)).is_some_and(|head| head.uncaught)
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
        &[line::OPENING]
    }

    fn parse(&self, record: &Record) -> Trace {
        report::read(record)
    }

    fn may_be_own(&self, path: &str) -> bool {
        !LIBRARIES.iter().any(|part| path.contains(part))
    }

    fn source_extensions(&self) -> &'static [&'static str] {
        &["lua"]
    }

    /// A file below the project's folder is named by its path there; what is neither a library's nor C is the app's.
    fn resolve(&self, trace: &mut Trace, project: &Project<'_>) {
        let root = project.root.filter(|root| !root.is_empty());
        for frame in trace.frames_mut() {
            let Some(path) = frame.filename.take() else {
                continue;
            };
            frame.in_app = Some(path != "[C]" && self.may_be_own(&path));
            let below = root.and_then(|root| path.strip_prefix(root)?.strip_prefix('/'));
            let short = below.unwrap_or(&path);
            frame.filename = Some(short.strip_prefix("./").unwrap_or(short).to_owned());
            frame.abs_path = path.starts_with('/').then_some(path);
        }
    }
}
