//! The shapes of lines that Lua prints. In: one line. Out: what it is by itself, without regard to the lines around it.

use crate::language::seek::{Seek as _, Word};
pub(super) use crate::language::seek::{is_blank, text};

/// Above the frames, in every trace.
pub(super) const OPENING: &str = "stack traceback:";

/// Between a frame's place and what runs there.
const IN: Word = Word::new(": in ", 1);
/// What nginx puts behind each record.
const BEHIND: &[&str] = &[", client: ", ", context: ngx.", ", server: "];

/// One frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FrameLine<'a> {
    /// The file, `[C]`, or the name of a chunk.
    pub(super) file: &'a str,
    /// In it.
    pub(super) line: Option<u32>,
    /// The function's name, where it has one.
    pub(super) name: Option<&'a str>,
}

/// Does the line begin the list of frames?
pub(super) fn opens(text: &str) -> bool {
    text.trimmed() == OPENING
}

/// A line of the list.
pub(super) fn frame(text: &str) -> Option<FrameLine<'_>> {
    let body = without_request(text.trimmed());
    if let Some(rest) = body.strip_prefix("[C]: ") {
        let what = rest.strip_prefix("in ");
        let bare = rest == "?" || rest.starts_with("at 0x") || rest.starts_with("in ");
        return bare.then_some(FrameLine {
            file: "[C]",
            line: None,
            name: what.and_then(named),
        });
    }
    let at = IN.find(body)?;
    let (place, what) = (body.get(..at)?, body.get(at + 5..)?);
    let known = [
        "function ",
        "main chunk",
        "upvalue ",
        "local ",
        "field ",
        "method ",
        "global ",
        "metamethod ",
        "?",
        "for iterator ",
    ];
    if place.is_empty() || !known.iter().any(|words| what.starts_with(words)) {
        return None;
    }
    let (file, line) = match place.parted_last(b':') {
        Some((file, digits)) if digits.bytes().all(|b| b.is_ascii_digit()) => {
            (file, digits.parse().ok())
        }
        _ => (place, None),
    };
    Some(FrameLine {
        file,
        line,
        name: named(what),
    })
}

/// What stands for frames, or parts them: tail calls, levels left out, the next coroutine.
pub(super) fn is_gap(text: &str) -> bool {
    let body = text.trimmed();
    let coroutine = body
        .strip_prefix("coroutine ")
        .and_then(|n| n.strip_suffix(':'));
    body == "..."
        || body == "(...tail calls...)"
        || body.starts_with("(tail call): ")
        || (body.starts_with("...\t(skipping ") && body.ends_with(')'))
        || coroutine.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// The line without what nginx says of the request at its end.
pub(super) fn without_request(text: &str) -> &str {
    let ends = BEHIND.iter().filter_map(|words| text.find(words));
    ends.min().and_then(|at| text.get(..at)).unwrap_or(text)
}

/// `function 'name'`, `upvalue 'name'`, `function <file:line>`, `main chunk`.
fn named(what: &str) -> Option<&str> {
    let name = match what.split_once('\'').or_else(|| what.split_once('`')) {
        Some((_, rest)) => rest.strip_suffix('\'')?,
        None => what.strip_prefix("function ").unwrap_or(what),
    };
    (!name.is_empty() && name != "?").then_some(name)
}

/// An error's message behind what stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head<'a> {
    /// The interpreter says so: nobody caught it.
    pub(super) uncaught: bool,
    /// Without the place.
    pub(super) words: &'a str,
}

/// Reads `lua5.4: FILE:3: message`, `FILE:3: message`, nginx's `lua entry thread aborted: runtime error: FILE:3: message`.
pub(super) fn head(text: &str) -> Option<Head<'_>> {
    let body = text.trimmed();
    let behind = |words: &str| body.find(words).and_then(|at| body.get(at + words.len()..));
    if let Some(rest) =
        behind(" thread aborted: runtime error: ").or_else(|| behind("lua entry thread aborted: "))
    {
        return Some(Head {
            uncaught: true,
            words: without_place(rest),
        });
    }
    let program = body
        .split_once(": ")
        .filter(|(name, _)| is_interpreter(name));
    if let Some((_, rest)) = program {
        return Some(Head {
            uncaught: true,
            words: without_place(rest),
        });
    }
    let words = without_place(body);
    (words.len() < body.len()).then_some(Head {
        uncaught: false,
        words,
    })
}

/// `lua`, `lua5.4`, `/usr/bin/luajit`, `resty`.
fn is_interpreter(name: &str) -> bool {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let base = base.strip_suffix(".exe").unwrap_or(base);
    let version = base
        .strip_prefix("luajit")
        .or_else(|| base.strip_prefix("lua"));
    let plain = |v: &str| {
        v.bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'))
    };
    !name.contains(' ') && (base == "resty" || version.is_some_and(plain))
}

/// The message without `FILE:3: ` before it, if there is one.
fn without_place(text: &str) -> &str {
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(": ")) {
        let at = from + at;
        let before = text.get(..at).unwrap_or_default();
        let Some((file, digits)) = before.parted_last(b':') else {
            from = at + 2;
            if from > 512 {
                return text;
            }
            continue;
        };
        let number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let chunk = file.starts_with("[string ") || !file.contains(' ') || file.contains(".lua");
        if number && chunk && !file.is_empty() {
            return text.get(at + 2..).unwrap_or_default();
        }
        from = at + 2;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_name_place_and_function() {
        let read = |text| frame(text).map(|f: FrameLine<'_>| (f.file, f.line, f.name));
        assert_eq!(
            read("\tshop.lua:3: in upvalue 'charge'"),
            Some(("shop.lua", Some(3), Some("charge")))
        );
        assert_eq!(
            read("\t[C]: in function 'error'"),
            Some(("[C]", None, Some("error")))
        );
        assert_eq!(read("\t[C]: at 0x55cf2a4d52c0"), Some(("[C]", None, None)));
        assert_eq!(read("\t[C]: ?"), Some(("[C]", None, None)));
        assert_eq!(
            read("\t[string \"local x = nil...\"]:2: in main chunk"),
            Some(("[string \"local x = nil...\"]", Some(2), Some("main chunk")))
        );
        let nginx =
            "\tcontent_by_lua(nginx.conf:8): in main chunk, client: 127.0.0.1, server: shop";
        assert_eq!(
            read(nginx),
            Some(("content_by_lua(nginx.conf:8)", None, Some("main chunk")))
        );
        assert_eq!(
            read("\tshop.lua:9: in field '?'"),
            Some(("shop.lua", Some(9), None))
        );
        assert_eq!(
            read("\tshop.lua:9: in function <shop.lua:9>"),
            Some(("shop.lua", Some(9), Some("<shop.lua:9>")))
        );
        for no in ["done", "error: in the field", "we are: in town", "12: in"] {
            assert_eq!(read(no), None, "{no}");
        }
        assert!(
            is_gap("\t(...tail calls...)") && is_gap("coroutine 0:") && !is_gap("coroutine x:")
        );
    }

    #[test]
    fn heads_lose_program_and_place() {
        let read = |text| head(text).map(|h: Head<'_>| (h.uncaught, h.words));
        assert_eq!(read("lua5.4: shop.lua:3: no: way"), Some((true, "no: way")));
        assert_eq!(read("luajit: no place"), Some((true, "no place")));
        assert_eq!(
            read("./store.lua:3: order 99 not found"),
            Some((false, "order 99 not found"))
        );
        assert_eq!(
            read("*1 lua entry thread aborted: runtime error: a(n.conf:8):1: not today"),
            Some((true, "not today"))
        );
        assert_eq!(
            read("[string \"local x = nil...\"]:2: bad"),
            Some((false, "bad"))
        );
        assert_eq!(read("just looking"), None);
        assert_eq!(read("at 12:30: tea"), None);
    }
}
