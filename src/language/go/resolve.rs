//! What the source tells. In: a trace whose value may be an error's text or a string. Out: the same as exception or
//! message, as the line that calls `panic` shows it, where that line can be read.

use super::logged::{self, WITH_MESSAGE, WITH_STACK};
use super::value::{self, Shown};
use crate::language::{Exception, Frame, Project, Thread, Trace};

pub(super) fn resolve(trace: &mut Trace, project: &Project<'_>) {
    if trace.is_message() {
        message(trace, project);
    } else if trace
        .exceptions
        .first()
        .is_some_and(|e| e.ty == logged::FUNDAMENTAL)
    {
        wrapped(trace, project);
    } else if let [only] = &trace.exceptions[..]
        && only.ty == value::UNKNOWN
    {
        exception(trace, project);
    }
}

/// What the line of the crash frame throws.
fn shown(frames: &[Frame], project: &Project<'_>) -> Option<Shown> {
    let (source, module) = source(frames, project)?;
    value::shown(&source, module)
}

/// The source line of the crash frame, and the frame's module.
fn source<'f>(frames: &'f [Frame], project: &Project<'_>) -> Option<(String, &'f str)> {
    let crash = frames.last()?;
    let source = (project.line)(crash.abs_path.as_deref()?, crash.lineno?)?;
    Some((source, crash.module.as_deref().unwrap_or_default()))
}

/// The innermost stack may be one that was put around an error of another kind, which then is an entry of its own.
fn wrapped(trace: &mut Trace, project: &Project<'_>) {
    let Some(first) = trace.exceptions.first_mut() else {
        return;
    };
    let Some((source, module)) = source(&first.frames, project) else {
        return;
    };
    let wraps = |call: &str| source.split_once(call).map(|(_, behind)| behind);
    let value = first.value.clone().unwrap_or_default();
    let (root, ty) = if let Some(argument) = wraps("WithStack(") {
        (value.as_str(), value::literal(argument, module))
    } else if wraps(".Wrap(").or_else(|| wraps(".Wrapf(")).is_some() {
        (
            value.rsplit_once('\n').map_or(value.as_str(), |(r, _)| r),
            None,
        )
    } else {
        return;
    };
    let mut entries = vec![Exception {
        ty: ty.unwrap_or_else(|| value::ERROR.to_owned()),
        value: Some(root.to_owned()),
        ..Exception::default()
    }];
    WITH_STACK.clone_into(&mut first.ty);
    if let Some((root, words)) = value.rsplit_once('\n').filter(|(r, _)| *r == root) {
        let whole = format!("{words}: {root}");
        first.value = Some(whole.clone());
        entries.push(Exception {
            ty: WITH_MESSAGE.to_owned(),
            value: Some(whole),
            ..Exception::default()
        });
    }
    trace.exceptions.splice(0..0, entries);
    logged::number(&mut trace.exceptions);
}

fn message(trace: &mut Trace, project: &Project<'_>) {
    let text = trace.message.clone().unwrap_or_default();
    if value::is_printed(&text) || trace.handled == Some(true) {
        return;
    }
    let Some(thread) = trace.threads.iter_mut().find(|t| t.crashed) else {
        return;
    };
    if let Some(Shown::Error(ty)) = shown(&thread.frames, project) {
        trace.exceptions = vec![Exception {
            ty: ty.unwrap_or_else(|| value::UNKNOWN.to_owned()),
            value: Some(text),
            frames: std::mem::take(&mut thread.frames),
            ..Exception::default()
        }];
        trace.message = None;
    }
}

fn exception(trace: &mut Trace, project: &Project<'_>) {
    let Some(only) = trace.exceptions.first_mut() else {
        return;
    };
    match shown(&only.frames, project) {
        Some(Shown::Error(Some(ty))) => only.ty = ty,
        Some(Shown::Text) => {
            let only = std::mem::take(only);
            trace.exceptions.clear();
            trace.message = only.value;
            match trace.threads.iter_mut().find(|t| t.crashed) {
                Some(thread) => thread.frames = only.frames,
                None => trace.threads.push(Thread {
                    id: "0".to_owned(),
                    crashed: true,
                    frames: only.frames,
                    ..Thread::default()
                }),
            }
        }
        Some(Shown::Error(None)) | None => {}
    }
}
