//! What a run did, for its last words. In: counts as they happen. Out: a text for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Counts of one run. Occurrences = kept + repeats + over budget + drops.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Lines read.
    pub lines: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Records with a trace in them.
    pub traces: u64,
    /// Events that traces became: one per trace and app.
    pub occurrences: u64,
    /// Put into the outbox as events of their own.
    pub kept: u64,
    /// Repeats within a dedup window, counted into one event.
    pub repeats: u64,
    /// Events over their issue's budget, counted into one event.
    pub over_budget: u64,
    /// Events that went out for the repeats they stand for.
    pub released: u64,
    /// Dropped by policy, by reason.
    pub drops: BTreeMap<&'static str, u64>,
    /// What was odd while reading, by name (`late_continuation`, `line_cut_bytes`).
    pub notes: BTreeMap<&'static str, u64>,
    /// The same by app, as far as it is told apart.
    pub apps: BTreeMap<String, AppTally>,
}

/// One app's part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AppTally {
    /// Lines of its files; those of a file that several apps read count for each.
    pub lines: u64,
    /// Entries of journals that it got from agents before a reload.
    pub entries: u64,
    /// Events that its traces became.
    pub events: u64,
    /// Put into the outbox as events of their own.
    pub kept: u64,
    /// Dropped by policy, by reason.
    pub drops: BTreeMap<&'static str, u64>,
}

impl AppTally {
    fn add(&mut self, more: &Self) {
        self.lines += more.lines;
        self.entries += more.entries;
        self.events += more.events;
        self.kept += more.kept;
        for (reason, quantity) in &more.drops {
            *self.drops.entry(reason).or_default() += quantity;
        }
    }
}

/// What became of the outbox at the end of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Events that lie in the outbox still, and why, by receiver.
    pub waiting: Vec<(String, u64, String)>,
    /// Events lost on the way to a receiver, by reason.
    pub lost: BTreeMap<String, u64>,
    /// Entries of journals that each app got.
    pub picked: Vec<(String, u64)>,
    /// Bytes of input not read, by path.
    pub lag: Vec<(String, u64)>,
}

impl Tally {
    /// Adds to a note.
    pub fn note(&mut self, name: &'static str, quantity: u64) {
        if quantity > 0 {
            *self.notes.entry(name).or_default() += quantity;
        }
    }

    /// One app's part.
    pub fn app(&mut self, name: &str) -> &mut AppTally {
        self.apps.entry(name.to_owned()).or_default()
    }

    /// Adds the counts of a further stretch.
    pub fn add(&mut self, more: &Self) {
        self.lines += more.lines;
        self.bytes += more.bytes;
        self.traces += more.traces;
        self.occurrences += more.occurrences;
        self.kept += more.kept;
        self.repeats += more.repeats;
        self.over_budget += more.over_budget;
        self.released += more.released;
        for (reason, quantity) in &more.drops {
            *self.drops.entry(reason).or_default() += quantity;
        }
        for (name, quantity) in &more.notes {
            self.note(name, *quantity);
        }
        for (name, app) in &more.apps {
            self.app(name).add(app);
        }
    }

    /// The closing lines of `run --once`.
    #[must_use]
    pub fn render(&self, outcome: &Outcome) -> String {
        let mut text = String::new();
        row(
            &mut text,
            "read",
            &format!("{} lines, {} bytes", self.lines, self.bytes),
        );
        row(
            &mut text,
            "traces",
            &format!("{} in {} events", self.traces, self.occurrences),
        );
        row(&mut text, "kept", &self.kept.to_string());
        row(&mut text, "thinned", &self.thinned());
        let lost: u64 = outcome.lost.values().sum();
        let waiting: u64 = outcome.waiting.iter().map(|(_, events, _)| events).sum();
        row(
            &mut text,
            "sent",
            &(self.kept + self.released)
                .saturating_sub(lost + waiting)
                .to_string(),
        );
        for (reason, quantity) in &outcome.lost {
            row(&mut text, "lost", &format!("{quantity} {reason}"));
        }
        for (receiver, events, why) in &outcome.waiting {
            row(
                &mut text,
                "waiting",
                &format!("{events} for {receiver}: {why}"),
            );
        }
        for (app, entries) in &outcome.picked {
            row(
                &mut text,
                "journal",
                &format!("{entries} entries for {app}"),
            );
        }
        let lag: u64 = outcome.lag.iter().map(|(_, bytes)| bytes).sum();
        row(&mut text, "lag", &format!("{lag} bytes unread"));
        for (path, bytes) in outcome.lag.iter().filter(|(_, bytes)| *bytes > 0) {
            row(&mut text, "", &format!("{bytes} in {path}"));
        }
        for (name, quantity) in &self.notes {
            row(&mut text, "note", &format!("{quantity} {name}"));
        }
        text
    }

    fn thinned(&self) -> String {
        let mut why: Vec<String> = Vec::new();
        if self.repeats > 0 {
            why.push(format!("{} repeats", self.repeats));
        }
        if self.over_budget > 0 {
            why.push(format!("{} over rate_per_issue", self.over_budget));
        }
        if self.released > 0 {
            why.push(format!("counted into {} further events", self.released));
        }
        why.extend(
            self.drops
                .iter()
                .map(|(reason, quantity)| format!("{quantity} {reason}")),
        );
        let thinned = self.repeats + self.over_budget + self.drops.values().sum::<u64>();
        if why.is_empty() {
            thinned.to_string()
        } else {
            format!("{thinned} ({})", why.join(", "))
        }
    }
}

fn row(text: &mut String, name: &str, value: &str) {
    let _writing_to_a_string_succeeds = writeln!(text, "{name:<9}{value}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_names_why_events_were_thinned_and_what_is_unread() {
        let mut tally = Tally {
            lines: 10,
            bytes: 99,
            traces: 5,
            kept: 1,
            repeats: 3,
            released: 1,
            ..Tally::default()
        };
        tally.drops.insert("app_rate", 1);
        let outcome = Outcome {
            lag: vec![("/var/log/a.log".to_owned(), 7)],
            ..Outcome::default()
        };
        let text = tally.render(&outcome);
        assert!(
            text.contains("thinned  4 (3 repeats, counted into 1 further events, 1 app_rate)"),
            "{text}"
        );
        assert!(text.contains("sent     2\n"), "{text}");
        assert!(text.contains("7 in /var/log/a.log"), "{text}");
    }
}
