//! What was called in a trace so far. In: places. Out: whether another crash's place was called from where those were.
//!
//! A cause was raised beneath a function that went on to a later line, where it rescued it and raised the other. From there
//! outwards the two have the same callers.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::line::Place;
use crate::bounds::FRAMES_MAX;

/// What a place tells of a crash that may be the cause of the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meeting {
    /// It came from where the last one was raised: it is the cause.
    Cause,
    /// It came from an earlier line of a function of the last one's: if both were called from the same place, it is.
    Earlier,
    /// It was called from the same place as the last one, and no sooner did they meet.
    Outside,
    /// The function was left before it came to this line: it was called another time.
    Later,
    /// Nothing.
    Unknown,
}

/// Functions and lines.
#[derive(Debug, Default)]
pub(super) struct Calls {
    /// Function and line of what was called so far.
    known: Vec<(u64, u32)>,
    /// Where the last crash was raised.
    raised: Option<(u64, u32)>,
    /// Functions in whose `rescue` or `ensure` the last crash was raised: it has a cause. Since 3.4 no label tells.
    rescues: Vec<u64>,
    /// Of what may be the cause: function, line, whether it is raised in a `rescue`.
    doubtful: Vec<(u64, u32, bool)>,
}

impl Calls {
    /// The place of a crash.
    pub(super) fn begin(&mut self, place: &Place<'_>) {
        self.rescues.clear();
        self.raised = Some((function(place), place.line.unwrap_or(0)));
        self.know(place);
    }

    /// Was the last crash raised while another was dealt with?
    pub(super) fn are_caused(&self) -> bool {
        !self.rescues.is_empty()
    }

    /// A place of what may be the cause; its head is the first.
    pub(super) fn doubt(&mut self, place: &Place<'_>, head: bool) {
        if head {
            self.doubtful.clear();
        }
        if self.doubtful.len() < FRAMES_MAX {
            let told = place.label.is_some_and(rescues);
            let line = place.line.unwrap_or(0);
            self.doubtful.push((function(place), line, told));
        }
    }

    /// It is the cause.
    pub(super) fn prove(&mut self) {
        let doubtful = std::mem::take(&mut self.doubtful);
        if let Some((function, line, _)) = doubtful.first() {
            self.raised = Some((*function, *line));
            self.rescues.clear();
        }
        for (function, line, told) in doubtful {
            self.known.push((function, line));
            self.rescues.extend(told.then_some(function));
        }
    }

    /// A caller that is surely the trace's.
    pub(super) fn know(&mut self, place: &Place<'_>) {
        if self.known.len() < FRAMES_MAX {
            let function = function(place);
            self.known.push((function, place.line.unwrap_or(0)));
            if place.label.is_some_and(rescues) {
                self.rescues.push(function);
            }
        }
    }

    /// What the place tells.
    pub(super) fn meet(&self, place: &Place<'_>) -> Meeting {
        let (own, line) = (function(place), place.line.unwrap_or(0));
        let lines = || self.known.iter().filter(|(known, _)| *known == own);
        if lines().next().is_none() {
            return Meeting::Unknown;
        }
        let rescued = self.rescues.contains(&own);
        let same = lines().any(|(_, at)| *at == line);
        if lines().any(|(_, at)| *at > line) {
            let told = rescued || (place.modern && !same);
            return match (told, same) {
                (true, _) => Meeting::Cause,
                (false, true) => Meeting::Outside,
                (false, false) => Meeting::Earlier,
            };
        }
        if !same {
            return Meeting::Later;
        }
        if rescued || self.raised == Some((own, line)) {
            return Meeting::Cause;
        }
        Meeting::Outside
    }
}

/// Is it raised while another is dealt with?
fn rescues(label: &str) -> bool {
    label.contains("rescue in ") || label.contains("ensure in ")
}

/// The file and the function, without the part of it that is a block of its own.
fn function(place: &Place<'_>) -> u64 {
    let mut label = place.label.unwrap_or_default();
    while let Some(inner) = ["rescue in ", "ensure in ", "block in "]
        .iter()
        .find_map(|part| label.strip_prefix(part))
    {
        label = inner;
    }
    let mut hasher = DefaultHasher::new();
    (place.path, label).hash(&mut hasher);
    hasher.finish()
}

/// Tells a text again.
pub(super) fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Tells a place again, its line included.
pub(super) fn whole(place: &Place<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    (place.path, place.line, place.label).hash(&mut hasher);
    hasher.finish()
}
