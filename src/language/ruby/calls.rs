//! What was called in a trace so far. In: places. Out: whether another crash's place was called from where those were.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::line::Place;
use crate::bounds::FRAMES_MAX;

/// Functions and lines.
#[derive(Debug, Default)]
pub(super) struct Calls {
    /// Function and line of what was called so far.
    known: Vec<(u64, u32)>,
    /// Functions in whose `rescue` or `ensure` something was raised.
    rescues: Vec<u64>,
    /// The last crash has such a one among its callers.
    caused: bool,
}

impl Calls {
    /// The place of a crash.
    pub(super) fn begin(&mut self, place: &Place<'_>) {
        self.caused = false;
        self.know(place);
    }

    /// Was the last crash raised while another was dealt with? Then that one is its cause, and is printed.
    pub(super) fn are_caused(&self) -> bool {
        self.caused
    }

    /// A caller that is surely the trace's.
    pub(super) fn know(&mut self, place: &Place<'_>) {
        if self.known.len() < FRAMES_MAX {
            let function = function(place);
            self.known.push((function, place.line.unwrap_or(0)));
            if place.label.is_some_and(rescues) {
                self.rescues.push(function);
                self.caused = true;
            }
        }
    }

    /// Was this called from where something of ours was, or is it what a later line of the same function rescued?
    pub(super) fn is_known(&self, place: &Place<'_>) -> bool {
        let (own, line) = (function(place), place.line.unwrap_or(0));
        let rescued = place.modern || self.rescues.contains(&own);
        let meets =
            |(known, at): &(u64, u32)| *known == own && (*at == line || (rescued && *at > line));
        self.known.iter().any(meets)
    }

    /// Was the same function left before it came to this line? Then it was called another time.
    pub(super) fn is_later(&self, place: &Place<'_>) -> bool {
        let (own, line) = (function(place), place.line.unwrap_or(0));
        let mut lines = self.known.iter().filter(|(known, _)| *known == own);
        lines.clone().next().is_some() && lines.all(|(_, at)| *at < line)
    }

    /// Was the same function left at another line, though nothing was rescued? Since 3.4 the text does not tell.
    pub(super) fn meets_otherwise(&self, place: &Place<'_>) -> bool {
        let (own, line) = (function(place), place.line.unwrap_or(0));
        let mut lines = self.known.iter().filter(|(known, _)| *known == own);
        !place.modern
            && self.rescues.is_empty()
            && lines.clone().next().is_some()
            && lines.all(|(_, at)| *at != line)
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
