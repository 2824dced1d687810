//! How `parse` prints. Data goes to stdout, talk to stderr; text of the log never reaches a terminal raw.

use crate::bounds::TABLE_ISSUES_MAX;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::io::Write as _;

use super::Output;
use crate::assemble::Counts;
use crate::event::pretty;
use crate::event::protocol::Event;
use crate::os::env;
use crate::policy::{IssueKey, Reason, issue_key};

/// Bytes printed at once.
const BUFFER_BYTES: usize = 64 << 10;
/// Characters of a column.
const TITLE_CHARS: usize = 72;

/// Prints events.
pub(super) struct Printer {
    output: Output,
    colour: bool,
    buffer: Vec<u8>,
    issues: HashMap<IssueKey, Issue>,
    exceptions: u64,
    without: u64,
    refused: BTreeMap<&'static str, u64>,
    beyond: u64,
}

struct Issue {
    count: u64,
    first: u64,
    title: String,
    culprit: String,
}

impl Printer {
    pub(super) fn new(output: Output) -> Self {
        Self {
            output,
            colour: env::colour_wanted(env::stdout_is_terminal()),
            buffer: Vec::new(),
            issues: HashMap::new(),
            exceptions: 0,
            without: 0,
            refused: BTreeMap::new(),
            beyond: 0,
        }
    }

    pub(super) fn event(&mut self, event: &Event) {
        self.exceptions += 1;
        match self.output {
            Output::Pretty => {
                let text = if self.colour {
                    pretty::coloured(event)
                } else {
                    pretty::plain(event)
                };
                self.buffer.extend_from_slice(text.as_bytes());
                self.buffer.push(b'\n');
            }
            Output::Json => {
                // Strings, numbers and lists alone: this cannot fail.
                if serde_json::to_writer(&mut self.buffer, event).is_ok() {
                    self.buffer.push(b'\n');
                }
            }
            Output::Summary => self.count(event),
        }
        if self.buffer.len() >= BUFFER_BYTES {
            self.flush();
        }
    }

    fn count(&mut self, event: &Event) {
        let key = issue_key("", event);
        if let Some(issue) = self.issues.get_mut(&key) {
            issue.count += 1;
        } else if self.issues.len() < TABLE_ISSUES_MAX {
            let issue = Issue {
                count: 1,
                first: self.exceptions,
                title: pretty::title(event),
                culprit: pretty::culprit(event),
            };
            self.issues.insert(key, issue);
        } else {
            self.beyond += 1;
        }
    }

    /// An opening was found, but no exception behind it.
    pub(super) fn without_exception(&mut self) {
        self.without += 1;
    }

    /// The agent would drop it: said, not printed.
    pub(super) fn refused(&mut self, event: &Event, reason: Reason) {
        *self.refused.entry(reason.as_str()).or_default() += 1;
        crate::cli::talk(&format!(
            "note: {} would drop this {}: {} ({})\n",
            reason.as_str(),
            event.level,
            pretty::title(event),
            pretty::seen_at(event)
        ));
    }

    /// Prints what waits.
    pub(super) fn flush(&mut self) {
        // A reader that went away (`| head`) is no problem.
        let _reader_gone = std::io::stdout().lock().write_all(&self.buffer);
        self.buffer.clear();
    }

    pub(super) fn finish(&mut self, counts: &Counts, cut_bytes: u64) {
        if self.output == Output::Summary {
            let text = self.summary(counts, cut_bytes);
            self.buffer.extend_from_slice(text.as_bytes());
        }
        self.flush();
    }

    /// Is each event shown, not only counted?
    pub(super) fn shows_events(&self) -> bool {
        self.output != Output::Summary
    }

    fn summary(&self, counts: &Counts, cut_bytes: u64) -> String {
        let mut issues: Vec<&Issue> = self.issues.values().collect();
        issues.sort_by_key(|i| (std::cmp::Reverse(i.count), i.first));
        let width = issues
            .iter()
            .map(|i| shown(&i.title).chars().count())
            .max()
            .unwrap_or(0);
        let mut out = String::new();
        // Writing into a String cannot fail.
        if !issues.is_empty() {
            let _ = writeln!(out, "{:>7}  {:width$}  culprit", "count", "issue");
        }
        for issue in &issues {
            let line = format!(
                "{:>7}  {:width$}  {}",
                issue.count,
                shown(&issue.title),
                issue.culprit
            );
            let _ = writeln!(out, "{}", line.trim_end());
        }
        if !issues.is_empty() {
            out.push('\n');
        }
        let _ = writeln!(
            out,
            "{} in {}, {} ({})",
            plural(self.exceptions, "trace"),
            plural(issues.len() as u64, "issue"),
            plural(counts.lines, "line"),
            bytes(counts.bytes)
        );
        self.notes(counts, cut_bytes, &mut out);
        out
    }

    /// What else was seen, by name; nothing where nothing was.
    fn notes(&self, counts: &Counts, cut_bytes: u64, out: &mut String) {
        let rows = [
            ("issues beyond the table's bound", self.beyond),
            ("openings without an exception", self.without),
            ("traces ended by a bound", counts.closed_by_bound),
            ("lines left out of traces by a bound", counts.lines_dropped),
            (
                "lines that came too late for their trace",
                counts.late_continuations,
            ),
            ("records of others between a trace's lines", counts.foreign),
            ("bytes past the bound of a line", cut_bytes),
        ];
        for (reason, count) in &self.refused {
            let _ = writeln!(out, "{count} dropped by {reason}");
        }
        for (what, count) in rows {
            if count > 0 {
                let _ = writeln!(out, "{count} {what}");
            }
        }
    }
}

fn shown(title: &str) -> String {
    if title.chars().count() <= TITLE_CHARS {
        return title.to_owned();
    }
    title.chars().take(TITLE_CHARS - 1).chain(['…']).collect()
}

fn plural(count: u64, what: &str) -> String {
    let end = if count == 1 { "" } else { "s" };
    format!("{count} {what}{end}")
}

fn bytes(count: u64) -> String {
    let mib = count as f64 / f64::from(1 << 20);
    if mib >= 1.0 {
        format!("{mib:.1} MiB")
    } else {
        plural(count, "byte")
    }
}
