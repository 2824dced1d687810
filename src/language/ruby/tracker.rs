//! What belongs to a trace. In: the stream's lines, one by one. Out: a [`Step`] for each.
//!
//! Callers tell themselves. A message's further lines belong if a caller follows, or a mark beneath a piece of source. What
//! cannot be told by itself is another crash's first line behind the callers: it is a cause's if it came from where the one
//! before was raised, which its own callers show.

use super::calls::{Calls, Meeting, hash, whole};
use super::line::{self, Head, Place};
use crate::assemble::{Step, Tracker};
use crate::bounds::{FOREIGN_BEHIND_MAX, FOREIGN_LINES_MAX, PREAMBLE_LINES_MAX};

/// How a trace is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `path:1:in 'f': message (Class)`, then `from path:2:in 'g'`.
    Crash,
    /// A thread's end is announced, then its crash.
    Thread,
    /// `2: from path:2:in 'g'`, then `path:1:in 'f': message (Class)`.
    Reversed,
    /// `path:1:in 'f'`, then `path:2:in 'g'`; message and class stand above, as the logger likes.
    Listed,
    /// What Puma says of an application that raised, maybe with a list behind it.
    Rack,
}

/// What opens on this line.
pub(super) fn kind(text: &str) -> Option<Kind> {
    if line::listed(text).is_some() {
        return Some(Kind::Listed);
    }
    if line::any_head(text).is_some() {
        return Some(Kind::Crash);
    }
    if line::is_thread_death(text) {
        return Some(Kind::Thread);
    }
    if line::is_rack(text) {
        return Some(Kind::Rack);
    }
    line::counted(text).map(|_| Kind::Reversed)
}

/// Where in the trace the last line stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The announcement was made.
    Announced,
    /// Behind a crash's first line.
    Message,
    /// Behind a caller.
    Callers,
    /// In what may be a cause, or another crash.
    Doubtful,
    /// The same crash, which the main thread dies of as well.
    Again,
    /// Above the frames of a cause that Rails lists.
    Heading,
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
    /// Behind a log header.
    headed: bool,
    /// Each line carries the header that the opening had.
    prefixed: bool,
    /// The first line that may be its message's carried a header, or none: the others do as it does.
    habit: Option<bool>,
    /// The first line's hash, and its place's.
    first: Option<(u64, u64)>,
    /// What the last crash that is ours said.
    said: String,
    calls: Calls,
    /// What may be a cause came from a program of its own.
    apart: bool,
    /// It came from an earlier line of a function of ours.
    earlier: bool,
    frames: u32,
    foreign: u32,
    waiting: usize,
    /// Lines behind the last blank one of those that wait.
    since_blank: Option<usize>,
    blank: bool,
    /// The file that could not be read.
    syntax: Option<String>,
}

impl Follower {
    /// A follower, if the text opens a trace.
    pub(super) fn open(text: &str) -> Option<Self> {
        let kind = kind(text)?;
        let mut follower = Self {
            kind,
            part: match kind {
                Kind::Crash => Part::Message,
                Kind::Thread => Part::Announced,
                Kind::Reversed | Kind::Listed | Kind::Rack => Part::Callers,
            },
            headed: false,
            prefixed: false,
            habit: None,
            first: None,
            said: String::new(),
            calls: Calls::default(),
            apart: false,
            earlier: false,
            frames: 1,
            foreign: 0,
            waiting: 0,
            since_blank: None,
            blank: false,
            syntax: None,
        };
        if let Some(head) = line::any_head(text).filter(|_| kind == Kind::Crash) {
            follower.begin(text, &head);
        }
        Some(follower)
    }

    /// A crash's first line that is surely ours.
    fn begin(&mut self, text: &str, head: &Head<'_>) {
        if self.first.is_none() {
            self.first = Some((hash(text.trim()), whole(&head.place)));
        }
        let syntax = head.said.contains("syntax error") || head.said.ends_with(line::SYNTAX_CLASS);
        self.syntax = syntax.then(|| head.place.path.to_owned());
        head.said.clone_into(&mut self.said);
        self.calls.begin(&head.place);
        self.part = Part::Message;
    }

    fn next(&mut self, text: &str, header: bool) -> Step {
        if matches!(self.kind, Kind::Listed | Kind::Rack) {
            return self.in_list(text, header);
        }
        if line::is_blank(text) && (!header || self.prefixed || self.may_be_prefixed()) {
            self.since_blank = Some(0);
            return self.perhaps();
        }
        let caller = match self.kind {
            Kind::Reversed => line::counted(text),
            _ => line::from(text),
        };
        let step = if let Some(place) = caller {
            self.caller(&place)
        } else if line::elided(text).is_some() {
            self.elided()
        } else if let Some(head) = line::head_behind(text, self.part == Part::Announced) {
            self.head(text, &head)
        } else if line::is_thread_death(text)
            || text.starts_with(line::TRACEBACK)
            || self.is_another(text)
        {
            Step::Ended
        } else {
            self.loose(text, header)
        };
        self.since_blank = self.since_blank.map(|lines| lines + 1);
        if step == Step::Belongs {
            self.since_blank = None;
            self.prefixed |= header;
            (self.foreign, self.waiting) = (0, 0);
        }
        step
    }

    /// Behind callers: a crash whose class has no name, or what a finalizer died of, which the next line tells.
    fn is_another(&self, text: &str) -> bool {
        let raised = line::find(text).is_some_and(|found| found.rest.starts_with(": "));
        let goes_on = self.part == Part::Message && line::tells_class(&self.said);
        text.contains(line::FINALIZER) || (raised && !goes_on)
    }

    fn caller(&mut self, place: &Place<'_>) -> Step {
        match self.part {
            Part::Announced => return Step::Ended,
            Part::Again => return Step::Belongs,
            Part::Doubtful => match self.calls.meet(place) {
                Meeting::Cause => self.calls.prove(),
                Meeting::Outside if self.earlier => self.calls.prove(),
                Meeting::Later | Meeting::Outside => return Step::Ended,
                met => {
                    self.calls.doubt(place, false);
                    self.earlier |= met == Meeting::Earlier;
                    self.apart |= place.label == Some(line::MAIN);
                    return self.perhaps();
                }
            },
            _ => {}
        }
        self.frames += 1;
        self.calls.know(place);
        self.part = Part::Callers;
        Step::Belongs
    }

    fn elided(&mut self) -> Step {
        match self.part {
            Part::Doubtful => self.perhaps(),
            Part::Announced => Step::Ended,
            _ => Step::Belongs,
        }
    }

    /// Another crash's first line.
    fn head(&mut self, text: &str, head: &Head<'_>) -> Step {
        let Some((line, place)) = self.first else {
            self.begin(text, head);
            return Step::Belongs;
        };
        let unread = self.syntax.is_some() && self.part == Part::Message;
        if unread && line == hash(text.trim()) {
            return Step::Ended;
        }
        if unread && head.place.label.is_none() {
            return Step::Belongs;
        }
        if self.part == Part::Doubtful || self.part == Part::Again {
            return Step::Ended;
        }
        if self.kind == Kind::Reversed && self.part == Part::Callers {
            // The callers of another stand above it.
            self.begin(text, head);
            return Step::Belongs;
        }
        if self.kind == Kind::Reversed && !head.place.is_outermost() {
            return Step::Ended;
        }
        if self.kind == Kind::Thread && line == hash(text.trim()) {
            self.part = Part::Again;
            return Step::Belongs;
        }
        if place == whole(&head.place) && !wraps(&self.said, head.said) {
            return Step::Ended;
        }
        let met = self.calls.meet(&head.place);
        match met {
            Meeting::Later => return Step::Ended,
            Meeting::Cause => {
                self.begin(text, head);
                return Step::Belongs;
            }
            _ => {}
        }
        (self.earlier, self.apart) = (met == Meeting::Earlier, false);
        self.calls.doubt(&head.place, true);
        self.part = Part::Doubtful;
        self.perhaps()
    }

    /// A line that does not tell what it is.
    fn loose(&mut self, text: &str, header: bool) -> Step {
        if header && !self.prefixed && !self.may_be_prefixed() {
            // A logger writes a record at once.
            return if self.headed {
                Step::Ended
            } else {
                self.stranger()
            };
        }
        match self.part {
            Part::Message => {
                if self.headed && *self.habit.get_or_insert(header) != header {
                    return Step::Ended;
                }
                let marks = line::is_mark(text) && self.shows_source();
                let tells = marks || line::is_guess(text);
                let next = self.syntax.as_deref();
                let next = next.is_some_and(|path| line::is_next_error(text, path));
                if tells || next || (self.headed && !header) {
                    return Step::Belongs;
                }
                self.perhaps()
            }
            Part::Doubtful => self.perhaps(),
            Part::Again => Step::Ended,
            Part::Announced | Part::Callers | Part::Heading => {
                if header {
                    Step::Ended
                } else {
                    self.stranger()
                }
            }
        }
    }

    /// Has every line of the trace its own header, maybe? Right behind a first line that has one, a caller with one shows it.
    fn may_be_prefixed(&self) -> bool {
        self.headed && self.part == Part::Message && self.frames == 1
    }

    /// Is the line before a piece of source? A blank line stands above it, or the error that its file has.
    fn shows_source(&self) -> bool {
        match self.since_blank {
            Some(lines) => lines == 1,
            None => self.syntax.is_some() && self.waiting == 1,
        }
    }

    fn perhaps(&mut self) -> Step {
        self.waiting += 1;
        if self.waiting > PREAMBLE_LINES_MAX {
            Step::Ended
        } else {
            Step::Perhaps
        }
    }

    /// A line that is nothing of ours; callers may go on behind it.
    fn stranger(&mut self) -> Step {
        let most = match self.part {
            Part::Announced | Part::Message => FOREIGN_LINES_MAX,
            _ => FOREIGN_BEHIND_MAX,
        };
        Step::Foreign.at_most(most, &mut self.foreign)
    }

    fn in_list(&mut self, text: &str, header: bool) -> Step {
        if header && !self.prefixed && !(self.frames == 1 && line::listed(text).is_some()) {
            return Step::Ended;
        }
        if line::is_blank(text) {
            self.blank = true;
            return self.perhaps();
        }
        if line::listed(text).is_some() {
            if self.blank && self.part != Part::Heading {
                return Step::Ended;
            }
            self.frames += 1;
            self.prefixed |= header;
            (self.blank, self.waiting, self.part) = (false, 0, Part::Callers);
            return Step::Belongs;
        }
        if is_heading(text) {
            self.part = Part::Heading;
            return self.perhaps();
        }
        if self.part == Part::Heading {
            return self.perhaps();
        }
        if line::elided(text).is_some() {
            return Step::Belongs;
        }
        Step::Ended
    }
}

/// `Information for cause: Class (message):`, above the frames of a cause that Rails lists, and Rake's `Caused by:`.
pub(super) fn is_heading(text: &str) -> bool {
    let text = line::untagged(text).trim();
    text.starts_with(CAUSE) || text == RAKE_CAUSE
}

/// Rake's line above a cause.
pub(super) const RAKE_CAUSE: &str = "Caused by:";

/// How such a line begins.
pub(super) const CAUSE: &str = "Information for cause: ";

/// Was one raised with the other's backtrace? Then its words hold the other's.
fn wraps(outer: &str, inner: &str) -> bool {
    let parts = (line::class_behind(outer), line::class_behind(inner));
    let (Some((said, _)), Some((cause, _))) = parts else {
        return false;
    };
    said.len() > cause.len() && !cause.is_empty() && said.contains(cause)
}

impl Tracker for Follower {
    fn step(&mut self, text: &[u8], header: bool) -> Step {
        self.next(&line::text(text), header)
    }

    fn headed(&mut self) {
        self.headed = true;
    }

    fn uncaught(&self) -> Option<bool> {
        (!matches!(self.kind, Kind::Listed | Kind::Rack)).then_some(true)
    }

    fn presumes(&self) -> bool {
        self.part == Part::Doubtful && (self.calls.are_caused() || !self.apart)
    }

    fn unfinished(&self) -> bool {
        matches!(self.part, Part::Announced | Part::Message | Part::Heading)
            || (self.kind == Kind::Reversed && self.part == Part::Callers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(lines: &[&str]) -> String {
        let mut follower = Follower::open(lines[0]).unwrap();
        crate::language::steps::steps(&mut follower, &lines[1..])
    }

    #[test]
    fn the_words_of_a_class_without_a_name_stand_alone() {
        let first = "nameless.rb:4:in `charge': card declined: 17";
        let caller = "\tfrom nameless.rb:10:in `<main>'";
        assert_eq!(steps(&[first, caller, "done"]), "+f");
        assert_eq!(steps(&[first, "nameless.rb:5:in `f': more"]), ".");
        let thread = "#<Thread:0x00007fd2332ff4b0 nameless.rb:22 run> terminated with exception (report_on_exception is true):";
        assert_eq!(steps(&[thread, first, caller]), "++");
        assert!(Follower::open("a.rb:3:in `f': warning: odd").is_none());
    }

    #[test]
    fn behind_the_last_error_printed_upside_down_only_one_without_callers_stands() {
        let above = "\t1: from a.rb:20:in `<main>'";
        let first = "a.rb:9:in `f': boom (E)";
        let outer = "a.rb:12:in `rescue in g': gave up (F)";
        assert_eq!(steps(&[above, first, outer]), "+.");
        assert_eq!(steps(&[above, first, above, outer]), "+++");
        let last = "a.rb:21:in `rescue in <main>': gave up (F)";
        assert_ne!(steps(&[above, first, last]), "+.");
    }

    const HEAD: &str = "a.rb:9:in 'f': boom (E)";
    const CALLER: &str = "\tfrom a.rb:20:in '<main>'";

    #[test]
    fn a_record_without_callers_ends_at_the_next_one() {
        use Step::{Belongs, Ended, Perhaps};
        let follow = |lines: &[(&str, bool)]| {
            let mut follower = Follower::open("shop.rb:3:in 'f': no (Shop::Declined)").unwrap();
            follower.headed();
            let step = |(line, header): &(&str, bool)| follower.step(line.as_bytes(), *header);
            lines.iter().map(step).collect::<Vec<_>>()
        };
        let bare = [("more", false), ("again", false), ("done", true)];
        assert_eq!(follow(&bare), [Belongs, Belongs, Ended]);
        let headed = [("done", true), ("done", true), ("bare words", false)];
        assert_eq!(follow(&headed), [Perhaps, Perhaps, Ended]);
    }

    #[test]
    fn a_cause_was_called_from_the_same_place() {
        assert_eq!(
            steps(&[
                HEAD,
                CALLER,
                "b.rb:3:in 'g': x (A)",
                "\tfrom a.rb:5:in 'f'",
                CALLER,
                "next"
            ]),
            "+?++f"
        );
        let other = "\tfrom a.rb:30:in '<main>'";
        assert_eq!(
            steps(&[HEAD, CALLER, "b.rb:3:in 'g': x (A)", other, "next"]),
            "+?.?"
        );
        assert_eq!(steps(&[HEAD, CALLER, HEAD]), "+.");
        let rescued = [
            "a.rb:9:in 'rescue in <main>': boom (E)",
            "a.rb:5:in '<main>': x (A)",
        ];
        assert_eq!(steps(&rescued), "+");
        let since_34 = ["a.rb:9:in '<main>': boom (E)", "a.rb:5:in '<main>': x (A)"];
        assert_eq!(steps(&since_34), "+");
        let again = ["a.rb:9:in `<main>': boom (E)", "a.rb:5:in `<main>': x (A)"];
        assert_eq!(steps(&again), "?");
        let later = ["a.rb:9:in '<main>': boom (E)", "a.rb:12:in '<main>': x (A)"];
        assert_eq!(steps(&later), ".");
    }

    #[test]
    fn a_thread_takes_the_program_with_it() {
        let death =
            "#<Thread:0x1 a.rb:3 run> terminated with exception (report_on_exception is true):";
        assert_eq!(steps(&[death, HEAD, CALLER, HEAD, CALLER, HEAD]), "++++.");
    }

    #[test]
    fn messages_of_several_lines() {
        let lines = [HEAD, "", "  nil.f", "     ^^", "Did you mean?  g", CALLER];
        assert_eq!(steps(&lines), "??+++");
        assert_eq!(steps(&[HEAD, "#INFO up", CALLER]), "f+");
    }

    #[test]
    fn lists_end_where_no_place_stands() {
        let lines = ["a.rb:1:in 'f'", "a.rb:2:in 'g'", "  ", "done"];
        assert_eq!(steps(&lines), "+?.");
        assert_eq!(
            steps(&["a.rb:1:in 'f'", "#a.rb:2:in 'g'", "#a.rb:3:in 'h'"]),
            "++"
        );
        assert_eq!(
            steps(&["a.rb:1:in 'f'", "a.rb:2:in 'g'", "#a.rb:3:in 'h'"]),
            "+."
        );
        let causes = [
            "a.rb:1:in 'f'",
            "",
            "Information for cause: E (x):",
            " ",
            "a.rb:1:in 'g'",
        ];
        assert_eq!(steps(&causes), "???+");
    }

    #[test]
    fn oldest_call_first() {
        let lines = [
            "\t2: from a.rb:20:in `<main>'",
            "\t1: from a.rb:10:in `g'",
            "a.rb:9:in `f': boom (E)",
            "\t1: from a.rb:20:in `<main>'",
            "a.rb:10:in `g': outer (E)",
            line::TRACEBACK,
        ];
        assert_eq!(steps(&lines), "++++.");
    }
}
