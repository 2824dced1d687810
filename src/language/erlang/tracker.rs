//! What belongs to an Erlang report. In: the stream's lines, one by one. Out: a [`Step`] for each.
//!
//! A process that crashes is told of by several reports, each with a head: its own, `proc_lib`'s and its supervisor's. They
//! are one trace if they name the same process. Terms are set in where they take several lines.

use super::line::{self, Head};
use crate::assemble::{Step, Tracker};
use crate::bounds::LOOSE_LINES_MAX;

/// Follows one crash.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts of the lines so far, each by itself"
)]
pub(super) struct Follower {
    /// Its process, once a line names it, and the name that it is registered by.
    pid: Option<String>,
    name: Option<String>,
    /// The process of the report that may be another's.
    candidate: Option<String>,
    /// Another report began, whose process is not known yet.
    awaits: bool,
    framed: bool,
    headed: bool,
    /// Each line carries the header that the first one had.
    prefixed: bool,
    /// Its crash report came, or one began: a process has no other.
    crashed: bool,
    /// Nothing came behind the first line yet.
    fresh: bool,
    /// The first line is a report's head.
    reported: bool,
    /// How far the first line is set in.
    base: usize,
    /// The first place that it tells, to be known again in another report.
    place: Option<(String, u32)>,
    /// The report whose process is not known yet told it, too.
    met: bool,
    after_blank: bool,
    loose: u32,
}

impl Follower {
    /// A follower, if the text opens a report.
    pub(super) fn open(text: &str) -> Option<Self> {
        let head = matches!(line::head(text), Some(Head::Error | Head::Crash));
        let report = head || line::reports(text);
        if !report && !line::holds_place(text) && !line::tells(text) {
            return None;
        }
        let mut follower = Self {
            pid: None,
            name: None,
            candidate: None,
            awaits: false,
            framed: line::holds_place(text),
            headed: false,
            prefixed: false,
            crashed: text.trim_start().starts_with(line::CRASH),
            fresh: true,
            reported: report,
            base: if report { line::indent(text) } else { 0 },
            place: None,
            met: false,
            after_blank: false,
            loose: 0,
        };
        follower.learn(text);
        Some(follower)
    }

    fn next(&mut self, text: &str, header: bool) -> Step {
        let text = line::dedent(text, self.base);
        let fresh = std::mem::take(&mut self.fresh);
        if header && text.trim().is_empty() && !self.prefixed && !fresh {
            // `logger` puts the report on lines of its own.
            return self.begins_another();
        }
        if header && !self.prefixed {
            let inner = text.starts_with([' ', '\t']) && (self.reported || self.framed);
            let begun = fresh && self.reported && !self.framed;
            let goes_on = inner || begun || line::frame(text).is_some();
            if !goes_on {
                return self.told_again(text);
            }
            self.prefixed = true;
        }
        if text.trim().is_empty() {
            self.after_blank = true;
            return Step::Perhaps;
        }
        let after_blank = std::mem::take(&mut self.after_blank);
        match line::head(text) {
            Some(Head::Crash) if text.starts_with(line::CRASH) => {
                if std::mem::replace(&mut self.crashed, true) {
                    return Step::Ended;
                }
                return self.begins_another();
            }
            Some(Head::Crash | Head::Supervisor) => return self.begins_another(),
            Some(_) => return Step::Ended,
            None => {}
        }
        if self.awaits {
            return self.awaited(text);
        }
        self.learn(text);
        let inner = text.starts_with([' ', '\t']);
        let framed = line::holds_place(text) || line::frame(text).is_some();
        if self.framed && text.starts_with(line::BOOT) {
            return Step::Ended;
        }
        self.framed |= framed;
        let alone = self.headed && !self.prefixed;
        let calls = self.framed && !after_blank && line::is_tuple(text);
        if framed || calls || (inner && !after_blank) || alone {
            return Step::Belongs;
        }
        if after_blank && self.framed {
            return Step::Ended;
        }
        if text.starts_with("** ") || (!self.framed && line::names_process(text)) {
            return Step::Belongs;
        }
        let of_term = text.starts_with(['{', '[', ']', '}', '"']);
        if of_term && self.pid.is_some() && !self.framed {
            return Step::Belongs;
        }
        self.loose += 1;
        if self.loose > LOOSE_LINES_MAX || (self.framed && !of_term) {
            Step::Ended
        } else {
            Step::Perhaps
        }
    }

    /// Another report, maybe of the same process.
    fn begins_another(&mut self) -> Step {
        (self.awaits, self.candidate, self.met) = (true, None, false);
        Step::Perhaps
    }

    /// A record in one line that tells of the same process.
    fn told_again(&mut self, text: &str) -> Step {
        if !text.contains("initial call: ") && !text.contains("Context: ") {
            return Step::Ended;
        }
        let named = |name: &str| text.contains(&format!("registered_name: {name},"));
        let same = match &self.pid {
            Some(pid) => ["pid: <", "pid=<"]
                .iter()
                .any(|key| text.contains(&format!("{key}{pid}>"))),
            None => self.name.as_deref().is_some_and(named),
        };
        if !same {
            return Step::Ended;
        }
        if self.pid.is_none() {
            let behind = text.split_once("pid: ").map(|(_, behind)| behind);
            self.pid = behind.and_then(line::pid).map(str::to_owned);
        }
        Step::Belongs
    }

    /// A line of another report, until one says whether it is of the same process.
    fn awaited(&mut self, text: &str) -> Step {
        // What these reports say is set in.
        if !text.starts_with([' ', '\t']) {
            return Step::Ended;
        }
        let body = text.trim_start();
        let pid = line::names_process(text).then(|| line::pid(text)).flatten();
        let registered = body.strip_prefix("registered_name: ");
        let named = self.name.is_some();
        let same = match (pid, registered) {
            (Some(pid), _) => self.pid.as_deref().map(|own| own == pid),
            (None, Some(name)) if named => Some(self.name.as_deref() == Some(name.trim())),
            // Nothing says whose the first report is, but it tells of the same place.
            _ if named || self.pid.is_some() => None,
            _ => self.meets(text).then_some(true),
        };
        self.met |= self.meets(text);
        if let Some(pid) = pid {
            self.candidate = Some(pid.to_owned());
        }
        self.loose += 1;
        match same {
            Some(true) => {
                self.awaits = false;
                self.pid = self.pid.take().or_else(|| self.candidate.take());
                Step::Belongs
            }
            None if self.loose <= LOOSE_LINES_MAX * 10 => Step::Perhaps,
            Some(false) | None => Step::Ended,
        }
    }

    /// Does the line hold the place that the first report began with?
    fn meets(&self, text: &str) -> bool {
        let Some((file, number)) = &self.place else {
            return false;
        };
        let printed = line::frame(text).and_then(|frame| frame.place);
        let in_term = || line::place(text).is_some_and(|place| place == (file.as_str(), *number));
        printed == Some((file.as_str(), *number)) || in_term()
    }

    fn learn(&mut self, text: &str) {
        if self.place.is_none() {
            let printed = line::frame(text).and_then(|frame| frame.place);
            let place = line::place(text).or(printed);
            self.place = place.map(|(file, number)| (file.to_owned(), number));
        }
        if self.pid.is_none() && line::names_process(text) {
            self.pid = line::pid(text).map(str::to_owned);
            let name = ["Generic server ", "State machine "]
                .iter()
                .find_map(|begin| text.split_once(begin)?.1.split(' ').next());
            self.name = name.map(str::to_owned);
        }
    }
}

impl Tracker for Follower {
    fn step(&mut self, text: &[u8], header: bool) -> Step {
        self.next(&line::text(text), header)
    }

    fn headed(&mut self) {
        self.headed = true;
    }

    fn presumes(&self) -> bool {
        self.awaits && self.met
    }

    fn unfinished(&self) -> bool {
        !self.framed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(lines: &[&str]) -> String {
        let mut follower = Follower::open(lines[0]).unwrap();
        crate::language::steps::steps(&mut follower, &lines[1..])
    }

    const ERROR: &str = "=ERROR REPORT==== 21-Nov-2026::18:58:18.166558 ===";
    const CRASH: &str = "=CRASH REPORT==== 21-Nov-2026::18:58:18.195338 ===";
    const FRAME: &str = "    [{shop,take,2,[{file,\"shop.erl\"},{line,24}]}]}";

    #[test]
    fn reports_of_one_process_are_one_trace() {
        let server = "** Generic server <0.79.0> terminating";
        let all = [
            ERROR,
            server,
            "** Reason for termination ==",
            FRAME,
            "",
            CRASH,
            "  crasher:",
            "    pid: <0.79.0>",
            "up",
        ];
        assert_eq!(steps(&all), "+++????.".replacen("????", "???+", 1));
        let other = [
            ERROR,
            server,
            FRAME,
            "",
            CRASH,
            "  crasher:",
            "    pid: <0.80.0>",
        ];
        assert_eq!(steps(&other), "++???.");
        let nobody = [
            FRAME,
            CRASH,
            "    pid: <0.80.0>",
            "  in function  shop:take/2 (shop.erl, line 24)",
        ];
        assert_eq!(steps(&nobody), "??+");
        let named = [
            ERROR,
            "** Generic server shop terminating",
            FRAME,
            CRASH,
            "    pid: <0.80.0>",
            "    registered_name: shop",
        ];
        assert_eq!(steps(&named), "++??+");
        assert_eq!(
            steps(&[
                ERROR,
                "Error in process <0.1.0> with exit value:",
                FRAME,
                "",
                "done"
            ]),
            "++?."
        );
        assert_eq!(steps(&[FRAME, "next"]), ".");
        // Of another run of the program.
        let again = [CRASH, "    pid: <0.79.0>", FRAME, "", CRASH];
        assert_eq!(steps(&again), "++?.");
    }
}
