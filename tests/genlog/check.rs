//! A generated log through `parse --output json`, each event held against the truth.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::support::home::stacktail;
use crate::support::loggen::{self, Density, Lang, Truth};

/// What came of a log.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    /// Traces that were written.
    pub(crate) traces: usize,
    /// Events that came.
    pub(crate) events: usize,
    /// Traces whose beginning and end stand in one event, and in no other.
    pub(crate) exact: usize,
    /// Of those, the ones that carry their header's message and level (a Go panic has no header).
    pub(crate) headed: usize,
    /// Events that hold something of another line.
    pub(crate) foreign: usize,
}

/// Services of which every trace is read in this version, all of which write to the file.
const LANGS: &[(Lang, &str)] = &[
    (Lang::Python, "python"),
    (Lang::Java, "jvm"),
    (Lang::Go, "go"),
    (Lang::Node, "javascript"),
];

/// Writes such a log, reads it and prints what came of it; every trace must be one event, whole, and nothing else.
pub(crate) fn holds(name: &str, mib: u64, density: Density) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.log");
    let registered = |name: &str| {
        let mut languages = stacktail::language::LANGUAGES.iter();
        languages.any(|language| language.name() == name)
    };
    let langs: Vec<Lang> = LANGS
        .iter()
        .filter(|(_, name)| registered(name))
        .map(|(lang, _)| *lang)
        .collect();
    let mut truth = Vec::new();
    let told = &mut |trace| truth.push(trace);
    loggen::write_telling(&path, mib << 20, &langs, density, 7, told);
    let (figures, faults) = judge(&path, &truth);
    println!("{name}, {mib} MiB of {langs:?}: {figures:?}");
    let all = truth.len();
    let whole = Figures {
        traces: all,
        events: all,
        exact: all,
        headed: all,
        foreign: 0,
    };
    assert!(all > 0, "{name}: no trace was written");
    assert_eq!(
        figures,
        whole,
        "{name}: {:#?}",
        &faults[..faults.len().min(5)]
    );
}

/// Reads the log with the binary; the first faults are told.
fn judge(path: &Path, truth: &[Truth]) -> (Figures, Vec<String>) {
    let mut child = stacktail(&["parse", "--output", "json"])
        .arg(path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut seen: BTreeMap<u64, usize> = BTreeMap::new();
    let mut figures = Figures {
        traces: truth.len(),
        ..Figures::default()
    };
    let mut faults = Vec::new();
    for line in lines.map(Result::unwrap) {
        let event: Value = serde_json::from_str(&line).unwrap();
        figures.events += 1;
        let (ids, ended) = marks(&event);
        let one = ids.first().filter(|_| ids.len() == 1);
        let trace = one.and_then(|id| truth.get(*id as usize - 1));
        let Some(trace) = trace.filter(|trace| ended || is_whole_for_the_sdk(&event, trace)) else {
            faults.push(format!("not whole, or more than one: {ids:?}: {line}"));
            continue;
        };
        *seen.entry(trace.id).or_default() += 1;
        if let Some(foreign) = foreign(&event, trace) {
            figures.foreign += 1;
            faults.push(format!("{:?} {} holds {foreign}", trace.lang, trace.id));
        }
        if headed(&event, trace) {
            figures.headed += 1;
        } else {
            faults.push(format!(
                "{:?} {} has no header: {line}",
                trace.lang, trace.id
            ));
        }
    }
    assert!(child.wait().unwrap().success());
    figures.exact = seen.values().filter(|count| **count == 1).count();
    let missing = truth.iter().filter(|trace| !seen.contains_key(&trace.id));
    faults.extend(missing.map(|trace| format!("missing: {:?} {}", trace.lang, trace.id)));
    (figures, faults)
}

/// The numbers that stand in an event, and whether each of them has both its beginning and its end there. What was logged
/// before the trace does not count.
fn marks(event: &Value) -> (Vec<u64>, bool) {
    let mut event = event.clone();
    event["breadcrumbs"].take();
    let text = event.to_string().replace('_', "-");
    let found = |end: &str| {
        let at = text.match_indices("TRC-").filter_map(|(at, _)| {
            let (number, rest) = text[at + 4..].split_at_checked(8)?;
            rest.starts_with(end).then(|| number.parse().unwrap())
        });
        let mut ids: Vec<u64> = at.collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    let (begun, ended) = (found("-S"), found("-E"));
    let whole = begun == ended;
    let mut all = [begun, ended].concat();
    all.sort_unstable();
    all.dedup();
    (all, whole)
}

/// What the SDKs leave out of an event's frames: who started the goroutine, and of JavaScript all but the 50 newest calls.
/// Where that is what carries the end's mark, all other frames must be there.
fn is_whole_for_the_sdk(event: &Value, trace: &Truth) -> bool {
    let printed = |begin: &str| {
        trace
            .lines
            .iter()
            .filter(|line| line.starts_with(begin))
            .count()
    };
    let found = places(event).len();
    match trace.lang {
        Lang::Go => found + 1 == printed("\t/"),
        Lang::Node => found == 50 && printed("    at ") > 50,
        Lang::Python | Lang::Java => false,
    }
}

/// File and line of every frame.
fn places(event: &Value) -> Vec<(String, u64)> {
    let of = |key: &str| event[key]["values"].as_array().cloned().unwrap_or_default();
    let owners = of("exception").into_iter().chain(of("threads"));
    let frames = owners.flat_map(|owner| {
        owner["stacktrace"]["frames"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    });
    let place = |frame: Value| {
        let path = frame["abs_path"]
            .as_str()
            .or(frame["filename"].as_str())
            .unwrap_or_default();
        let name = path.rsplit('/').next().unwrap_or_default();
        (
            name.to_owned(),
            frame["lineno"].as_u64().unwrap_or_default(),
        )
    };
    frames.map(place).collect()
}

fn headed(event: &Value, trace: &Truth) -> bool {
    if trace.lang == Lang::Go {
        return event["logentry"].is_null() || event["exception"].is_null();
    }
    let entry = &event["logentry"];
    let said = entry["formatted"].as_str().or(entry["message"].as_str());
    let mark = format!("TRC-{:08}-S", trace.id);
    event["level"] == "error"
        && said.is_some_and(|said| said.ends_with(&mark) && trace.lines[0].ends_with(said))
}

/// A value's line or a frame's place that does not stand in the trace.
fn foreign(event: &Value, trace: &Truth) -> Option<String> {
    let exceptions = event["exception"]["values"]
        .as_array()
        .into_iter()
        .flatten();
    let values = exceptions.filter_map(|exception| exception["value"].as_str());
    let mut texts: Vec<String> = values.flat_map(str::lines).map(str::to_owned).collect();
    texts.extend(
        places(event)
            .into_iter()
            .flat_map(|(name, line)| [name, line.to_string()]),
    );
    let has = |text: &str| trace.lines.iter().any(|line| line.contains(text));
    texts.into_iter().find(|text| !has(text))
}
