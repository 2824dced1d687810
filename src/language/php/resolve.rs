//! What needs the app's folder and sources. In: a trace. Out: the same with short paths, `in_app`, and the names that the
//! SDK gives to what a program reports by itself.

use super::enclosing;
use super::printed::{ERROR, FATAL};
use crate::language::{Exception, Frame, Project, Trace};
use crate::level::Level;

pub(super) fn resolve(trace: &mut Trace, project: &Project<'_>) {
    let root = project.root.unwrap_or_default();
    if let [only] = &mut trace.exceptions[..]
        && let [crash] = &mut only.frames[..]
        && crash.function.is_none()
        && let (Some(path), Some(line)) = (&crash.abs_path, crash.lineno)
    {
        // Where a stack was printed, such a frame is the script's own.
        crash.function = enclosing::function(project, path, line);
    }
    for frame in trace.frames_mut() {
        place(frame, root);
    }
    if let [only] = &mut trace.exceptions[..]
        && triggered(only, project)
        && user(only)
    {
        trace.level = Some(Level::Error);
    }
}

fn place(frame: &mut Frame, root: &str) {
    if let Some(function) = frame.function.as_mut() {
        *function = named(function, root);
    }
    let sdk = frame
        .function
        .as_deref()
        .is_some_and(|f| f.starts_with("Sentry\\"));
    frame.in_app = Some(frame.abs_path.is_some() && !sdk);
    if let Some(path) = &frame.abs_path {
        frame.filename = Some(short(path, root).to_owned());
    }
}

/// The path without the folder, with its leading slash.
fn short<'a>(path: &'a str, root: &str) -> &'a str {
    let cut = path.strip_prefix(root).filter(|_| !root.is_empty());
    cut.filter(|rest| rest.starts_with(['/', '\\']))
        .unwrap_or(path)
}

/// Closures and classes without a name are called by their files.
fn named(function: &str, root: &str) -> String {
    if let Some(path) = function.strip_prefix("{closure:") {
        return format!("{{closure:{}", short(path, root));
    }
    if let Some((class, rest)) = function.split_once("@anonymous\0") {
        let (path, method) = rest.split_once("::").unwrap_or((rest, ""));
        // `:4$0`: line, and how many there are.
        let path = path
            .split_once(".php:")
            .map_or(path, |(p, _)| path.get(..p.len() + 4).unwrap_or(path));
        return format!("{class}@anonymous\0{}::{method}", short(path, root));
    }
    function.to_owned()
}

/// Does the line that the error names report it by itself?
fn triggered(exception: &Exception, project: &Project<'_>) -> bool {
    if exception.ty != ERROR && exception.ty != FATAL {
        return false;
    }
    let crash = exception.frames.last();
    let place = crash.and_then(|f| Some((f.abs_path.as_deref()?, f.lineno?)));
    let source = place.and_then(|(path, line)| (project.line)(path, line));
    source.is_some_and(|s| s.contains("trigger_error(") || s.contains("user_error("))
}

/// Names the error as a program's own; tells whether that makes it less than fatal.
fn user(exception: &mut Exception) -> bool {
    let Some(value) = exception.value.as_mut() else {
        return false;
    };
    for name in ["Error: ", "Warning: ", "Notice: ", "Deprecated: "] {
        if value.starts_with(name) {
            value.insert_str(0, "User ");
            let fatal = exception.ty == FATAL;
            ERROR.clone_into(&mut exception.ty);
            return fatal;
        }
    }
    false
}
