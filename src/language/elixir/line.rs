//! Lines of Elixir's traces by themselves. In: a line. Out: a banner, a frame, a line behind the frames.

use super::call;
use crate::language::seek::Seek as _;
pub(super) use crate::language::seek::{is_blank, text, white as indent, without_white as dedent};

/// How every banner begins.
pub(super) const OPENING: &str = "** (";

/// Frames are set in by so much behind their banner.
pub(super) const STEP: usize = 4;

/// What a process ended by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// An exception of this type.
    Exception(&'a str),
    /// `exit`, `stop`, `throw`, `EXIT from #PID<0.95.0>`: no exception.
    Exit,
}

/// `** (RuntimeError) boom`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Banner<'a> {
    pub(super) kind: Kind<'a>,
    /// The first line of its message.
    pub(super) words: &'a str,
}

impl Banner<'_> {
    /// The exception itself follows, set in.
    pub(super) fn wraps(&self) -> bool {
        let words = self.words.trimmed_end();
        self.kind == Kind::Exit && words.ends_with("an exception was raised:")
    }
}

/// Reads a banner that begins with the text.
pub(super) fn banner(text: &str) -> Option<Banner<'_>> {
    let inner = text.strip_prefix(OPENING)?;
    let (name, words) = inner.parted(b')')?;
    let words = match words.strip_prefix(' ') {
        Some(words) => words,
        None if words.is_empty() => words,
        None => return None,
    };
    let exit = matches!(name, "exit" | "stop" | "throw" | "EXIT" | "error")
        || name
            .strip_prefix("EXIT from ")
            .is_some_and(|from| !from.is_empty());
    let kind = if exit {
        Kind::Exit
    } else if is_alias(name) {
        Kind::Exception(name)
    } else {
        return None;
    };
    Some(Banner { kind, words })
}

/// `Shop.Errors.Declined`.
pub(super) fn is_alias(name: &str) -> bool {
    !name.is_empty()
        && name.split('.').all(|part| {
            part.starts_with(|c: char| c.is_uppercase())
                && part.chars().all(|c| c == '_' || c.is_alphanumeric())
        })
}

/// A frame as printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Printed<'a> {
    /// The OTP application whose code it is.
    pub(super) app: Option<&'a str>,
    pub(super) file: Option<&'a str>,
    pub(super) line: Option<u32>,
    /// `Shop.Orders.Service.ship/1`.
    pub(super) call: &'a str,
}

/// Reads a frame, freed of its indentation: `(shop 1.4.0) lib/shop/jobs/runner.ex:77: Shop.Jobs.Runner.run/1`.
pub(super) fn frame(body: &str) -> Option<Printed<'_>> {
    let body = body.trimmed_end();
    let (app, rest) = match body.strip_prefix('(').and_then(|rest| rest.parted(b')')) {
        Some((app, rest)) => {
            let name = app.split(' ').next().unwrap_or_default();
            let known = is_atom(name) && app.split(' ').count() <= 2;
            (Some(name).filter(|_| known)?, rest.strip_prefix(' ')?)
        }
        None => ("", body),
    };
    let app = Some(app).filter(|app| !app.is_empty());
    if let Some((file, line, call)) = location(rest)
        && call::is_call(call)
    {
        return Some(Printed {
            app,
            file: Some(file),
            line,
            call,
        });
    }
    // What has no location is a call of what is compiled into the runtime, or of what is not there.
    let bare = call::is_call(rest) && !rest.starts_with('(');
    bare.then_some(Printed {
        app,
        file: None,
        line: None,
        call: rest,
    })
}

/// `lib/shop/jobs/runner.ex:77: …`; a file alone has no number.
fn location(rest: &str) -> Option<(&str, Option<u32>, &str)> {
    let mut from = 0;
    while let Some(at) = memchr::memmem::find(rest.as_bytes().get(from..)?, b": ") {
        let at = from + at;
        let (place, call) = (rest.get(..at)?, rest.get(at + 2..)?);
        if let Some((file, number)) = place.parted_last(b':')
            && let Ok(line) = number.parse()
        {
            return Some((file, Some(line), call)).filter(|_| !file.is_empty());
        }
        let sources = [".ex", ".exs", ".erl", ".yrl", ".xrl"];
        if sources.iter().any(|ending| place.ends_with(ending)) {
            return Some((place, None, call));
        }
        from = at + 2;
    }
    None
}

/// `elixir`, `phoenix_live_view`.
fn is_atom(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'@'))
}

/// Beginnings of lines that `Logger` prints behind the frames.
const BEHIND: &[&str] = &[
    "Last message",
    "State: ",
    "State:",
    "Data: ",
    "Client ",
    "Function: ",
    "    Args: ",
    "Process Label: ",
    "Pid: ",
    "Number: ",
    "Start Call: ",
    "Start Module: ",
    "Restart: ",
    "Shutdown: ",
    "Type: ",
    "Initial Call: ",
    "Current Call: ",
    "Current Stacktrace:",
    "Ancestors: ",
    "Message Queue Length: ",
    "Messages: ",
    "Links: ",
    "Dictionary: ",
    "Trapping Exits: ",
    "Status: ",
    "Heap Size: ",
    "Stack Size: ",
    "Reductions: ",
    "Neighbours:",
    "Queue: ",
    "Postponed: ",
    "Callback mode",
    "Callback Mode",
    "Callback modules",
    "Time-outs: ",
];

/// Does the line say more of the process that ended?
pub(super) fn is_behind(text: &str) -> bool {
    BEHIND.iter().any(|begin| text.starts_with(begin))
}

/// Which of the reports of one process it is that these words begin, in the order in which they come: the supervisor's last.
pub(super) fn rank(words: &str) -> Option<u8> {
    let words = words.trimmed_end();
    // A header within another's is not taken off.
    let words = words
        .split_once("[error] ")
        .map_or(words, |(_, behind)| behind);
    if words.starts_with("Process ") && words.ends_with(" terminating") {
        return Some(1);
    }
    let child = words.starts_with("Child ") && words.contains(" of Supervisor ");
    (child && words.ends_with(" terminated")).then_some(2)
}

/// The report that a line of it shows it to be.
pub(super) fn rank_of_line(text: &str) -> Option<u8> {
    if text.starts_with("Initial Call: ") {
        return Some(1);
    }
    text.starts_with("Start Call: ").then_some(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn banners() {
        let kinds = [
            (
                "** (RuntimeError) boom",
                Kind::Exception("RuntimeError"),
                "boom",
            ),
            ("** (RuntimeError) ", Kind::Exception("RuntimeError"), ""),
            ("** (RuntimeError)", Kind::Exception("RuntimeError"), ""),
            (
                "** (Shop.Errors.Declined) card (x)",
                Kind::Exception("Shop.Errors.Declined"),
                "card (x)",
            ),
            ("** (stop) {:a, 1}", Kind::Exit, "{:a, 1}"),
            ("** (EXIT from #PID<0.95.0>) killed", Kind::Exit, "killed"),
        ];
        for (line, kind, words) in kinds {
            assert_eq!(banner(line), Some(Banner { kind, words }), "{line}");
        }
        for no in [
            "** (note) x",
            "** (",
            "** (Foo bar) x",
            "** (Foo)x",
            "**(Foo) x",
            "** (Foo.) x",
            " ** (Foo) x",
        ] {
            assert_eq!(banner(no), None, "{no}");
        }
    }

    #[test]
    fn frames() {
        let read = |body: &str| {
            frame(body).map(|f| {
                (
                    f.app.is_some(),
                    f.file.map(str::to_owned),
                    f.line,
                    f.call.to_owned(),
                )
            })
        };
        for (body, app, file, line, call) in [
            (
                "(shop 1.4.0) lib/a b.ex:77: Shop.Jobs.Runner.run/1",
                true,
                Some("lib/a b.ex"),
                Some(77),
                "Shop.Jobs.Runner.run/1",
            ),
            (
                "(elixir) lib/enum.ex:765: Enum.\"-map/2-lists^map/1-0-\"/2",
                true,
                Some("lib/enum.ex"),
                Some(765),
                "Enum.\"-map/2-lists^map/1-0-\"/2",
            ),
            (
                "(stdlib 8.1) :ets.lookup(:x, \"a: b\")",
                true,
                None,
                None,
                ":ets.lookup(:x, \"a: b\")",
            ),
            (
                ":erlang.div(10, 0)",
                false,
                None,
                None,
                ":erlang.div(10, 0)",
            ),
            (":erlang./(1, 0)", false, None, None, ":erlang./(1, 0)"),
            (
                "fail.exs:6: (file)",
                false,
                Some("fail.exs"),
                Some(6),
                "(file)",
            ),
            (
                "lib/shop/a.ex:3: anonymous fn/1 in Shop.A.b/0",
                false,
                Some("lib/shop/a.ex"),
                Some(3),
                "anonymous fn/1 in Shop.A.b/0",
            ),
        ] {
            let told = (app, file.map(str::to_owned), line, call.to_owned());
            assert_eq!(read(body), Some(told), "{body}");
        }
    }

    #[test]
    fn no_frames() {
        for no in [
            "%{name: \"Ada\", tier: :gold}",
            "{:error, :not_found}",
            "# 1",
            ":x",
            "def bar(a) when is_binary(a)",
            "* 1st argument: not a tuple",
            "(Background on this: x)",
            "the file lib/x.ex:3: is broken",
            "Args: []",
        ] {
            assert_eq!(frame(no), None, "{no}");
        }
    }
}
