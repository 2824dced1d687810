//! What the source tells. In: a trace whose value may be an error's text or a string. Out: the same as exception or
//! message, as the line that calls `panic` shows it, where that line can be read.

use super::value::{self, Shown};
use crate::language::{Exception, Frame, Project, Thread, Trace};

pub(super) fn resolve(trace: &mut Trace, project: &Project<'_>) {
    if trace.is_message() {
        message(trace, project);
    } else if let [only] = &trace.exceptions[..]
        && only.ty == value::UNKNOWN
    {
        exception(trace, project);
    }
}

/// What the line of the crash frame throws.
fn shown(frames: &[Frame], project: &Project<'_>) -> Option<Shown> {
    let crash = frames.last()?;
    let source = (project.line)(crash.abs_path.as_deref()?, crash.lineno?)?;
    value::shown(&source, crash.module.as_deref().unwrap_or_default())
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
