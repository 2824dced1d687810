//! What only the running process knew. In: a trace, the project. Out: `module` as the SDK derives it; which frames' sources
//! may be read.
//!
//! The SDK's module names are relative to the main script's folder. The text shows that script where a stack reaches down
//! to it; elsewhere the project's root is taken for the folder.

use std::borrow::Cow;

use super::stack;
use crate::language::seek::{Seek as _, Word};
use crate::language::{Frame, Project, Trace};

/// The SDK reads no further into a file, nor into a line.
const LINE_LAST: u32 = 10_000;
const COLUMN_LAST: u32 = 1_000;
/// Lines longer than this are cut by the SDK, to `CUT`.
const WHOLE: usize = 150;
const CUT: usize = 140;
const PACKAGES: Word = Word::new("/node_modules", 5);
/// Names that main scripts have by custom.
const MAIN_NAMES: &[&str] = &[
    "main", "index", "server", "app", "cli", "start", "worker", "www", "run", "bin",
];

/// Fills in modules, and marks the throw site's source.
pub(super) fn resolve(trace: &mut Trace, project: &Project<'_>) {
    let base = base(trace, project);
    for frame in trace.frames_mut() {
        if let Some(path) = frame.filename.as_deref() {
            frame.module = module(path, base.as_deref());
        }
    }
}

/// May this frame's source be read?
pub(super) fn is_readable(frame: &Frame) -> bool {
    let path = frame.filename.as_deref().unwrap_or_default();
    let path = path
        .split(['?', '#'])
        .next()
        .unwrap_or(path)
        .to_ascii_lowercase();
    let minified = [".min.js", ".min.cjs", ".min.mjs"]
        .iter()
        .any(|e| path.ends_with(e));
    !minified
        && frame.lineno.is_some_and(|n| n <= LINE_LAST)
        && frame.colno.is_none_or(|n| n <= COLUMN_LAST)
}

/// A long line as the SDK cuts it.
pub(super) fn snip(line: &str) -> Cow<'_, str> {
    let count = line.encode_utf16().count();
    if count <= WHOLE {
        return Cow::Borrowed(line);
    }
    let end = line
        .char_indices()
        .nth(CUT)
        .map_or(line.len(), |(at, _)| at);
    Cow::Owned(format!("{} {{snip}}", line.get(..end).unwrap_or(line)))
}

/// `getModuleFromFilename` of `@sentry/node-core`.
fn module(path: &str, base: Option<&str>) -> Option<String> {
    let windows = is_windows(path);
    let plain: Cow<'_, str> = if windows {
        Cow::Owned(path.get(2..)?.replace('\\', "/"))
    } else {
        Cow::Borrowed(path)
    };
    let base: Option<Cow<'_, str>> = base.map(|base| {
        if is_windows(base) {
            Cow::Owned(base.get(2..).unwrap_or(base).replace('\\', "/"))
        } else {
            Cow::Borrowed(base)
        }
    });
    let (folder, file) = plain.parted_last(b'/').unwrap_or((".", &plain));
    let cut = [".js", ".mjs", ".cjs"]
        .iter()
        .find_map(|e| file.strip_suffix(e).filter(|stem| !stem.is_empty()));
    let file = cut.unwrap_or(file);
    let mut name = String::with_capacity(path.len());
    if let Some(at) = PACKAGES.find_last(folder) {
        let inner = folder.get(at + "/node_modules".len()..).unwrap_or_default();
        push_dotted(&mut name, inner.get(1..).unwrap_or_default());
        name.push(':');
    } else if let Some(inner) = base.as_deref().and_then(|base| folder.strip_prefix(base))
        && let Some(inner) = inner.get(1..).filter(|inner| !inner.is_empty())
    {
        push_dotted(&mut name, inner);
        name.push(':');
    }
    let escaped = file.contains('%');
    let decoded = escaped.then(|| stack::decoded_part(file)).flatten();
    name.push_str(decoded.as_deref().unwrap_or(file));
    Some(name)
}

/// A folder's path with dots for slashes.
fn push_dotted(name: &mut String, path: &str) {
    let mut rest = path;
    while let Some((part, behind)) = rest.parted(b'/') {
        name.push_str(part);
        name.push('.');
        rest = behind;
    }
    name.push_str(rest);
}

fn is_windows(path: &str) -> bool {
    let mut chars = path.bytes();
    chars.next().is_some_and(|b| b.is_ascii_uppercase()) && chars.next() == Some(b':')
}

/// The folder of the main script.
fn base(trace: &Trace, project: &Project<'_>) -> Option<String> {
    let root = project.root;
    let stacks = || trace.exceptions.iter().rev().map(|e| e.frames.as_slice());
    match stacks().find_map(main_script) {
        Some(Main::Script(script)) => Some(parent(script).to_owned()),
        Some(Main::Compiled) => None,
        Some(Main::Perhaps(script)) => {
            let folder = parent(script);
            let outside = trace.frames().any(|f| {
                let path = f.filename.as_deref().unwrap_or_default();
                stack::is_in_app(path) && !path.starts_with(folder)
            });
            let by_name = stem(script).is_some_and(|stem| MAIN_NAMES.contains(&stem));
            let main = outside || by_name || root.is_none();
            if main {
                Some(folder.to_owned())
            } else {
                root.map(str::to_owned)
            }
        }
        None => root.map(str::to_owned),
    }
}

/// What a stack tells of the script that was started.
enum Main<'a> {
    /// This one.
    Script(&'a str),
    /// This one, or one that it imports: Node evaluates both alike.
    Perhaps(&'a str),
    /// The paths are those of a source map: the script is elsewhere.
    Compiled,
}

/// The outermost script of a stack.
fn main_script(frames: &[Frame]) -> Option<Main<'_>> {
    let function = named;
    let own = frames.iter().position(is_own)?;
    let outer = frames.get(..own)?;
    let script = frames.get(own)?.filename.as_deref()?;
    let called = |name: &str| outer.iter().any(|f| function(f) == name);
    if outer
        .last()
        .map(function)
        .is_some_and(|name| name == "Module._compile")
    {
        let required = called("Module.require") || called("require");
        let loader = outer.iter().rev().nth(1).map(function);
        let by_js = loader.is_some_and(|name| name.ends_with("..js"));
        if required {
            return None;
        }
        return Some(if by_js && is_typescript(script) {
            Main::Compiled
        } else {
            Main::Script(script)
        });
    }
    let module = outer.is_empty()
        && script.strip_suffix(".mjs").is_some()
        && frames.get(own).map(function) == Some(stack::UNKNOWN);
    (module || called("ModuleJob.run")).then_some(Main::Perhaps(script))
}

fn named(frame: &Frame) -> &str {
    frame.function.as_deref().unwrap_or_default()
}

fn is_typescript(path: &str) -> bool {
    [".ts", ".mts", ".cts", ".tsx"]
        .iter()
        .any(|e| path.ends_with(e))
}

/// The file's name up to its first dot.
fn stem(path: &str) -> Option<&str> {
    path.rsplit(['/', '\\'])
        .next()
        .and_then(|name| name.split('.').next())
}

fn is_own(frame: &Frame) -> bool {
    frame.filename.as_deref().is_some_and(stack::is_in_app)
}

fn parent(path: &str) -> &str {
    path.rsplit_once(['/', '\\'])
        .map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_as_the_sdk_names_them() {
        let base = Some("/srv/app");
        for (path, module_name) in [
            ("/srv/app/src/orders/service.js", "src.orders:service"),
            ("/srv/app/plain.ts", "plain.ts"),
            (
                "/srv/app/node_modules/tsx/dist/register-B1.cjs",
                "tsx.dist:register-B1",
            ),
            ("/srv/app/node_modules/@scope/p/i.js", "@scope.p:i"),
            ("node:internal/modules/cjs/loader", "loader"),
            ("node:events", "node:events"),
            ("<anonymous>", "<anonymous>"),
            ("/elsewhere/x.js", "x"),
            ("[eval]", "[eval]"),
        ] {
            assert_eq!(module(path, base).as_deref(), Some(module_name), "{path}");
        }
        assert_eq!(
            module("C:\\shop\\src\\x.js", Some("C:\\shop")).as_deref(),
            Some("src:x")
        );
    }

    #[test]
    fn long_lines_are_cut_as_by_the_sdk() {
        assert_eq!(snip("short"), "short");
        let long = "x".repeat(200);
        assert_eq!(snip(&long), format!("{} {{snip}}", "x".repeat(140)));
    }
}
