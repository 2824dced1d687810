//! What belongs to a Go trace. In: the stream's lines, one by one. Out: a [`Step`] for each.
//!
//! A goroutine's head, a call, a location tell themselves. Between `panic: ` and the first goroutine stand the value's
//! further lines, which can be anything: they belong only if a goroutine follows. A stack is complete behind the place
//! where its goroutine was created or `main.main` runs; only another goroutine may follow then.

use super::gin;
use super::line::{self, FATAL, FAULT, OVERFLOW, PANIC, SIGNAL};
use crate::assemble::{Step, Tracker};
use crate::bounds::{FOREIGN_LINES_MAX, LOOSE_LINES_MAX};
use crate::language::seek::Seek as _;

/// How a record begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The runtime reports that the process dies.
    Crash,
    /// `http: panic serving …`.
    Serving,
    /// A goroutine's head: somebody printed a stack.
    Goroutine,
    /// gin's `[Recovery] … panic recovered:`.
    Gin,
    /// A location or a call without arguments: the stack that an error or a logger carries.
    Logged,
}

/// How a record that begins with this line begins; `None` if the line opens none.
pub(super) fn kind(text: &str) -> Option<Kind> {
    let body = text.trimmed_start();
    if is_crash(body) {
        return Some(Kind::Crash);
    }
    if line::serving(body).is_some() {
        return Some(Kind::Serving);
    }
    if line::head(body).is_some() || line::head_behind(body).is_some() {
        return Some(Kind::Goroutine);
    }
    if gin::opens(body) {
        return Some(Kind::Gin);
    }
    let outermost = ["runtime.main", "runtime.goexit", "net/http.(*conn).serve"];
    let located = body.len() < text.len() && line::location(body).is_some();
    (located || outermost.contains(&body.trimmed_end())).then_some(Kind::Logged)
}

/// Does the runtime say here that the process dies?
pub(super) fn is_crash(body: &str) -> bool {
    body.starts_with(PANIC)
        || body.starts_with(FATAL)
        || body.starts_with(OVERFLOW)
        || body.starts_with(FAULT)
        || (body.starts_with(SIGNAL) && body.trimmed_end().ends_with(']'))
        || line::signal(body).is_some()
}

/// Where in the trace the last line stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Behind the head, before the first stack.
    Value,
    /// In a stack, behind a location or a goroutine's head.
    Frames,
    /// Behind a call whose location is to come.
    Call,
    /// Behind everything.
    Over,
}

/// Calls with which a stack ends.
const OUTERMOST: &[&str] = &[
    "main.main",
    "runtime.goexit",
    "runtime.mstart",
    "runtime.morestack",
    "runtime.rt0_go",
];

/// Follows one Go trace.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts of the lines so far, each by itself"
)]
pub(super) struct Follower {
    kind: Kind,
    part: Part,
    base: usize,
    /// A stack with at least one frame was seen.
    framed: bool,
    /// The last stack cannot go on.
    complete: bool,
    /// The call at hand is the stack's outermost.
    outermost: bool,
    /// Each line carries the header that the head had.
    prefixed: bool,
    headed: bool,
    after_blank: bool,
    loose: u32,
    foreign: u32,
}

impl Follower {
    /// A follower, if the text opens a trace.
    pub(super) fn open(text: &str) -> Option<Self> {
        let kind = kind(text)?;
        let logged_call = kind == Kind::Logged && line::location(text).is_none();
        let base = match kind {
            Kind::Logged if !logged_call => 0,
            _ => line::indent(text),
        };
        Some(Self {
            kind,
            part: match kind {
                Kind::Crash | Kind::Serving | Kind::Gin => Part::Value,
                Kind::Logged if logged_call => Part::Call,
                Kind::Goroutine | Kind::Logged => Part::Frames,
            },
            base,
            framed: kind == Kind::Logged && !logged_call,
            complete: false,
            outermost: false,
            prefixed: false,
            headed: false,
            after_blank: false,
            loose: 0,
            foreign: 0,
        })
    }

    fn next(&mut self, text: &str, header: bool) -> Step {
        let text = line::dedent(text, self.base);
        if self.part == Part::Over || self.is_anew(text) {
            return Step::Ended;
        }
        if header && !self.prefixed {
            // Nobody logs an empty message: each line has a header.
            let blank = line::is_blank(text) && self.part == Part::Value;
            if blank || (!self.framed && is_ours(text)) {
                self.prefixed = true;
            } else {
                return self.foreign();
            }
        } else if !header && self.prefixed && self.part == Part::Value {
            return Step::Ended;
        }
        if line::is_blank(text) {
            self.after_blank = true;
            return Step::Perhaps;
        }
        let step = match self.part {
            _ if self.kind == Kind::Gin => self.in_gin(text),
            Part::Value => self.in_value(text),
            _ => self.in_frames(text),
        };
        self.after_blank = false;
        step
    }

    /// The runtime may fail while it reports a panic; behind another's record it is another process.
    fn is_anew(&self, text: &str) -> bool {
        self.part == Part::Value && self.foreign > 0 && text.starts_with(FATAL)
    }

    /// A record of its own, or a line that is nothing of ours.
    fn foreign(&mut self) -> Step {
        let waits = match self.part {
            Part::Frames => !self.complete && self.kind != Kind::Logged,
            Part::Value | Part::Call => true,
            Part::Over => false,
        };
        let step = Step::Foreign.at_most(FOREIGN_LINES_MAX, &mut self.foreign);
        if waits { step } else { Step::Ended }
    }

    fn in_value(&mut self, text: &str) -> Step {
        if line::head(text).is_some() || text.starts_with("runtime stack:") {
            self.part = Part::Frames;
            return Step::Belongs;
        }
        if line::is_exit(text) {
            self.part = Part::Over;
            return Step::Belongs;
        }
        let again = text.starts_with(PANIC) || is_head(text);
        if again && self.kind == Kind::Crash && !self.prefixed {
            return Step::Ended;
        }
        let words = [SIGNAL, FATAL, "runtime: "];
        if words.iter().any(|begin| text.starts_with(begin)) || line::is_dump(text) {
            return Step::Belongs;
        }
        Step::Perhaps.at_most(LOOSE_LINES_MAX, &mut self.loose)
    }

    /// The request, the value, then places and what runs there.
    fn in_gin(&mut self, text: &str) -> Step {
        if gin::place(text).is_some() {
            self.part = Part::Call;
            return Step::Perhaps;
        }
        match self.part {
            Part::Call if line::indent(text) > 0 => {
                self.part = Part::Frames;
                self.framed = true;
                self.complete = text.trimmed_start().starts_with("goexit:");
                Step::Belongs
            }
            Part::Value if self.loose < LOOSE_LINES_MAX => {
                self.loose += 1;
                Step::Perhaps
            }
            _ => Step::Ended,
        }
    }

    fn in_frames(&mut self, text: &str) -> Step {
        if line::indent(text) == 0
            && let Some(head) = line::head(text)
        {
            return self.goroutine(head.state);
        }
        if (self.part == Part::Call || line::indent(text) > 0) && line::location(text).is_some() {
            self.part = Part::Frames;
            self.framed = true;
            self.loose = 0;
            self.complete = std::mem::take(&mut self.outermost);
            return Step::Belongs;
        }
        if line::is_aside(text) {
            self.complete |= line::is_register(text.trimmed());
            return Step::Belongs;
        }
        if let Some(step) = self.call(text) {
            return step;
        }
        if line::is_exit(text) {
            self.part = Part::Over;
            return Step::Belongs;
        }
        self.between(text)
    }

    /// A call, whose location is to come.
    fn call(&mut self, text: &str) -> Option<Step> {
        let created = line::creator(text);
        let named = line::call(text).or(created).or_else(|| {
            let name = text.trimmed_end();
            (self.kind == Kind::Logged && line::is_name(name)).then_some(name)
        })?;
        if self.complete && self.kind != Kind::Logged {
            // `runtime.main` and `runtime.goexit` stand behind `main.main` where the runtime's frames are shown.
            let shown = named.starts_with("runtime.") || created.is_some();
            if !shown || self.after_blank {
                return Some(Step::Ended);
            }
        }
        self.outermost = created.is_some() || OUTERMOST.contains(&named);
        self.part = Part::Call;
        Some(Step::Perhaps)
    }

    /// Another goroutine. Of a stack that somebody printed, the next running one is another print.
    fn goroutine(&mut self, state: &str) -> Step {
        let apart = self.kind == Kind::Logged
            || !self.after_blank
            || (self.kind != Kind::Crash && state == "running");
        if apart && (self.framed || self.part == Part::Call) {
            return Step::Ended;
        }
        self.part = Part::Frames;
        self.complete = false;
        self.outermost = false;
        Step::Belongs
    }

    /// What may stand between stacks, or nothing of ours.
    fn between(&mut self, text: &str) -> Step {
        let crash = self.kind == Kind::Crash;
        let quit = text.trimmed_end() == "SIGQUIT: quit";
        if crash && (text.starts_with("runtime stack:") || (line::is_dump(text) && !quit)) {
            self.complete = false;
            return Step::Belongs;
        }
        let rule = text.starts_with("-----") || quit;
        let wraps = self.kind == Kind::Logged && self.framed && !is_told_anew(text);
        if (crash && rule) || wraps {
            return Step::Perhaps.at_most(LOOSE_LINES_MAX / 4, &mut self.loose);
        }
        if kind(text).is_some() {
            return Step::Ended;
        }
        self.foreign()
    }
}

/// Only a crash of another process can begin like this.
fn is_head(text: &str) -> bool {
    text.starts_with(OVERFLOW) || text.starts_with(FAULT) || line::signal(text).is_some()
}

/// `error: …`, `2026-11-21T…`: the next error, or record, rather than a wrap's words.
fn is_told_anew(text: &str) -> bool {
    let date = text
        .bytes()
        .take(10)
        .enumerate()
        .filter(|(at, b)| match at {
            4 | 7 => matches!(b, b'-' | b'/'),
            _ => b.is_ascii_digit(),
        });
    if date.count() == 10 {
        return true;
    }
    let word = text.split(':').next().unwrap_or_default();
    ["error", "fatal", "failed", "panic"]
        .iter()
        .any(|told| word.eq_ignore_ascii_case(told))
}

/// Would the line stand in a trace of which each line has a header?
fn is_ours(text: &str) -> bool {
    let words = [
        SIGNAL,
        FATAL,
        "runtime: ",
        "runtime stack:",
        "\tpanic: ",
        "\t",
    ];
    words.iter().any(|begin| text.starts_with(begin))
        || line::head(text).is_some()
        || line::call(text).is_some()
        || line::location(text).is_some()
}

impl Tracker for Follower {
    fn step(&mut self, text: &[u8], header: bool) -> Step {
        self.next(&line::text(text), header)
    }

    fn headed(&mut self) {
        self.headed = true;
    }

    /// With `GOTRACEBACK=none`, nothing follows a crash's value.
    fn speaks(&self) -> bool {
        self.kind == Kind::Crash && self.part == Part::Value
    }

    fn uncaught(&self) -> Option<bool> {
        (self.kind == Kind::Crash).then_some(!self.headed)
    }

    fn unfinished(&self) -> bool {
        match self.part {
            Part::Value | Part::Call => true,
            Part::Frames => !self.complete && self.kind != Kind::Logged,
            Part::Over => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(lines: &[&str]) -> String {
        let mut follower = Follower::open(lines[0]).unwrap();
        crate::language::steps::steps(&mut follower, &lines[1..])
    }

    const HEAD: &str = "goroutine 1 [running]:";
    const CALL: &str = "main.f(0x1, {0x2, 0x3})";
    const PLACE: &str = "\t/srv/app/main.go:5 +0x1d";
    const MAIN: &str = "main.main()";

    #[test]
    fn a_crash_and_what_follows() {
        let crash = [
            "panic: boom",
            "",
            HEAD,
            CALL,
            PLACE,
            MAIN,
            PLACE,
            "exit status 2",
            "next",
        ];
        assert_eq!(steps(&crash), "?+?+?++.");
        // Behind `main.main` only another goroutine may follow.
        let others = [
            "panic: boom",
            "",
            HEAD,
            MAIN,
            PLACE,
            "",
            "goroutine 7 [select]:",
            CALL,
            PLACE,
            "created by main.main in goroutine 1",
            PLACE,
            "",
            "started",
        ];
        assert_eq!(steps(&others), "?+?+?+?+?+?.");
    }

    #[test]
    fn a_value_of_several_lines() {
        let value = [
            "panic: a",
            "\tb",
            "\tgoroutine 7 [x]:",
            "",
            HEAD,
            CALL,
            PLACE,
        ];
        assert_eq!(steps(&value), "???+?+");
        // It is prose if no goroutine follows.
        let prose = vec!["panic: means the end"; 2];
        assert_eq!(steps(&prose), ".");
        // The runtime failed over its own report, or another process did.
        let failed = "fatal error: panic while printing panic value";
        assert_eq!(steps(&["panic: a", failed, HEAD]), "++");
        assert_eq!(steps(&["panic: a", "#INFO up", failed]), "f.");
        let mut long = vec!["panic: means the end"];
        long.extend(vec!["prose"; LOOSE_LINES_MAX as usize + 1]);
        assert!(steps(&long).ends_with("?."));
    }

    #[test]
    fn records_of_others_stand_between() {
        assert_eq!(
            steps(&[
                "panic: a", "#INFO up", "", HEAD, CALL, "#INFO up", PLACE, "printed", MAIN
            ]),
            "f?+?f+f?"
        );
        // Each line with a header.
        assert_eq!(
            steps(&[
                "panic: a",
                "#",
                &format!("#{HEAD}"),
                "#main.main()",
                &format!("#{PLACE}"),
                "#up"
            ]),
            "?+?+."
        );
        // A header without words begins another's record where the line below it has none.
        assert_eq!(steps(&["panic: a", "#", "SEVERE: b"]), "?.");
    }

    #[test]
    fn prints_in_a_row_are_apart() {
        assert_eq!(steps(&[HEAD, CALL, PLACE, HEAD]), "?+.");
        assert_eq!(steps(&[HEAD, CALL, PLACE, "", HEAD]), "?+?.");
        let all = [HEAD, CALL, PLACE, "", "goroutine 7 [select]:", CALL, PLACE];
        assert_eq!(steps(&all), "?+?+?+");
        let wraps = [
            "runtime.goexit",
            PLACE,
            "load settings",
            "main.load",
            PLACE,
            "error: x",
        ];
        assert_eq!(steps(&wraps), "+??+.");
    }

    #[test]
    fn no_traces() {
        for no in [
            "no panic: all is well",
            "goroutine profile: total 5",
            "#\t0x4cf030\truntime.main+0xb0\t/opt/go/src/runtime/proc.go:848",
            "SIGQUIT: quit",
            "the stacktrace is empty",
            "http: panic serving is a message",
        ] {
            assert!(Follower::open(no).is_none(), "{no}");
        }
    }

    #[test]
    fn hostile_lines_cost_no_more_than_their_length() {
        let mut follower = Follower::open("panic: x").unwrap();
        follower.next(HEAD, false);
        let giants = [
            "(".repeat(1 << 20),
            format!("goroutine {}", "9".repeat(1 << 20)),
            format!("main.f({})", "0x1, ".repeat(1 << 18)),
            format!("\t/{}:1", "a b".repeat(1 << 18)),
            format!("\t/x.go:1{}", " +0x1".repeat(1 << 18)),
        ];
        for giant in &giants {
            follower.next(giant, false);
        }
        for id in 0..100_000 {
            follower.next("", false);
            let step = follower.next(&format!("goroutine {id} [select]:"), false);
            assert_ne!(step, Step::Foreign);
        }
    }
}
