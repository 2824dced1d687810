//! Lines of Erlang's reports by themselves. In: a line. Out: a report's head, the process it is of, a frame as printed.

pub(super) use crate::language::seek::{dedent, indent, text};
/// Every head of the reports that tell of a crash, and terms that hold a place in a file.
pub(super) const OPENINGS: &[&str] = &[
    "=ERROR REPORT====",
    CRASH,
    "[{file,",
    "exception error: ",
    "escript: exception ",
    "** Generic server ",
    "** State machine ",
    "Error in process ",
];

/// What a report tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Head {
    /// Something was logged.
    Error,
    /// A process crashed.
    Crash,
    /// A supervisor lost a child.
    Supervisor,
    /// Nothing that went wrong.
    Other,
}

/// Reads `=CRASH REPORT==== 21-Nov-2026::18:58:18.195338 ===`.
pub(super) fn head(text: &str) -> Option<Head> {
    let text = text.trim();
    // `logger`'s formatter puts the report behind its header, on lines of its own.
    if text.starts_with(|c: char| c.is_ascii_digit()) && text.ends_with(" error:") {
        return Some(Head::Crash);
    }
    let words = text.strip_prefix('=')?;
    let (name, rest) = words.split_once(" REPORT====")?;
    if !rest.trim_end().ends_with("===") {
        return None;
    }
    Some(match name {
        "ERROR" => Head::Error,
        "CRASH" => Head::Crash,
        "SUPERVISOR" => Head::Supervisor,
        _ => Head::Other,
    })
}

/// How a crash report begins where each says itself what it is.
pub(super) const CRASH: &str = "=CRASH REPORT====";

/// The first process that the line names.
pub(super) fn pid(text: &str) -> Option<&str> {
    let at = text.find('<')?;
    let inner = text.get(at + 1..)?;
    let pid = inner.get(..inner.find('>')?)?;
    let digits = pid.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    (digits && pid.matches('.').count() == 2).then_some(pid)
}

/// Does the line say which process the report is of, rather than what it was told?
pub(super) fn names_process(text: &str) -> bool {
    const BEGINS: &[&str] = &[
        "pid: ",
        "** Generic server ",
        "Generic server ",
        "State machine ",
        "** State machine ",
        "Error in process ",
        "offender: [{pid,",
    ];
    let text = text.trim_start();
    // Behind another header, too.
    let behind = text.split_once(": ").map_or("", |(_, behind)| behind);
    let begins = |begin: &str| text.starts_with(begin) || behind.starts_with(begin);
    BEGINS.iter().any(|begin| begins(begin))
}

/// Does a report of a process that ended begin with this line, its header aside?
pub(super) fn reports(text: &str) -> bool {
    const BEGINS: &[&str] = &[
        "** Generic server ",
        "** State machine ",
        "Error in process ",
    ];
    let begins = BEGINS
        .iter()
        .any(|begin| text.trim_start().starts_with(begin));
    begins && (pid(text).is_some() || text.trim_end().ends_with(" terminating"))
}

/// Does the line hold a place as terms do?
pub(super) fn holds_place(text: &str) -> bool {
    text.contains("[{file,\"")
}

/// The first place in a term: `{file,"shop.erl"},{line,24}`.
pub(super) fn place(text: &str) -> Option<(&str, u32)> {
    let (_, behind) = text.split_once("{file,\"")?;
    let (file, behind) = behind.split_once("\"},{line,")?;
    let (number, _) = behind.split_once('}')?;
    Some((file, number.parse().ok()?))
}

/// How the runtime says that it could not even start.
pub(super) const BOOT: &str = "{\"init terminating";

/// Does the line begin with a tuple, as calls of a stack do? JSON's objects begin with a quote.
pub(super) fn is_tuple(text: &str) -> bool {
    let first = text.strip_prefix('{').and_then(|rest| rest.chars().next());
    first.is_some_and(|c| c.is_ascii_lowercase() || c == '\'')
}

/// Does `erl_error` begin to tell of a crash here? What a shell says of an exit or a throw is its user's own affair.
pub(super) fn tells(text: &str) -> bool {
    let died = text.trim_start().starts_with("escript: ");
    formatted(text).is_some_and(|(class, _)| died || class == "error")
}

/// What `erl_error` says of an exception that begins on this line, class and words.
pub(super) fn formatted(text: &str) -> Option<(&'static str, &str)> {
    let text = text.trim_start();
    let text = text
        .strip_prefix("escript: ")
        .or(text.strip_prefix("** "))
        .unwrap_or(text);
    let words = text.strip_prefix("exception ")?;
    ["error", "exit", "throw"]
        .iter()
        .find_map(|class| Some((*class, words.strip_prefix(class)?.strip_prefix(": ")?)))
}

/// `in call from shop:handle_call/3 (shop.erl, line 15)`: module, function, arity, file, line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Printed<'a> {
    pub(super) module: &'a str,
    /// With its arity.
    pub(super) function: String,
    pub(super) place: Option<(&'a str, u32)>,
}

/// Reads a frame as `erl_error` formats it.
pub(super) fn frame(text: &str) -> Option<Printed<'_>> {
    let body = text.trim();
    let call = [
        "in function  ",
        "in function ",
        "in call from ",
        "in operator  ",
    ]
    .iter()
    .find_map(|words| body.strip_prefix(words))?
    .trim();
    let (call, place) = match call
        .rsplit_once(" (")
        .and_then(|(call, place)| Some((call, read_place(place)?)))
    {
        Some((call, place)) => (call, Some(place)),
        None => (call, None),
    };
    let (name, arity) = call.trim_end().rsplit_once('/')?;
    if arity.is_empty() || !arity.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (module, function) = match name.split_once(':') {
        Some((module, function)) if !module.is_empty() => (module, function),
        _ => ("erlang", name),
    };
    Some(Printed {
        module,
        function: format!("{}/{arity}", function.trim_matches('\'')),
        place,
    })
}

/// The call that failed, of which only the words tell: `no function clause matching shop:take(apple,[1,2]) (shop.erl, line 5)`,
/// `undefined function shopp:take/2`.
pub(super) fn failed(words: &str) -> Option<Printed<'_>> {
    if let Some(call) = words.strip_prefix("undefined function ") {
        let (module, function) = call.trim().split_once(':')?;
        let (name, arity) = function.rsplit_once('/')?;
        let known = !arity.is_empty() && arity.bytes().all(|b| b.is_ascii_digit());
        return known.then(|| Printed {
            module,
            function: format!("{}/{arity}", name.trim_matches('\'')),
            place: None,
        });
    }
    let call = words.strip_prefix("no function clause matching ")?.trim();
    let placed = call
        .rsplit_once(" (")
        .and_then(|(call, place)| Some((call, read_place(place)?)));
    let (call, place) = placed.map_or((call, None), |(call, place)| (call, Some(place)));
    let (module, function) = call.split_once(':')?;
    let (name, arguments) = match function.strip_prefix('\'') {
        Some(quoted) => quoted.split_once("'(")?,
        None => function.split_once('(')?,
    };
    let arguments = format!("[{}]", arguments.strip_suffix(')')?);
    let count = super::term::parts(&arguments)?.len();
    Some(Printed {
        module,
        function: format!("{name}/{count}"),
        place,
    })
}

/// `shop.erl, line 15)`.
fn read_place(place: &str) -> Option<(&str, u32)> {
    let (file, line) = place.strip_suffix(')')?.split_once(", line ")?;
    Some((file, line.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        assert_eq!(
            head("=CRASH REPORT==== 21-Nov-2026::18:58:18.195338 ==="),
            Some(Head::Crash)
        );
        assert_eq!(
            head("=NOTICE REPORT==== 21-Nov-2026::18:58:18 ==="),
            Some(Head::Other)
        );
        assert_eq!(head("=ERROR REPORT==== is a head"), None);
        assert_eq!(
            head("2026-11-21T18:58:26.925640+00:00 error:"),
            Some(Head::Crash)
        );
        assert_eq!(pid("    pid: <0.79.0>"), Some("0.79.0"));
        assert_eq!(pid("<<1,2>>"), None);
        let read = frame("      in call from shop:'-one/1-fun-3-'/1 (shop.erl, line 39)").unwrap();
        assert_eq!(
            (read.module, read.function.as_str(), read.place),
            ("shop", "-one/1-fun-3-/1", Some(("shop.erl", 39)))
        );
        let read = frame("  in call from init:start_em/1 ").unwrap();
        assert_eq!((read.module, read.place), ("init", None));
        assert_eq!(frame("in operator  div/2").unwrap().module, "erlang");
        assert_eq!(frame("in call from somebody"), None);
        let read = failed(
            "no function clause matching shop:'take it'(<<1,2>>,\"a, b\") (shop.erl, line 5)",
        )
        .unwrap();
        assert_eq!(
            (read.module, read.function.as_str(), read.place),
            ("shop", "take it/2", Some(("shop.erl", 5)))
        );
        let read = failed("undefined function shopp:take/2").unwrap();
        assert_eq!((read.module, read.function.as_str()), ("shopp", "take/2"));
        assert_eq!(failed("bad argument"), None);
        assert!(tells("escript: exception throw: {quota,7}") && tells("exception error: badarg"));
        assert!(!tells("** exception exit: shutdown"));
    }
}
