//! The shapes of lines that Go's runtime and its loggers print. In: one line. Out: what it is by itself, without regard to
//! the lines around it.
//!
//! Never allocates and never looks further than the line.

use crate::bounds::TYPE_NAME_BYTES_MAX;
use crate::language::seek::{Bytes, Seek as _, Word};
pub(super) use crate::language::seek::{is_blank, text, white as indent, without_white as dedent};

/// The runtime's own words for a panic that nobody recovered.
pub(super) const PANIC: &str = "panic: ";
/// The runtime gives up: a map race, a deadlock, no memory.
pub(super) const FATAL: &str = "fatal error: ";
/// `net/http` recovered a handler's panic.
pub(super) const SERVING: Word = Word::new("http: panic serving ", 4);
const IN_GOROUTINE: Word = Word::new(" in goroutine ", 4);
/// The signal behind a panic.
pub(super) const SIGNAL: &str = "[signal SIG";
/// Comes before `fatal error: fault`.
pub(super) const FAULT: &str = "unexpected fault address";
/// Comes before `fatal error: stack overflow`.
pub(super) const OVERFLOW: &str = "runtime: goroutine stack exceeds";
/// A goroutine's head.
pub(super) const GOROUTINE: &str = "goroutine ";
/// The signal that ends the process with all its stacks; SIGQUIT only asks for them.
pub(super) const ABORT: &str = "SIGABRT: abort";

/// What arguments are printed with.
const ARGUMENTS: Bytes = Bytes::of("0123456789abcdefABCDEFx?{}., _+");
/// What no name has.
const NO_NAME: Bytes = Bytes::and_blanks("=\"'`|\\<>@!");

/// `goroutine 7 [chan receive, 5 minutes]:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head<'a> {
    /// Its number.
    pub(super) id: &'a str,
    /// What it is doing (`running`, `chan receive`), without minutes and locks.
    pub(super) state: &'a str,
}

/// Reads the head of a goroutine: number, maybe `gp=0x… m=… mp=0x…`, the state in brackets, maybe labels, a colon.
pub(super) fn head(text: &str) -> Option<Head<'_>> {
    let rest = text.strip_prefix(GOROUTINE)?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (id, rest) = rest.split_at_checked(digits)?;
    let rest = rest.strip_prefix(' ')?.trimmed_end().strip_suffix(':')?;
    let (registers, rest) = rest.parted(b'[')?;
    let known = registers.is_empty() || registers.starts_with("gp=");
    let (state, labels) = rest.parted(b']')?;
    let known = known && (labels.is_empty() || labels.trim_start().starts_with('{'));
    let state = state.parted(b',').map_or(state, |(s, _)| s);
    (known && (1..=20).contains(&digits)).then_some(Head { id, state })
}

/// A goroutine's head behind other words: `[PANIC RECOVER] not ready goroutine 25 [running]:`. The words and the head.
pub(super) fn head_behind(text: &str) -> Option<(&str, &str)> {
    let body = text.trimmed_end();
    if !body.ends_with("]:") {
        return None;
    }
    let at = body.rfind(GOROUTINE).filter(|at| *at > 0)?;
    let (words, behind) = body.split_at_checked(at)?;
    let apart = words.ends_with([' ', '"', '=', '\t']);
    (apart && head(behind).is_some()).then_some((words, behind))
}

/// `pkg/path.(*T).Method(0xc000, {0x1, 0x2})` or `panic(…)`: the name without the arguments.
pub(super) fn call(text: &str) -> Option<&str> {
    let text = text.trimmed_end();
    let inner = text.strip_suffix(')')?;
    let (name, arguments) = inner.parted_last(b'(')?;
    let named = name == "panic" || is_name(name);
    (named && ARGUMENTS.hold_all(arguments)).then_some(name)
}

/// `pkg/path.(*T).Method`, as `%+v` of an error and zap print it.
pub(super) fn is_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    let slash = memchr::memrchr(b'/', bytes).map_or(0, |at| at + 1);
    let last = bytes.get(slash..).unwrap_or_default();
    let dot = memchr::memchr(b'.', last);
    dot.is_some_and(|at| at > 0 && at + 1 < last.len())
        && text.len() <= TYPE_NAME_BYTES_MAX
        && !text.starts_with(['/', '.', '('])
        && !text.ends_with(['.', ':', ',', ';'])
        && !NO_NAME.hold_any(text)
}

/// `created by main.main in goroutine 1`: the function.
pub(super) fn creator(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("created by ")?.trimmed_end();
    let name = IN_GOROUTINE.parts(rest).map_or(rest, |(n, _)| n);
    is_name(name).then_some(name)
}

/// `<TAB>/srv/app/main.go:12 +0x1d fp=0x… sp=0x… pc=0x…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Location<'a> {
    pub(super) path: &'a str,
    pub(super) lineno: u32,
}

/// Reads a location; the indentation does not count.
pub(super) fn location(text: &str) -> Option<Location<'_>> {
    let mut rest = text.trimmed();
    while let Some((before, last)) = rest.parted_last(b' ') {
        let registers = ["+0x", "fp=0x", "sp=0x", "pc=0x"];
        if !registers.iter().any(|register| last.starts_with(register)) {
            break;
        }
        rest = before.trimmed_end();
    }
    let (path, number) = rest.numbered()?;
    let number = number.parse().ok()?;
    (is_source(path)).then_some(Location {
        path,
        lineno: number,
    })
}

/// Does it hold what paths do not?
fn is_prose(text: &str) -> bool {
    let bytes = text.as_bytes();
    let behind = |at: usize| bytes.get(at + 1) == Some(&b' ');
    memchr::memchr2(b'"', b'\t', bytes).is_some()
        || memchr::memchr2_iter(b':', b',', bytes).any(behind)
}

/// Go, assembly, C, or no file at all.
fn is_source(path: &str) -> bool {
    const EXTENSIONS: &[&str] = &[
        "go", "s", "S", "c", "cc", "cpp", "cxx", "h", "m", "y", "rl", "templ",
    ];
    let bare = path.parted_last(b'.').is_some_and(|(stem, extension)| {
        EXTENSIONS.contains(&extension) && !stem.is_empty() && !stem.ends_with('/')
    });
    (bare && !is_prose(path)) || path == "<autogenerated>" || path == "??"
}

/// Lines that stand among frames and are none.
pub(super) fn is_aside(text: &str) -> bool {
    let body = text.trimmed();
    let elided = body.starts_with("...") && body.ends_with(" elided...");
    elided
        || body == "goroutine running on other thread; stack unavailable"
        || body.starts_with("goroutine in C code; stack unavailable")
        || body.starts_with("[originating from goroutine ")
        || body == "non-Go function"
        || body.starts_with("non-Go function at pc=")
        || body.starts_with("pc=0x")
        || is_register(body)
}

/// `rax    0xca`.
pub(super) fn is_register(body: &str) -> bool {
    let Some((name, value)) = body.parted(b' ') else {
        return false;
    };
    let hex = value.trim_start().strip_prefix("0x");
    name.len() <= 6
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_alphanumeric())
        && hex.is_some_and(|h| !h.is_empty() && h.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// `http: panic serving 127.0.0.1:5012: boom`: the value. Whatever a logger's prefix may be, it stands anywhere in the line.
pub(super) fn serving(text: &str) -> Option<&str> {
    let (_, behind) = SERVING.parts(text)?;
    let (address, value) = behind.split_once(": ")?;
    (!address.contains(' ')).then_some(value)
}

/// `exit status 2`, as `go run` says it.
pub(super) fn is_exit(text: &str) -> bool {
    let code = text.trimmed_end().strip_prefix("exit status ");
    code.is_some_and(|c| !c.is_empty() && c.bytes().all(|b| b.is_ascii_digit()))
}

/// `SIGABRT: abort`: the name and the words.
pub(super) fn signal(text: &str) -> Option<(&str, &str)> {
    let text = text.trimmed();
    (text == ABORT).then(|| text.split_once(": ")).flatten()
}

/// What `kill -QUIT` and GOTRACEBACK=crash print before the stacks.
pub(super) fn is_dump(text: &str) -> bool {
    text.trimmed() == "SIGQUIT: quit" || (text.starts_with("PC=0x") && text.contains(" sigcode="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads() {
        let told = |text| head(text).map(|h| (h.id, h.state));
        assert_eq!(told("goroutine 1 [running]:"), Some(("1", "running")));
        assert_eq!(
            told("goroutine 18 [chan receive, 5 minutes, locked to thread]:"),
            Some(("18", "chan receive"))
        );
        assert_eq!(
            told("goroutine 2 gp=0xc000002e00 m=nil [force gc (idle)]:"),
            Some(("2", "force gc (idle)"))
        );
        assert_eq!(
            told("goroutine 9 [running] {\"job\": \"a]b\"}:"),
            Some(("9", "running"))
        );
        let (words, behind) = head_behind("[PANIC RECOVER] a b goroutine 25 [running]:").unwrap();
        assert_eq!(
            (words, behind),
            ("[PANIC RECOVER] a b ", "goroutine 25 [running]:")
        );
        assert!(head_behind("the goroutine 7 [running] is: [x]:").is_none());
        for no in [
            "goroutine 7 is stuck",
            "goroutine profile: total 5",
            "goroutine 7 [not a frame]",
            "goroutine leak [x]:",
            "goroutine 7 of [9]:",
        ] {
            assert!(head(no).is_none(), "{no}");
        }
    }

    #[test]
    fn calls() {
        for (text, name) in [
            ("main.main()", "main.main"),
            ("panic({0x75bda0?, 0xabc720?})", "panic"),
            (
                "example.com/shop/internal/store.(*Store[...]).Must(0x855a60?, 0x63)",
                "example.com/shop/internal/store.(*Store[...]).Must",
            ),
            ("a/b%2ec.F({0x0, 0x0, ...}, _)", "a/b%2ec.F"),
            ("main.f(...)", "main.f"),
        ] {
            assert_eq!(call(text), Some(name), "{text}");
        }
        for no in [
            "see main.main(args)",
            "main(0x1)",
            "x.y",
            "done (0x1)",
            "v1.2(rc)",
        ] {
            assert!(call(no).is_none(), "{no}");
        }
    }

    #[test]
    fn locations() {
        for text in [
            "\t/srv/app/go/a b/main.go:12 +0x1d fp=0xc0 sp=0xc1 pc=0x6c",
            "    /srv/app/go/a b/main.go:12 +0x1d",
            "/srv/app/go/a b/main.go:12",
        ] {
            let found = location(text).unwrap();
            assert_eq!((found.path, found.lineno), ("/srv/app/go/a b/main.go", 12));
        }
        assert!(location("\t<autogenerated>:1 +0x2").is_some());
        for no in [
            "main.go:12: worker up",
            "10.0.0.1:80",
            "failed: main.go:12",
            "\t/srv/app/go/main.go",
        ] {
            assert!(location(no).is_none(), "{no}");
        }
    }

    #[test]
    fn what_net_http_says() {
        assert_eq!(
            serving("server.go:3230: http: panic serving [::1]:80: a: b"),
            Some("a: b")
        );
        assert_eq!(serving("http: panic serving is a message: see"), None);
    }

    #[test]
    fn asides() {
        for yes in [
            "...12201489 frames elided...",
            "...additional frames elided...",
            "\tgoroutine running on other thread; stack unavailable",
            "rax    0xca",
            "rflags 0x286",
        ] {
            assert!(is_aside(yes), "{yes}");
        }
        for no in ["... and more", "took 0x1f ms", "Rax 0x1"] {
            assert!(!is_aside(no), "{no}");
        }
        assert!(is_exit("exit status 2") && !is_exit("exit status ok"));
        assert_eq!(signal("SIGABRT: abort"), Some(("SIGABRT", "abort")));
        assert_eq!(signal("SIGABRT: abort, retry"), None);
        assert!(is_dump("SIGQUIT: quit") && is_dump("PC=0x40c84e m=0 sigcode=0"));
    }
}
