//! The state of things for people. In: what the admin socket answered. Out: a text without anything that a terminal obeys.

use std::fmt::Write as _;

use super::status::{Answer, AppStatus, FileStatus, Outbox, ReceiverStatus, Sources, Status};
use crate::bounds::STATUS_FILES_MAX;

/// All of it.
#[must_use]
pub fn page(answer: &Answer) -> String {
    let mut text = String::new();
    match &answer.status {
        None => row(
            &mut text,
            0,
            "the agent has read nothing yet: it is starting, or it hangs",
        ),
        Some(status) => {
            if !answer.answers {
                let line = format!(
                    "the thread that reads does not answer; this is as it was {} s ago",
                    answer.age_s
                );
                row(&mut text, 0, &line);
            }
            whole(&mut text, status);
        }
    }
    harmless(&text)
}

/// Bytes for people.
#[must_use]
pub fn bytes(bytes: u64) -> String {
    let units = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match units.iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
        None => format!("{bytes} B"),
    }
}

fn row(text: &mut String, indent: usize, line: &str) {
    let _writing_to_a_string_succeeds = writeln!(text, "{:indent$}{line}", "");
}

fn also(line: &mut String, more: &str) {
    line.push_str(more);
}

fn whole(text: &mut String, status: &Status) {
    let agent = &status.agent;
    let since = span(agent.uptime_s);
    row(
        text,
        0,
        &format!(
            "stacktail {} (pid {}), up {since}, since {}",
            agent.version, agent.pid, agent.started
        ),
    );
    let pass = agent.last_pass.as_deref();
    let pass = pass.map_or_else(
        || "not yet to the end of what was there".to_owned(),
        |at| format!("to the end of everything at {at}"),
    );
    row(text, 0, &format!("read {pass}"));
    row(
        text,
        0,
        &format!(
            "configured by {} at {}; state in {}",
            agent.host_file, agent.configured, agent.state_dir
        ),
    );
    if agent.state_fails {
        row(
            text,
            0,
            "THE STATE FILE CANNOT BE WRITTEN: nothing is read on; the log says why",
        );
    }
    for problem in &status.problems {
        row(text, 0, &format!("{}: {}", problem.severity, problem.text));
    }
    for app in &status.apps {
        self::app(text, app);
    }
    if let Some(routed) = &status.routed {
        row(text, 0, "\nfor the routes");
        sources(text, routed);
    }
    if !status.receivers.is_empty() {
        row(text, 0, "\nreceivers");
    }
    for each in &status.receivers {
        receiver(text, each);
    }
}

fn app(text: &mut String, app: &AppStatus) {
    let AppStatus {
        name,
        environment,
        receiver,
        counts,
        ever,
        ..
    } = app;
    row(
        text,
        0,
        &format!("\napp {name} -> {receiver} ({environment})"),
    );
    if app.paused {
        row(text, 2, "its part of the outbox is full: its files wait");
    }
    sources(text, &app.sources);
    row(
        text,
        2,
        &format!(
            "since the start: {} lines, {} events of them: {} kept, {} counted into others, {} dropped{}",
            counts.lines,
            counts.events,
            counts.kept,
            counts.thinned,
            counts.dropped.values().sum::<u64>(),
            reasons(&counts.dropped),
        ),
    );
    let last = ever.last_delivered.as_deref();
    let last = last.map_or_else(String::new, |at| format!(", the last at {at}"));
    row(
        text,
        2,
        &format!(
            "ever: {} events delivered for {} occurrences{last}",
            ever.delivered_events, ever.delivered_occurrences
        ),
    );
    if !ever.ledger.is_empty() {
        row(text, 2, &format!("ledger{}", reasons(&ever.ledger)));
    }
    row(
        text,
        2,
        &format!("waiting: {}{}", outbox(&app.outbox), windows(app)),
    );
}

fn windows(app: &AppStatus) -> String {
    let windows = &app.open_windows;
    match windows.events {
        0 => String::new(),
        events => format!(
            "; {events} for their window's end, with {} occurrences so far",
            windows.occurrences
        ),
    }
}

fn outbox(outbox: &Outbox) -> String {
    match outbox.events {
        0 => "nothing".to_owned(),
        events => format!("{events} events, {}", bytes(outbox.bytes)),
    }
}

fn reasons(counts: &std::collections::BTreeMap<String, u64>) -> String {
    if counts.is_empty() {
        return String::new();
    }
    let each = counts
        .iter()
        .map(|(reason, count)| format!("{count} {reason}"));
    format!(" ({})", each.collect::<Vec<_>>().join(", "))
}

/// What is wrong first, then what lags most; those that are read to their end are counted where there are many.
fn sources(text: &mut String, sources: &Sources) {
    if let Some(entries) = sources.journal_entries {
        row(text, 2, &format!("journal: {entries} entries"));
    }
    let mut files: Vec<&FileStatus> = sources.files.iter().collect();
    files.sort_by_key(|file| (file.why.is_none(), u64::MAX - file.lag_bytes));
    let read = files.iter().filter(|file| file.state != "not_read").count();
    let not = match files.len() - read {
        0 => String::new(),
        not => format!(", {not} not read"),
    };
    if !files.is_empty() || sources.journal_entries.is_none() {
        let lag = bytes(sources.lag_bytes);
        row(text, 2, &format!("files: {read} read{not}, {lag} behind"));
    }
    for file in files.iter().take(STATUS_FILES_MAX) {
        row(text, 4, &one_file(file));
    }
    let more = files.len().saturating_sub(STATUS_FILES_MAX);
    if more > 0 {
        row(
            text,
            4,
            &format!("… and {more} more (--output json has all)"),
        );
    }
}

fn one_file(file: &FileStatus) -> String {
    let FileStatus {
        path,
        state,
        position,
        size,
        lag_bytes,
        why,
    } = file;
    if state == "not_read" {
        return format!("{path}: {}", why.as_deref().unwrap_or("not read"));
    }
    let mut line = format!("{path}: {position} of {size}");
    if *lag_bytes > 0 {
        also(&mut line, &format!(", {} behind", bytes(*lag_bytes)));
    }
    if state != "read" {
        also(&mut line, &format!(", {state}"));
    }
    if let Some(why) = why {
        also(&mut line, &format!(": {why}"));
    }
    line
}

fn receiver(text: &mut String, receiver: &ReceiverStatus) {
    let ReceiverStatus {
        receiver,
        apps,
        standing,
        why,
        next_in_s,
        outbox,
    } = receiver;
    let whose = if apps.is_empty() {
        "no app any more".to_owned()
    } else {
        apps.join(", ")
    };
    let mut line = format!("{receiver} ({whose}): {}", standing.replace('_', " "));
    if let Some(why) = why {
        also(&mut line, &format!(": {why}"));
    }
    if let Some(seconds) = next_in_s {
        also(&mut line, &format!("; next attempt in {}", span(*seconds)));
    }
    also(&mut line, &format!("; waiting: {}", self::outbox(outbox)));
    row(text, 2, &line);
}

/// Seconds for people.
fn span(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, minutes) => format!("{minutes} min {} s", seconds % 60),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

/// Names of files are written by strangers.
fn harmless(text: &str) -> String {
    let shown = |c: char| {
        if c.is_control() && c != '\n' {
            '\u{fffd}'
        } else {
            c
        }
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::super::status::{AgentStatus, Counts, Said};
    use super::*;

    fn file(path: &str, lag: u64, why: Option<&str>) -> FileStatus {
        FileStatus {
            path: path.to_owned(),
            state: if why.is_some() { "not_read" } else { "read" }.to_owned(),
            position: 10,
            size: 10 + lag,
            lag_bytes: lag,
            why: why.map(str::to_owned),
        }
    }

    fn answer(status: Status) -> Answer {
        Answer {
            answers: true,
            age_s: 0,
            status: Some(status),
        }
    }

    #[test]
    fn what_is_wrong_comes_first_and_the_rest_is_counted() {
        let mut files: Vec<_> = (0..20).map(|n| file(&format!("/l/{n}"), n, None)).collect();
        files.push(file("/l/b\u{1b}[2Jad", 0, Some("not tailed: compressed")));
        let counts = Counts {
            lines: 7,
            events: 5,
            kept: 2,
            thinned: 2,
            dropped: [("app_rate".to_owned(), 1)].into(),
        };
        let app = AppStatus {
            name: "a".to_owned(),
            sources: Sources {
                files,
                lag_bytes: 190,
                journal_entries: Some(3),
            },
            counts,
            ..AppStatus::default()
        };
        let status = Status {
            agent: AgentStatus {
                uptime_s: 90_061,
                ..AgentStatus::default()
            },
            apps: vec![app],
            receivers: vec![ReceiverStatus {
                receiver: "https://***@h.org/3".to_owned(),
                standing: "rate_limited".to_owned(),
                why: Some("it said so".to_owned()),
                next_in_s: Some(61),
                ..ReceiverStatus::default()
            }],
            problems: vec![Said {
                severity: "error".to_owned(),
                text: "b.toml:1:2: no".to_owned(),
            }],
            ..Status::default()
        };
        let text = page(&answer(status));
        for part in [
            "up 1 d 1 h",
            "error: b.toml:1:2: no\n",
            "journal: 3 entries\n  files: 20 read, 1 not read, 190 B behind\n    /l/b\u{fffd}[2Jad: not tailed: compressed\n    /l/19: 10 of 29, 19 B behind\n",
            "… and 11 more",
            "7 lines, 5 events of them: 2 kept, 2 counted into others, 1 dropped (1 app_rate)",
            "https://***@h.org/3 (no app any more): rate limited: it said so; next attempt in 1 min 1 s; waiting: nothing",
        ] {
            assert!(text.contains(part), "{part:?} is not in:\n{text}");
        }
    }

    #[test]
    fn an_agent_that_does_not_answer_is_said() {
        let mut answer = answer(Status::default());
        answer.answers = false;
        answer.age_s = 75;
        let text = page(&answer);
        assert!(
            text.starts_with("the thread that reads does not answer; this is as it was 75 s ago\n")
        );
        answer.status = None;
        assert!(page(&answer).contains("starting, or it hangs"));
    }
}
