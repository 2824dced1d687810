//! Backtraces. In: their lines. Out: the frames that the SDK sends, oldest first.
//!
//! A panic's backtrace is taken by the SDK itself, from its hook on: what stands above the hook is the printing. The backtrace of
//! an anyhow error it reads from the error's text, by an expression that does not know brackets in a symbol: such a call has
//! its location as function and no file.

use super::line::{self, Call, Place};
use super::symbol;
use crate::bounds::RECORD_FRAMES_MAX;
use crate::language::Frame;

/// How the SDK comes by a backtrace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// By itself: without columns.
    Itself,
    /// From the text of an error.
    FromText,
    /// Not at all: whoever printed it had it from the runtime.
    Printed,
}

/// The calls of these lines, the crash first, up to the first line that is none.
pub(super) fn calls<'a>(lines: &[&'a str]) -> Vec<(Call<'a>, Option<Place<'a>>)> {
    let mut calls: Vec<(Call<'a>, Option<Place<'a>>)> = Vec::new();
    let mut ended = false;
    for text in lines {
        if let Some(place) = line::at(text) {
            if let Some((_, slot)) = calls.last_mut() {
                *slot = slot.or(Some(place));
            }
        } else if let Some(call) = line::call(text).or_else(|| line::inlined(text)) {
            if calls.len() < RECORD_FRAMES_MAX {
                calls.push((call, None));
            }
        } else if !line::is_aside(text) {
            ended = true;
            if !line::is_blank(text) {
                break;
            }
        }
    }
    if !ended {
        drop_torn(&mut calls);
    }
    calls
}

/// Calls with which a backtrace ends, of which no file is known.
const OUTERMOST: &[&str] = &[
    "_start",
    "main",
    "<unknown>",
    "clone",
    "clone3",
    "__clone",
    "start_thread",
];
/// So many calls without a file have none: nothing was torn off.
const STRIPPED: usize = 3;

/// A last call without its file may have been torn.
fn drop_torn(calls: &mut Vec<(Call<'_>, Option<Place<'_>>)>) {
    let stripped = calls.len() > STRIPPED && calls.iter().all(|(_, place)| place.is_none());
    let torn = calls
        .last()
        .is_some_and(|(call, place)| place.is_none() && !OUTERMOST.contains(&call.symbol));
    if torn && !stripped {
        calls.pop();
    }
}

/// The frames of these calls.
pub(super) fn frames(calls: &[(Call<'_>, Option<Place<'_>>)], taken: Taken) -> Vec<Frame> {
    let printing = match taken {
        Taken::Itself => printing(calls),
        Taken::FromText | Taken::Printed => 0,
    };
    let own = calls.iter().skip(printing);
    let mut frames: Vec<Frame> = own
        .filter_map(|(call, place)| frame(call.symbol, *place, taken))
        .collect();
    frames.reverse();
    frames
}

/// How many of the calls print the panic; all, where the hook that begins them is not among them.
fn printing(calls: &[(Call<'_>, Option<Place<'_>>)]) -> usize {
    const HOOKS: &[&str] = &[
        "std::panicking::panic_with_hook",
        "std::panicking::rust_panic_with_hook",
    ];
    const PANICS: &[&str] = &[
        "std::panicking::",
        "core::panicking::",
        "rust_begin_unwind",
        "__rustc::",
        "std::alloc::",
    ];
    let of = |(call, _): &(Call<'_>, Option<Place<'_>>), known: &[&str]| {
        let name = symbol::function(call.symbol);
        known.iter().any(|begin| name.starts_with(begin))
    };
    if let Some(hook) = calls.iter().position(|call| of(call, HOOKS)) {
        return hook;
    }
    // A short backtrace begins with the panic, and a whole one has an end.
    let panics = calls.first().is_some_and(|call| of(call, PANICS));
    let whole = calls
        .last()
        .is_some_and(|(call, _)| OUTERMOST.contains(&call.symbol));
    if panics || whole { 0 } else { calls.len() }
}

fn frame(printed: &str, place: Option<Place<'_>>, taken: Taken) -> Option<Frame> {
    if taken == Taken::FromText && printed.contains('(') {
        let function = format!("at {}", place.map(written)?);
        return Some(Frame {
            in_app: Some(true),
            function: Some(function),
            ..Frame::default()
        });
    }
    let function = symbol::function(printed);
    let located = place.map(located).unwrap_or_default();
    Some(Frame {
        package: symbol::package(&function),
        in_app: Some(!symbol::is_library(&function)),
        function: Some(function),
        colno: located.colno.filter(|_| taken != Taken::Itself),
        ..located
    })
}

fn written(place: Place<'_>) -> String {
    let number = |n: Option<u32>| n.map(|n| format!(":{n}")).unwrap_or_default();
    format!(
        "{}{}{}",
        place.path,
        number(place.lineno),
        number(place.colno)
    )
}

/// A frame of which nothing is known but where it stands.
pub(super) fn located(place: Place<'_>) -> Frame {
    Frame {
        filename: place.path.rsplit(['/', '\\']).next().map(str::to_owned),
        abs_path: Some(place.path.to_owned()),
        lineno: place.lineno,
        colno: place.colno,
        ..Frame::default()
    }
}

/// Where a panic without a backtrace came from.
pub(super) fn only(place: Place<'_>) -> Frame {
    Frame {
        colno: None,
        in_app: Some(!super::resolve::is_library(place.path)),
        ..located(place)
    }
}
