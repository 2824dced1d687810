//! Printed Erlang terms. In: `{badarith,[{shop,take,2,[{file,"shop.erl"},{line,25}]}]}`. Out: its parts, and the stack in it.
//!
//! Only brackets, quotes and commas are read: what stands between them is text.

/// The parts of a tuple or list, at its own depth; `None` if the text is neither.
pub(super) fn parts(text: &str) -> Option<Vec<&str>> {
    let text = text.trim();
    let inner = text
        .strip_prefix('{')
        .and_then(|t| t.strip_suffix('}'))
        .or_else(|| text.strip_prefix('[').and_then(|t| t.strip_suffix(']')))?;
    if inner.trim().is_empty() {
        return Some(Vec::new());
    }
    let mut found = Vec::new();
    let mut start = 0;
    let mut reader = Reader::default();
    for (at, byte) in inner.bytes().enumerate() {
        if reader.step(byte) && byte == b',' && reader.depth == 0 {
            found.push(inner.get(start..at)?.trim());
            start = at + 1;
        }
    }
    found.push(inner.get(start..)?.trim());
    (reader.depth == 0 && reader.quote.is_none()).then_some(found)
}

/// The term that the text begins with, if it is a tuple or a list that ends.
pub(super) fn first(text: &str) -> Option<&str> {
    let mut reader = Reader::default();
    if !text.starts_with(['{', '[']) {
        return None;
    }
    for (at, byte) in text.bytes().enumerate() {
        if reader.step(byte) && reader.depth == 0 {
            return text.get(..=at);
        }
    }
    None
}

/// Where one is in a term.
#[derive(Debug, Default)]
struct Reader {
    depth: usize,
    quote: Option<u8>,
    escaped: bool,
    /// The byte before, unless it belongs to a bracket of two.
    before: u8,
}

impl Reader {
    /// Takes a byte; tells whether it stands outside of quotes.
    fn step(&mut self, byte: u8) -> bool {
        if let Some(end) = self.quote {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                _ if byte == end => self.quote = None,
                _ => {}
            }
            return false;
        }
        match byte {
            b'"' | b'\'' => {
                self.quote = Some(byte);
                return false;
            }
            b'{' | b'[' | b'(' => self.depth += 1,
            b'}' | b']' | b')' => self.depth = self.depth.saturating_sub(1),
            // `<<1,2>>`; a process is `<0.82.0>`, an arrow `=>`.
            b'<' if self.before == b'<' => self.depth += 1,
            b'>' if self.before == b'>' => self.depth = self.depth.saturating_sub(1),
            b'<' | b'>' => {
                self.before = byte;
                return true;
            }
            _ => {}
        }
        self.before = 0;
        true
    }
}

/// One call of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) module: String,
    pub(super) function: String,
    pub(super) arity: usize,
    pub(super) file: Option<String>,
    pub(super) line: Option<u32>,
}

/// The calls of a list of `{Module,Function,Arity or Arguments,[{file,"f"},{line,n}]}`, the crash first; `None` if it is none.
pub(super) fn stack(text: &str) -> Option<Vec<Call>> {
    let entries = parts(text.trim().strip_prefix('[').map(|_| text)?)?;
    let calls: Option<Vec<Call>> = entries.iter().map(|entry| call(entry)).collect();
    calls.filter(|calls| !calls.is_empty())
}

fn call(entry: &str) -> Option<Call> {
    let [module, function, arity, place] = parts(entry.strip_prefix('{').map(|_| entry)?)?
        .try_into()
        .ok()?;
    let arity = match arity.parse() {
        Ok(arity) => arity,
        Err(_) => parts(arity)?.len(),
    };
    let mut call = Call {
        module: unquoted(module),
        function: unquoted(function),
        arity,
        file: None,
        line: None,
    };
    for pair in parts(place.strip_prefix('[').map(|_| place)?)? {
        match parts(pair).as_deref() {
            Some(["file", file]) => call.file = Some(file.trim_matches('"').to_owned()),
            Some(["line", line]) => call.line = line.parse().ok(),
            _ => {}
        }
    }
    Some(call)
}

fn unquoted(atom: &str) -> String {
    atom.trim_matches('\'').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack() {
        let text = "[{erlang,'div',\n    [10,{a,\"x, ]\"}],\n  [{error_info,#{module => x}}]},\n {shop,take,2,[{file,\"shop.erl\"},{line,25}]}]";
        let calls = stack(text).unwrap();
        assert_eq!((calls[0].function.as_str(), calls[0].arity), ("div", 2));
        assert_eq!(
            (calls[1].file.as_deref(), calls[1].line),
            (Some("shop.erl"), Some(25))
        );
        for no in ["[1,2]", "[]", "{a,b}", "[{a,b,1,[]", "x"] {
            assert_eq!(stack(no), None, "{no}");
        }
        assert_eq!(first("{a,[1]}. Last"), Some("{a,[1]}"));
        assert_eq!(
            parts("{<<1,2>>,<0.82.0>,#{a => 1,b => <<\"x\">>}}").unwrap(),
            ["<<1,2>>", "<0.82.0>", "#{a => 1,b => <<\"x\">>}"]
        );
        assert_eq!(first("{a,[1]"), None);
    }
}
