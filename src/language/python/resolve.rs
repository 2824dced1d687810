//! What needs the app and not the text: `module`, `filename`, `abs_path`, `in_app` of a frame, as the SDK takes them from
//! the running interpreter. In: frames with the path as printed. Out: the same with these filled in.
//!
//! The SDK's rules (sentry-sdk 2.75, `utils.py`): module is `__name__` of the frame's globals; filename is the path relative
//! to the folder of the top package, the basename where the module has no dot; `abs_path` is absolute; `in_app` is false in
//! site-packages, true beneath the project root, else open.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::{main_script, names};
use crate::bounds::FRAME_PATH_BYTES_MAX;
use crate::language::seek::Seek as _;
use crate::language::{Exception, Frame, Project, Trace};

/// Fills in the frames, then the modules of the types, now that the frames' modules are known.
pub(super) fn resolve(trace: &mut Trace, project: &Project<'_>) {
    let main = main_script::find(trace, project);
    let packages = packages_of_types(trace);
    for exception in &mut trace.exceptions {
        for at in 0..exception.frames.len() {
            let (callers, callees) = exception.frames.split_at_mut(at);
            let Some(frame) = callees.first_mut() else {
                break;
            };
            let caller = callers.last().and_then(|f| f.module.as_deref());
            place(frame, project, main.as_deref(), &packages, caller);
        }
        of_data_classes(&mut exception.frames);
        exception.frames.retain(|f| !is_hidden(f));
        if trace.handled == Some(false) {
            let above = exception
                .frames
                .iter()
                .take_while(|f| is_above_hook(f))
                .count();
            if above < exception.frames.len() {
                exception.frames.drain(..above);
            }
        }
    }
    split_types_again(trace);
}

/// A data class's `__init__` was made from a string, in the globals of the class's module: its `__post_init__` tells that.
fn of_data_classes(frames: &mut [Frame]) {
    for at in 1..frames.len() {
        let (callers, callees) = frames.split_at_mut(at);
        let (Some(made), Some(next)) = (callers.last_mut(), callees.first()) else {
            break;
        };
        let is = |frame: &Frame, name: &str| frame.function.as_deref() == Some(name);
        let string = made.filename.as_deref() == Some("<string>");
        if string && is(made, "__init__") && is(next, "__post_init__") {
            made.module.clone_from(&next.module);
        }
    }
}

/// The SDK hides its own frames, and those with a local variable `__tracebackhide__`; these libraries set it.
fn is_hidden(frame: &Frame) -> bool {
    let module = frame.module.as_deref().unwrap_or_default();
    let function = frame.function.as_deref().unwrap_or_default();
    match module {
        "pydantic.main" | "pydantic.root_model" => {
            function == "__init__" || function.starts_with("model_validate")
        }
        "pydantic._internal._dataclasses" | "pydantic.dataclasses" => function == "__init__",
        _ => module == "sentry_sdk" || module.starts_with("sentry_sdk."),
    }
}

/// The SDK's hooks catch an exception inside threads, workers and servers, below these frames of theirs.
fn is_above_hook(frame: &Frame) -> bool {
    let module = frame.module.as_deref().unwrap_or_default();
    let function = frame.function.as_deref().unwrap_or_default();
    match module {
        "threading" => matches!(function, "_bootstrap" | "_bootstrap_inner"),
        "fastapi.applications" => function == "__call__",
        "celery.app.trace" | "aiohttp.web_protocol" => true,
        _ => ["uvicorn.", "hypercorn.", "gunicorn."]
            .iter()
            .any(|host| module.starts_with(host)),
    }
}

fn place(
    frame: &mut Frame,
    project: &Project<'_>,
    main: Option<&str>,
    packages: &BTreeSet<String>,
    caller: Option<&str>,
) {
    let Some(printed) = frame.abs_path.take() else {
        return;
    };
    if printed.len() > FRAME_PATH_BYTES_MAX {
        frame.filename = Some(basename(&printed).to_owned());
        frame.abs_path = Some(printed);
        return;
    }
    let function = frame.function.as_deref().unwrap_or_default();
    let found = if main == Some(printed.as_str()) {
        Place::main(&printed)
    } else if printed.starts_with('<') {
        pseudo(&printed, function, caller)
    } else {
        locate(&printed, function, project, packages)
    };
    frame.module = found.module;
    frame.filename = Some(found.filename);
    let abs_path = match absolute(&printed, project.root) {
        Cow::Borrowed(_) => printed,
        Cow::Owned(path) => path,
    };
    frame.in_app = in_app(&abs_path, project.root);
    frame.abs_path = Some(abs_path);
}

/// Where a frame's code lives.
struct Place {
    module: Option<String>,
    filename: String,
}

impl Place {
    fn main(path: &str) -> Self {
        Self {
            module: Some("__main__".to_owned()),
            filename: basename(path).to_owned(),
        }
    }

    /// A module given by its path relative to the folder that is on the interpreter's path.
    fn relative(relative: &str) -> Self {
        let module = dotted(relative);
        let filename = if module.contains('.') {
            relative
        } else {
            basename(relative)
        };
        Self {
            module: Some(module),
            filename: filename.to_owned(),
        }
    }
}

/// Code without a file: `<frozen runpy>`, `<string>`, `<stdin>`.
fn pseudo(name: &str, function: &str, caller: Option<&str>) -> Place {
    let inner = name.trim_start_matches('<').trim_end_matches('>');
    let module = if let Some(frozen) = inner.strip_prefix("frozen ") {
        Some(frozen.to_owned())
    } else if inner.starts_with("attrs generated ") {
        // attrs gives such code globals without a name.
        None
    } else if function == "top-level template code" {
        Some(name.to_owned())
    } else {
        // `exec` runs in the globals of its caller.
        Some(caller.unwrap_or("__main__").to_owned())
    };
    Place {
        module,
        filename: name.to_owned(),
    }
}

fn locate(path: &str, function: &str, project: &Project<'_>, packages: &BTreeSet<String>) -> Place {
    let source = path.strip_suffix(".pyc").map_or_else(
        || Cow::Borrowed(path),
        |stem| Cow::Owned(format!("{stem}.py")),
    );
    if is_template(&source, function) {
        // Jinja names the globals after the template's file.
        return Place {
            module: Some(source.clone().into_owned()),
            filename: source.into_owned(),
        };
    }
    if let Some(relative) = beneath_packages(&source).or_else(|| beneath_library(&source)) {
        return Place::relative(relative);
    }
    if let Some(place) = cython(&source) {
        return place;
    }
    let absolute = absolute(&source, project.root);
    if (project.file_exists)(&absolute) {
        return walked(&source, &absolute, project);
    }
    if let Some(relative) = project.root.and_then(|root| beneath(&absolute, root)) {
        return Place::relative(importable(relative));
    }
    let top = packages.iter().find_map(|package| {
        let mark = format!("/{package}/");
        absolute.find(&mark).and_then(|at| absolute.get(at + 1..))
    });
    Place::relative(top.unwrap_or_else(|| basename(&source)))
}

/// The file can be asked: the module begins at the topmost folder with an `__init__.py`.
fn walked(printed: &str, absolute: &str, project: &Project<'_>) -> Place {
    let mut top = parent(absolute);
    let mut packaged = false;
    for _ in 0..32 {
        if top.is_empty() || !(project.file_exists)(&format!("{top}/__init__.py")) {
            break;
        }
        packaged = true;
        top = parent(top);
    }
    let relative = beneath(absolute, top).unwrap_or(absolute);
    if packaged {
        return Place::relative(relative);
    }
    let from_root = project
        .root
        .and_then(|root| beneath(absolute, root))
        .map(importable);
    match from_root {
        // A namespace package has no file: the SDK then leaves the path as it is.
        Some(relative) if relative.contains('/') => Place {
            module: Some(dotted(relative)),
            filename: printed.to_owned(),
        },
        _ => Place::relative(basename(absolute)),
    }
}

/// Behind the last `site-packages/` or `dist-packages/`.
pub(super) fn beneath_packages(path: &str) -> Option<&str> {
    memchr::memrchr_iter(b'-', path.as_bytes()).find_map(|dash| {
        let (before, behind) = path.split_at_checked(dash)?;
        let folders = before
            .strip_suffix("site")
            .or_else(|| before.strip_suffix("dist"))?;
        let inner = behind.strip_prefix("-packages")?;
        ['/', '\\'].into_iter().find_map(|separator| {
            let inner = inner.strip_prefix(separator)?;
            folders.ends_with(separator).then_some(inner)
        })
    })
}

/// Behind `lib/python3.12/`, `python38.zip/`, `C:\Python312\Lib\`.
pub(super) fn beneath_library(path: &str) -> Option<&str> {
    for mark in ["/python", "/pypy"] {
        for at in memchr::memrchr_iter(b'/', path.as_bytes()) {
            let (before, folder) = path.split_at_checked(at)?;
            let Some(rest) = folder.strip_prefix(mark) else {
                continue;
            };
            let (version, inner) = rest.parted(b'/').unwrap_or((rest, ""));
            let versioned = version.starts_with(|c: char| c.is_ascii_digit());
            let library = before.ends_with("/lib")
                || before.ends_with("/lib64")
                || version.strip_suffix(".zip").is_some();
            if versioned && library && !inner.is_empty() {
                return Some(inner);
            }
        }
    }
    memchr::memchr(b'\\', path.as_bytes())?;
    let (before, inner) = path.split_once("\\Lib\\")?;
    before.contains("ython").then_some(inner)
}

/// Cython prints the path it was compiled from, which is relative: `src/lxml/etree.pyx`.
fn cython(path: &str) -> Option<Place> {
    let stem = path
        .strip_suffix(".pyx")
        .or_else(|| path.strip_suffix(".pxd"))
        .or_else(|| path.strip_suffix(".pxi"))?;
    let stem = stem
        .strip_prefix("src/")
        .or_else(|| stem.strip_prefix("lib/"))
        .unwrap_or(stem);
    if stem.starts_with('/') {
        return None;
    }
    Some(Place {
        module: Some(stem.replace('/', ".")),
        filename: path.to_owned(),
    })
}

fn is_template(path: &str, function: &str) -> bool {
    let extension = basename(path).parted_last(b'.').map_or("", |(_, e)| e);
    let python = matches!(extension, "py" | "pyw" | "pyx" | "pxd" | "pxi" | "");
    !python
        && (function == "top-level template code"
            || function.starts_with("block '")
            || function == "template")
}

/// `a/b/__init__.py` → `a.b`.
pub(super) fn dotted(relative: &str) -> String {
    let stem = ["pyw", "pyi", "py"]
        .iter()
        .find_map(|e| relative.strip_suffix(e)?.strip_suffix('.'));
    let stem = stem.unwrap_or(relative);
    let stem = stem
        .strip_suffix("/__init__")
        .or_else(|| stem.strip_suffix("\\__init__"))
        .unwrap_or(stem);
    let mut name = stem.as_bytes().to_vec();
    for byte in &mut name {
        if matches!(byte, b'/' | b'\\') {
            *byte = b'.';
        }
    }
    // One ASCII sign for another: it stays UTF-8.
    String::from_utf8(name).unwrap_or_default()
}

/// The part of a path beneath the root that can be a module's: without a `src/` folder, and without folders whose names no
/// module can have.
fn importable(relative: &str) -> &str {
    let mut rest = relative;
    let folders = relative
        .parted_last(b'/')
        .map_or("", |(folders, _)| folders);
    let mut at = 0;
    for folder in folders.split('/').filter(|f| !f.is_empty()) {
        at += folder.len() + 1;
        let identifier = folder.chars().all(|c| c == '_' || c.is_alphanumeric())
            && !folder.starts_with(|c: char| c.is_ascii_digit());
        if !identifier || (at == 4 && folder == "src") {
            rest = relative.get(at..).unwrap_or(rest);
        }
    }
    rest
}

pub(super) fn absolute<'a>(path: &'a str, root: Option<&str>) -> Cow<'a, str> {
    let rooted = path.starts_with('/')
        || path
            .get(1..3)
            .is_some_and(|drive| drive == ":\\" || drive == ":/");
    match root {
        Some(root) if !rooted => Cow::Owned(format!("{root}/{}", path.trim_start_matches("./"))),
        _ => Cow::Borrowed(path),
    }
}

fn in_app(abs_path: &str, root: Option<&str>) -> Option<bool> {
    if beneath_packages(abs_path).is_some() {
        return Some(false);
    }
    // A plain prefix, as in the SDK.
    root.filter(|root| abs_path.starts_with(root)).map(|_| true)
}

pub(super) fn beneath<'a>(path: &'a str, root: &str) -> Option<&'a str> {
    path.strip_prefix(root)?.strip_prefix('/')
}

pub(super) fn basename(path: &str) -> &str {
    let folders = memchr::memrchr2(b'/', b'\\', path.as_bytes()).map_or(0, |at| at + 1);
    path.get(folders..).unwrap_or(path)
}

pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once(['/', '\\'])
        .map_or("", |(folder, _)| folder)
}

/// First parts of the types' modules: names of packages, for paths whose root is not known.
fn packages_of_types(trace: &Trace) -> BTreeSet<String> {
    let modules = trace.exceptions.iter().filter_map(|e| e.module.as_deref());
    let firsts = modules
        .filter_map(|m| m.parted(b'.'))
        .map(|(first, _)| first.to_owned());
    firsts.collect()
}

/// The frames' modules tell where a type's module ends.
fn split_types_again(trace: &mut Trace) {
    let known = |name: &str| {
        let frames = trace.exceptions.iter().flat_map(|e| &e.frames);
        let mut modules = frames.filter_map(|f| f.module.as_deref());
        modules.any(|module| {
            let inner = module.strip_prefix(name);
            inner.is_some_and(|inner| inner.is_empty() || inner.starts_with('.'))
        })
    };
    let split = |exception: &Exception| {
        let module = exception.module.as_deref().filter(|m| *m != "__main__")?;
        let printed = format!("{module}.{}", exception.ty);
        Some(names::split(&printed, &known))
    };
    let again: Vec<_> = trace.exceptions.iter().map(split).collect();
    for (exception, names) in trace.exceptions.iter_mut().zip(again) {
        if let Some((module, ty)) = names {
            (exception.module, exception.ty) = (module, ty);
        }
    }
}
