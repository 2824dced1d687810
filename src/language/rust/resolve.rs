//! What the app's folder tells. In: a trace with paths as printed. Out: the same, its own paths absolute.
//!
//! A short backtrace cuts the working directory off the paths of its files; the SDK sends them whole.

use super::line;
use crate::language::{Frame, Project, Trace};

/// Where the standard library's files are, whatever is printed before.
const LIBRARIES: &[&str] = &[
    "/rustc/",
    "library/",
    "core/src/",
    "std/src/",
    "alloc/src/",
    "src/libstd/",
    "src/libcore/",
    "src/liballoc/",
    "src/libpanic_unwind/",
    "src/libpanic_abort/",
    "libstd/",
    "libcore/",
    "liballoc/",
    "<::",
];

/// Is it a file of the standard library?
pub(super) fn is_library(path: &str) -> bool {
    LIBRARIES.iter().any(|begin| path.starts_with(begin))
}

/// May it be the app's own file?
pub(super) fn may_be_own(path: &str) -> bool {
    let crates = ["/registry/src/", "/git/checkouts/", "/.rustup/"];
    let source = line::is_rust(path);
    source && !is_library(path) && !crates.iter().any(|part| path.contains(part))
}

pub(super) fn resolve(trace: &mut Trace, project: &Project<'_>) {
    let Some(root) = project.root else {
        return;
    };
    for frame in trace.frames_mut() {
        beneath(frame, root);
    }
}

fn beneath(frame: &mut Frame, root: &str) {
    if let Some(absolute) = frame.abs_path.as_deref().and_then(|p| absolute(p, root)) {
        frame.abs_path = Some(absolute);
    }
    // What the SDK takes for a function is such a path, too.
    let function = frame.function.as_deref();
    if let Some(at) = function.and_then(|f| f.strip_prefix("at "))
        && let Some((path, numbers)) = at.split_once(".rs:")
        && let Some(absolute) = absolute(&format!("{path}.rs"), root)
    {
        frame.function = Some(format!("at {absolute}:{numbers}"));
    }
}

fn absolute(path: &str, root: &str) -> Option<String> {
    let drive = path.get(1..2) == Some(":");
    let relative = !path.starts_with('/') && !drive && line::is_rust(path);
    let within = path.strip_prefix("./").unwrap_or(path);
    (relative && !is_library(path)).then(|| format!("{root}/{within}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_beneath_the_root() {
        let found = |path| absolute(path, "/srv/app");
        assert_eq!(found("./src/a.rs").as_deref(), Some("/srv/app/src/a.rs"));
        assert_eq!(found("src/a.rs").as_deref(), Some("/srv/app/src/a.rs"));
        for no in [
            "/srv/app/a.rs",
            "./csu/../csu/libc-start.c",
            "src/libstd/rt.rs",
            "core/src/panicking.rs",
        ] {
            assert_eq!(found(no), None, "{no}");
        }
        let mut frame = Frame {
            function: Some("at ./src/a.rs:1:2".to_owned()),
            ..Frame::default()
        };
        beneath(&mut frame, "/srv/app");
        assert_eq!(frame.function.as_deref(), Some("at /srv/app/src/a.rs:1:2"));
    }
}
