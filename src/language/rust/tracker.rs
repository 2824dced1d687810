//! What belongs to a Rust trace. In: the stream's lines, one by one. Out: a [`Step`] for each.
//!
//! Calls, their places and the runtime's notes tell themselves. A panic's message can be anything: its first line follows the
//! panic's own, any further belongs only if a backtrace or a note follows. Causes are set in.

use super::causes::{self, Causes};
use super::kind::{Kind, kind};
use super::line::{self, Told};
use crate::assemble::{Step, Tracker};
use crate::bounds::{FOREIGN_LINES_MAX, LOOSE_LINES_MAX};
use crate::language::seek::Seek as _;

/// Where in the trace the last line stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Behind a panic's first line: the message is to come.
    Head,
    /// In a message whose end was not seen.
    Words,
    /// In a quoted message whose end was not seen.
    Quoted,
    /// Behind a message that is whole.
    Said,
    /// Behind `stack backtrace:`, before the first call.
    Stack,
    /// Among calls.
    Calls,
    /// Among causes.
    Causes,
    /// Behind `Location:`.
    Location,
    /// Between the sections of a report.
    Between,
    /// Behind everything.
    Over,
}

/// Follows one trace.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts of the lines so far, each by itself"
)]
pub(super) struct Follower {
    kind: Kind,
    part: Part,
    base: usize,
    /// Number of the last call.
    number: Option<u32>,
    /// color-eyre's form, which has sections behind the backtrace.
    ruled: bool,
    /// Each line carries the header that the first had.
    prefixed: bool,
    /// The first line had one.
    headed: bool,
    /// A line without a header came.
    raw: bool,
    causes: Causes,
    /// The message's last words end in a colon: a panic that follows may be quoted.
    announced: bool,
    /// The panic that the message quotes.
    quoted: Option<Box<Self>>,
    /// It is such a one.
    is_quoted: bool,
    loose: u32,
    foreign: u32,
}

impl Follower {
    /// A follower, if the text opens a trace.
    pub(super) fn open(text: &str) -> Option<Self> {
        let kind = kind(text)?;
        let body = line::bare(text.trim_start());
        let part = match kind {
            Kind::Panic => match line::head(body)?.told {
                Told::Below(_) => Part::Head,
                Told::Quoted(..) => Part::Said,
                Told::Begun(_) => Part::Quoted,
            },
            Kind::Crashed => Part::Head,
            Kind::Fatal => Part::Said,
            Kind::Report => match body.trimmed_end() {
                line::CAUSES => Part::Causes,
                line::LOCATION => Part::Location,
                _ => Part::Stack,
            },
            Kind::Listed | Kind::Logged => Part::Calls,
            Kind::Sources => Part::Over,
        };
        Some(Self {
            kind,
            part,
            base: if kind == Kind::Listed {
                0
            } else {
                line::indent(text)
            },
            number: line::call(text).and_then(|call| call.number),
            ruled: kind == Kind::Crashed || line::is_banner(text),
            prefixed: false,
            headed: false,
            raw: false,
            causes: Causes::default(),
            announced: false,
            quoted: None,
            is_quoted: false,
            loose: 0,
            foreign: 0,
        })
    }

    fn next(&mut self, text: &str, header: bool) -> Step {
        let text = line::dedent(text, self.base);
        if self.part == Part::Over {
            return Step::Ended;
        }
        if header && !self.prefixed {
            if self.headed && !self.raw && self.is_own(text) {
                self.prefixed = true;
            } else if !(self.headed && !self.raw && matches!(self.part, Part::Words | Part::Quoted))
            {
                return self.foreign();
            }
        }
        self.raw |= !header;
        if line::is_blank(text) && !matches!(self.part, Part::Head) {
            return Step::Perhaps;
        }
        if let Some(step) = self.in_quotation(text) {
            return step;
        }
        match self.part {
            Part::Head => {
                self.part = Part::Words;
                self.announced = text.trimmed_end().ends_with(':');
                Step::Belongs
            }
            Part::Words => self.in_words(text),
            Part::Quoted => self.in_quotes(text),
            Part::Said => self.behind(text),
            Part::Stack => self.first_call(text),
            Part::Calls => self.in_calls(text),
            Part::Causes => self.in_causes(text),
            Part::Location => self.go(
                Part::Between,
                line::source(text).is_some() && indented(text),
            ),
            Part::Between => self.between(text),
            Part::Over => Step::Ended,
        }
    }

    /// A panic that the message quotes: both are whole once the end of this one stands behind the end of that one.
    fn in_quotation(&mut self, text: &str) -> Option<Step> {
        if let Some(quoted) = self.quoted.as_mut() {
            let step = quoted.next(text, false);
            if step != Step::Ended {
                return Some(Step::Perhaps);
            }
            self.quoted = None;
            self.announced = false;
        }
        line::head(text)?;
        let quotes = self.announced && !self.is_quoted && self.part == Part::Words;
        if !quotes {
            return Some(Step::Ended);
        }
        let mut quoted = Self::open(text)?;
        quoted.is_quoted = true;
        self.quoted = Some(Box::new(quoted));
        Some(Step::Perhaps)
    }

    fn go(&mut self, part: Part, belongs: bool) -> Step {
        if belongs {
            self.part = part;
            return Step::Belongs;
        }
        Step::Ended
    }

    /// Can the line be nothing but this trace's?
    fn is_own(&self, text: &str) -> bool {
        let set_in = indented(text) && matches!(self.part, Part::Causes | Part::Location);
        line::is_blank(text)
            || self.part == Part::Head
            || set_in
            || line::is_note(text)
            || line::call(text).is_some()
            || line::at(text).is_some_and(|_| indented(text))
            || text == line::STACK
            || (self.kind == Kind::Fatal && line::fatal(text).is_some())
            || (self.kind == Kind::Report && is_section(text))
    }

    fn foreign(&mut self) -> Step {
        self.causes.interrupt();
        Step::Foreign.at_most(FOREIGN_LINES_MAX, &mut self.foreign)
    }

    fn in_words(&mut self, text: &str) -> Step {
        self.announced = text.trimmed_end().ends_with(':');
        if self.kind == Kind::Crashed && text.starts_with(line::LOCATION) {
            self.part = Part::Between;
            return Step::Belongs;
        }
        let compared = text.starts_with("  left: ") || text.starts_with(" right: ");
        match self.behind(text) {
            Step::Ended if compared => Step::Belongs,
            Step::Ended if line::overflowed(text).is_some() => Step::Ended,
            // A report that the message shows may be long.
            Step::Ended if line::call(text).is_some() || line::at(text).is_some() => Step::Perhaps,
            Step::Ended => self.loosely(),
            step => step,
        }
    }

    fn in_quotes(&mut self, text: &str) -> Step {
        if line::closed(text).is_some() {
            self.part = Part::Said;
            return Step::Belongs;
        }
        self.loosely()
    }

    fn loosely(&mut self) -> Step {
        Step::Perhaps.at_most(LOOSE_LINES_MAX, &mut self.loose)
    }

    /// Behind a message: its backtrace, or the note that there is none.
    fn behind(&mut self, text: &str) -> Step {
        let text = text.trimmed_end();
        if line::is_note(text) || line::is_abort(text) {
            self.part = Part::Over;
            return Step::Belongs;
        }
        // Behind the stack that overflowed; what no memory was left for is another crash's first line.
        if self.kind == Kind::Fatal && text.starts_with(line::FATAL) {
            self.part = Part::Over;
            return Step::Belongs;
        }
        if text == line::STACK {
            self.part = Part::Stack;
            return Step::Perhaps;
        }
        match line::call(text) {
            Some(call) if call.number == Some(0) && self.prints_calls_alone() => {
                self.called(Some(0))
            }
            _ => Step::Ended,
        }
    }

    /// As log-panics does, behind the words of a panic.
    fn prints_calls_alone(&self) -> bool {
        self.kind == Kind::Panic && self.part == Part::Said
    }

    fn first_call(&mut self, text: &str) -> Step {
        if let Some(call) = line::call(text) {
            return self.called(call.number);
        }
        if line::is_aside(text) {
            return Step::Belongs;
        }
        if self.kind == Kind::Report {
            return Step::Ended;
        }
        // The message spoke of a backtrace.
        self.part = Part::Words;
        self.in_words(text)
    }

    fn called(&mut self, number: Option<u32>) -> Step {
        // Another backtrace begins at nought.
        let again = self.part == Part::Calls && number <= self.number;
        if again {
            return Step::Ended;
        }
        self.number = number;
        self.go(Part::Calls, true)
    }

    fn in_calls(&mut self, text: &str) -> Step {
        if let Some(call) = line::call(text) {
            return self.called(call.number);
        }
        let own = line::is_aside(text)
            || (indented(text) && line::at(text).is_some())
            || line::inlined(text).is_some();
        if own {
            return Step::Belongs;
        }
        if line::is_note(text) {
            return self.go(Part::Over, true);
        }
        if text.trimmed_end() == line::STACK && self.kind == Kind::Panic && !self.is_quoted {
            // The message showed the one before.
            self.part = Part::Stack;
            return Step::Perhaps;
        }
        if self.ruled {
            return self.between(text);
        }
        Step::Ended
    }

    fn in_causes(&mut self, text: &str) -> Step {
        if line::is_banner(text) || line::is_spans(text) {
            return self.between(text);
        }
        match self.causes.next(text) {
            causes::Line::Listed => Step::Belongs,
            causes::Line::Foreign => self.foreign(),
            causes::Line::Other => self.between(text),
        }
    }

    /// Between the sections of a report.
    fn between(&mut self, text: &str) -> Step {
        let bare = text.trimmed_end();
        if bare == line::REPORT_STACK {
            return self.go(Part::Stack, true);
        }
        if bare == line::LOCATION {
            return self.go(Part::Location, true);
        }
        if line::is_banner(text) {
            (self.ruled, self.number) = (true, None);
            return self.go(Part::Stack, true);
        }
        if line::is_spans(text) || line::is_hint(text) {
            return self.go(Part::Between, true);
        }
        // What was added, and the spans' own lines.
        let told = line::is_section(text) || indented(text);
        if told && self.part != Part::Causes {
            return self.loosely();
        }
        Step::Ended
    }
}

fn indented(text: &str) -> bool {
    line::indent(text) > 0
}

fn is_section(text: &str) -> bool {
    let bare = text.trimmed_end();
    bare == line::REPORT_STACK || bare == line::LOCATION || line::is_banner(text)
}

impl Tracker for Follower {
    fn step(&mut self, text: &[u8], header: bool) -> Step {
        self.next(&line::text(text), header)
    }

    fn unfinished(&self) -> bool {
        matches!(
            self.part,
            Part::Head | Part::Quoted | Part::Stack | Part::Calls | Part::Location
        )
    }

    fn speaks(&self) -> bool {
        matches!(self.part, Part::Words | Part::Quoted | Part::Causes)
    }

    fn headed(&mut self) {
        self.headed = true;
    }

    fn uncaught(&self) -> Option<bool> {
        match self.kind {
            Kind::Panic | Kind::Crashed | Kind::Fatal | Kind::Logged => Some(true),
            Kind::Report | Kind::Listed => None,
            Kind::Sources => Some(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::steps::steps;

    fn told(first: &str, lines: &[&str]) -> String {
        steps(&mut Follower::open(first).unwrap(), lines)
    }

    #[test]
    fn nothing_is_printed_behind_an_overflowed_stack() {
        let head = "thread 'main' (7) has overflowed its stack";
        let fatal = "fatal runtime error: stack overflow, aborting";
        assert_eq!(told(head, &[fatal, "   0: main"]), "+.");
        assert_eq!(told(head, &["   0: main"]), ".");
        assert_eq!(told(fatal, &["   0: main"]), ".");
    }

    #[test]
    fn panics() {
        let head = "thread 'main' (7) panicked at src/m.rs:3:5:";
        let note = "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace";
        assert_eq!(told(head, &["a", "", "b", note, "c"]), "+??+.");
        // Another's panic in the message, and another one behind it.
        assert_eq!(told(head, &["a:", head, "b", note, "", note]), "+????+");
        assert_eq!(told(head, &["a", head]), "+.");
        assert_eq!(told(head, &["a:", head, "b", head]), "+??.");
        let shown = [
            "a",
            "stack backtrace:",
            "   0: f",
            "",
            "stack backtrace:",
            "   0: g",
        ];
        assert_eq!(told(head, &shown), "+?+??+");
        assert_eq!(
            told(
                head,
                &["a", "stack backtrace:", "   0: not a frame", "hint"]
            ),
            "+???"
        );
        assert_eq!(
            told(
                head,
                &[
                    "a",
                    "stack backtrace:",
                    "   0: f",
                    "   at x.rs:1:2",
                    "   1: main",
                    "   0: f"
                ]
            ),
            "+?+++."
        );
        assert_eq!(
            told(head, &["a", "  left: 1", " right: 2", "", head]),
            "+++?."
        );
        assert_eq!(
            told("thread 'main' panicked at 'a", &["b", "c', m.rs:1:2", note]),
            "?++"
        );
        assert_eq!(
            told("thread 'main' panicked at 'a', m.rs:1:2", &["worker up"]),
            "."
        );
    }

    #[test]
    fn reports() {
        let stack = [
            "    0: a",
            "    1: b",
            "",
            "Stack backtrace:",
            "   0: f",
            "   1: g",
        ];
        assert_eq!(told("Caused by:", &stack), "++?+++");
        assert_eq!(
            told(
                "Caused by:",
                &["    a", "", "Location:", "    src/m.rs:3:5", "worker up"]
            ),
            "+?++."
        );
        assert_eq!(
            told("Caused by:", &["    0: a", "         b", "  TypeError: c"]),
            "++."
        );
        // Lines that are set in less than the words of a cause, or stand below another's header.
        let causes = ["    0: a", "       b", "    1: c", "      d"];
        assert_eq!(told("Caused by:", &causes), "+++.");
        let between = [
            "    0: a", "#up", "       b", "    1: c", "       d", "    3: e",
        ];
        assert_eq!(told("Caused by:", &between), "+ff++.");
        assert_eq!(told("Caused by:", &["#up", "      b"]), "f.");
        assert_eq!(told("Caused by:", &["TypeError: c"]), ".");
        assert!(Follower::open("Caused by: a.B").is_none());
        assert_eq!(told("Location:", &["Berlin"]), ".");
    }

    #[test]
    fn another_record_stands_between() {
        let head = "thread 'main' panicked at src/m.rs:3:5:";
        assert_eq!(
            told(
                head,
                &[
                    "a",
                    "#worker up",
                    "stack backtrace:",
                    "#worker up",
                    "   0: f"
                ]
            ),
            "+f?f+"
        );
        let mut headed = Follower::open(head).unwrap();
        headed.headed();
        let note = "#note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace";
        assert_eq!(steps(&mut headed, &["#a", "#b", note, "#c"]), "+?+.");
    }
}
