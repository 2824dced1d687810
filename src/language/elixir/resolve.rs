//! What the app's sources tell. In: frames of the app's own code, whose paths are relative to their project. Out: the source
//! lines around, as sentry-elixir packages them.

use crate::language::{Frame, Project, Trace};

/// Lines before and behind.
const AROUND: u32 = 3;

pub(super) fn resolve(trace: &mut Trace, project: &Project<'_>) {
    let Some(root) = project.root else {
        return;
    };
    let own = |frame: &&mut Frame| frame.in_app == Some(true) && frame.context_line.is_none();
    for frame in trace.frames_mut().filter(own) {
        fill(frame, root, project);
    }
}

fn fill(frame: &mut Frame, root: &str, project: &Project<'_>) {
    let (Some(file), Some(number)) = (frame.filename.as_deref(), frame.lineno) else {
        return;
    };
    let app = frame.package.as_deref().unwrap_or_default();
    let places = [
        format!("{root}/{file}"),
        // A project of several applications.
        format!("{root}/apps/{app}/{file}"),
    ];
    let found = places
        .iter()
        .find_map(|place| Some((place, (project.line)(place, number)?)));
    let Some((place, line)) = found else {
        return;
    };
    let read = |number: u32| (project.line)(place, number);
    let before = number.saturating_sub(AROUND).max(1)..number;
    let behind = number.saturating_add(1)..=number.saturating_add(AROUND);
    let (before, behind) = (
        before.filter_map(read).collect(),
        behind.map_while(read).collect(),
    );
    frame.context_line = Some(line);
    frame.pre_context = before;
    frame.post_context = behind;
}
