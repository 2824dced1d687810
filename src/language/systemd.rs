//! Units that failed. In: the line in which systemd tells the result (`unit_log_failure` in its `src/core/unit.c`). Out: an
//! exception that names unit and result. What the unit itself printed is another's; only apps that ask for it get this one.

use serde_json::Map;

use super::{Exception, Language, Project, Trace, seek};
use crate::assemble::{Grammar, Record, Step, Tracker};
use crate::level::Level;

/// systemd.
pub struct Systemd;

const OPENING: &str = ": Failed with result '";

/// Unit and result: `shop.service: Failed with result 'exit-code'.`
fn failure(text: &str) -> Option<(&str, &str)> {
    let (unit, rest) = text.trim().split_once(OPENING)?;
    let (result, rest) = rest.split_once('\'')?;
    let word = |text: &str| !text.is_empty() && !text.contains(' ');
    // Of a unit that was started on demand, more may follow.
    (word(unit) && unit.contains('.') && word(result) && rest.starts_with('.'))
        .then_some((unit, result))
}

/// One line is all of it.
struct Whole;

impl Tracker for Whole {
    fn step(&mut self, _text: &[u8], _header: bool) -> Step {
        Step::Ended
    }

    fn unfinished(&self) -> bool {
        false
    }
}

impl Grammar for Systemd {
    fn open(&self, text: &[u8]) -> Option<Box<dyn Tracker>> {
        failure(&seek::text(text))?;
        Some(Box::new(Whole))
    }
}

impl Language for Systemd {
    fn name(&self) -> &'static str {
        "systemd"
    }

    fn platform(&self) -> &'static str {
        "other"
    }

    fn openings(&self) -> &'static [&'static str] {
        &[OPENING]
    }

    fn parse(&self, record: &Record) -> Trace {
        let text = record.lines.iter().next().map(seek::text);
        let text = text.unwrap_or_default();
        let Some((unit, result)) = failure(&text) else {
            return Trace::default();
        };
        let facts = [("unit", unit), ("result", result)];
        let process = Map::from_iter(facts.map(|(name, value)| (name.to_owned(), value.into())));
        Trace {
            exceptions: vec![Exception {
                ty: "UnitFailed".to_owned(),
                value: Some(format!("{unit}: {result}")),
                ..Exception::default()
            }],
            handled: Some(false),
            // The line is a warning: systemd goes on. The unit does not.
            sent_level: Some(Level::Error),
            tags: vec![("unit", unit.to_owned()), ("result", result.to_owned())],
            contexts: vec![("unit", process)],
            unit_failure: true,
            ..Trace::default()
        }
    }

    fn source_extensions(&self) -> &'static [&'static str] {
        &[]
    }

    fn resolve(&self, _trace: &mut Trace, _project: &Project<'_>) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_tell_of_a_failure() {
        let line = "cart@7.service: Failed with result 'start-limit-hit'.";
        assert_eq!(failure(line), Some(("cart@7.service", "start-limit-hit")));
        for no in [
            "Failed with result 'exit-code'.",
            "the job: Failed with result 'x'.",
            "job: Failed with result 'x'.",
            "a.service: Failed with result ''.",
            "a.service: Failed with result 'x'",
        ] {
            assert_eq!(failure(no), None, "{no}");
        }
    }
}
