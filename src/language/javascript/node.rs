//! What the text of a record is read into. In: nothing. Out: errors with rows, causes and members.

use super::line;

/// One line of an error's `stack`.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Row {
    /// A line of the message, but the first.
    Said(String),
    /// A frame, from `at ` on.
    Frame(String),
    /// `function`, `location`.
    Browser(String, String),
    /// So many rows stand in the cause's stack.
    Elided(usize),
    /// The rows above, so many of them, so many times more.
    Collapsed(usize, usize),
}

/// One printed error.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Node {
    pub(super) ty: String,
    /// `None`: only the class is printed.
    pub(super) value: Option<String>,
    pub(super) rows: Vec<Row>,
    pub(super) cause: Option<usize>,
    /// Place in `errors`, node.
    pub(super) errors: Vec<(usize, usize)>,
    /// `<ref *1>`.
    pub(super) reference: Option<u32>,
    /// It has a list of errors.
    pub(super) group: bool,
    /// What Node's system errors tell of themselves.
    pub(super) system: System,
    /// The type is not of the text.
    pub(super) synthetic: bool,
}

/// All errors of a record; the first is the one reported.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    /// The source line that Deno prints between message and frames.
    pub(super) source: Option<String>,
}

/// Properties of errors of the operating system.
#[derive(Debug, Default, PartialEq)]
pub(super) struct System {
    errno: bool,
    path: Option<String>,
    dest: Option<String>,
}

impl System {
    /// Takes a property, as printed.
    pub(super) fn property(&mut self, text: &str) {
        let text = text.strip_suffix(',').unwrap_or(text);
        let Some((key, value)) = text.split_once(": ") else {
            return;
        };
        let quoted = || {
            let inner = value.strip_prefix('\'')?.strip_suffix('\'')?;
            Some(inner.to_owned())
        };
        match key {
            "errno" => self.errno = is_negative(value),
            "path" => self.path = quoted(),
            "dest" => self.dest = quoted(),
            _ => {}
        }
    }

    /// A message without the paths: the SDK sends none of a system error's.
    pub(super) fn without_paths(&self, value: &str) -> Option<String> {
        let paths = self.path.iter().chain(&self.dest);
        let mut out = None;
        for path in paths.filter(|_| self.errno) {
            let from: &str = out.as_deref().unwrap_or(value);
            if from.contains(path.as_str()) {
                out = Some(from.replacen(&format!("'{path}'"), "", 1).trim().to_owned());
            }
        }
        out
    }
}

fn is_negative(value: &str) -> bool {
    let digits = value.strip_prefix('-');
    digits.is_some_and(|n| n.parse::<u32>().is_ok())
}

impl Node {
    /// Adds the message's further lines to the value.
    pub(super) fn complete(&mut self) {
        let said = self
            .rows
            .iter()
            .take_while(|r| matches!(r, Row::Said(_)))
            .count();
        let Some(value) = self.value.as_mut().filter(|_| said > 0) else {
            return;
        };
        for row in self.rows.iter().take(said) {
            if let Row::Said(text) = row {
                value.push('\n');
                value.push_str(text);
            }
        }
        if self.rows.len() == said {
            value.truncate(value.trim_end().len());
        }
    }

    /// Deno prints the source line and carets between message and frames.
    pub(super) fn take_source(&mut self) -> Option<String> {
        let frame = self.rows.pop()?;
        let mut source = None;
        let said = |row: Option<&Row>| matches!(row, Some(Row::Said(_)));
        let before = self
            .rows
            .len()
            .checked_sub(2)
            .and_then(|at| self.rows.get(at));
        if matches!(self.rows.last(), Some(Row::Said(text)) if line::is_carets(text))
            && said(before)
        {
            self.rows.pop();
            if let Some(Row::Said(text)) = self.rows.pop() {
                source = Some(text);
            }
        }
        self.rows.push(frame);
        source
    }
}
