//! The main script. In: a trace. Out: the printed path whose frames run as `__main__`.
//!
//! The text shows it where the outermost frame is module code or `runpy`. Where it does not (a logged exception, whose
//! traceback begins at its `try`), a lone file right in the project root is taken for the main script, unless the trace
//! shows a host process that imports the app, or the file has a name by which servers import apps.

use super::resolve::{absolute, basename, beneath, beneath_library, beneath_packages, parent};
use crate::language::{Exception, Frame, Project, Trace};

/// Packages whose processes import the app's modules.
const HOSTS: &[&str] = &[
    "celery/",
    "gunicorn/",
    "uwsgi",
    "rq/",
    "dramatiq/",
    "huey/",
    "arq/",
    "hypercorn/",
    "daphne/",
    "mod_wsgi/",
    "_pytest/",
    "awslambdaric/",
    "functions_framework/",
    "streamlit/",
    "airflow/",
];
/// Packages of web frameworks.
const WEB: &[&str] = &[
    "flask/",
    "quart/",
    "fastapi/",
    "starlette/",
    "django/",
    "sanic/",
    "aiohttp/",
    "bottle",
    "falcon/",
];
/// Names by which a web server is told to import an app.
const SERVED_NAMES: &[&str] = &[
    "app.py",
    "main.py",
    "wsgi.py",
    "asgi.py",
    "application.py",
    "server.py",
    "api.py",
];

/// The printed path of the main script.
pub(super) fn find(trace: &Trace, project: &Project<'_>) -> Option<String> {
    let told = trace.exceptions.iter().rev().find_map(shown);
    if let Some(path) = told.or_else(|| relative(trace, project)) {
        return Some(path.to_owned());
    }
    guessed(trace, project).map(str::to_owned)
}

/// The outermost frame is module code, or the one behind `runpy` is.
fn shown(exception: &Exception) -> Option<&str> {
    let mut frames = exception
        .frames
        .iter()
        .skip_while(|f| is_runpy(f))
        .peekable();
    let by_runpy = exception.frames.first().is_some_and(is_runpy);
    let first = frames.next()?;
    let path = first.abs_path.as_deref()?;
    let module_code = first.function.as_deref() == Some("<module>");
    let library = beneath_packages(path).is_some() || beneath_library(path).is_some();
    (module_code && (by_runpy || !library)).then_some(path)
}

fn is_runpy(frame: &Frame) -> bool {
    let path = frame.abs_path.as_deref().unwrap_or_default();
    (path == "<frozen runpy>" || path.ends_with("/runpy.py"))
        && matches!(
            frame.function.as_deref(),
            Some("_run_module_as_main" | "_run_code" | "_run_module_code")
        )
}

/// Up to 3.8 the main script, and it alone, is printed as it was given on the command line.
fn relative<'a>(trace: &'a Trace, project: &Project<'_>) -> Option<&'a str> {
    let paths = paths(trace);
    let mut scripts =
        paths.filter(|p| p.strip_suffix(".py").is_some() && absolute(p, Some("/")) != *p);
    let script = scripts.next()?;
    (project.root.is_none() || scripts.all(|other| other == script)).then_some(script)
}

fn guessed<'a>(trace: &'a Trace, project: &Project<'_>) -> Option<&'a str> {
    let root = project.root?;
    let packaged = |path: &str, names: &[&str]| {
        beneath_packages(path).is_some_and(|inner| names.iter().any(|name| inner.starts_with(name)))
    };
    if paths(trace).any(|path| packaged(path, HOSTS)) {
        return None;
    }
    let web = paths(trace).any(|path| packaged(path, WEB));
    let mut lone = paths(trace).filter(|path| {
        let plain = beneath(path, root).is_some_and(|inner| !inner.contains('/'));
        let package = basename(path) == "__init__.py"
            || (project.file_exists)(&format!("{}/__init__.py", parent(path)));
        plain && !package && !(web && SERVED_NAMES.contains(&basename(path)))
    });
    let first = lone.next()?;
    lone.all(|other| other == first).then_some(first)
}

fn paths(trace: &Trace) -> impl Iterator<Item = &str> {
    let frames = trace.exceptions.iter().flat_map(|e| &e.frames);
    frames.filter_map(|f| f.abs_path.as_deref())
}
