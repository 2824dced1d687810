//! The function around a line of source. In: the lines before it, the line. Out: its name as the SDK writes it.
//!
//! The engine says of a warning where it arose, and not in which function; the source tells. Where it leaves a doubt (a
//! closure, whose name depends on the version; a function that begins on the line itself) there is no answer.

use crate::bounds::RECORD_FRAMES_MAX;
use crate::language::Project;

/// What braces enclose.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Scope {
    Class(String),
    Function(String),
    Closure,
    Block,
}

/// What the text is at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Mode {
    /// Outside `<?php`.
    Page,
    Code,
    Comment,
    Text(char),
    /// Up to the line that begins with this word.
    Heredoc(String),
}

struct Reader<'a> {
    path: &'a str,
    mode: Mode,
    namespace: String,
    scopes: Vec<Scope>,
    /// What the next brace opens.
    next: Option<Scope>,
    /// The word before.
    last: String,
    /// An arrow function began in this statement.
    arrow: bool,
}

/// The name of the function around the line.
pub(super) fn function(project: &Project<'_>, path: &str, lineno: u32) -> Option<String> {
    let at = usize::try_from(lineno).ok()?;
    if at > RECORD_FRAMES_MAX {
        return None;
    }
    let source = (project.line)(path, lineno)?;
    if source.contains("function") || source.contains("fn ") || source.contains("fn(") {
        return None;
    }
    let mut reader = Reader {
        path,
        mode: Mode::Page,
        namespace: String::new(),
        scopes: Vec::new(),
        next: None,
        last: String::new(),
        arrow: false,
    };
    for number in 1..lineno {
        reader.line(&(project.line)(path, number)?);
    }
    reader.name()
}

impl Reader<'_> {
    fn name(&self) -> Option<String> {
        if self.arrow || self.next.is_some() {
            return None;
        }
        let at = self
            .scopes
            .iter()
            .rposition(|s| matches!(s, Scope::Function(_) | Scope::Closure))?;
        let Scope::Function(name) = self.scopes.get(at)? else {
            return None;
        };
        let around = at.checked_sub(1).and_then(|at| self.scopes.get(at));
        let full = |name: &str| match self.namespace.as_str() {
            "" => name.to_owned(),
            space => format!("{space}\\{name}"),
        };
        match around {
            Some(Scope::Class(class)) if class.contains('\0') => {
                let known = self.namespace.is_empty();
                known.then(|| format!("{class}::{name}"))
            }
            Some(Scope::Class(class)) => Some(format!("{}::{name}", full(class))),
            _ => Some(full(name)),
        }
    }

    fn line(&mut self, line: &str) {
        if let Mode::Heredoc(word) = &self.mode {
            let body = line.trim_start();
            if !body.starts_with(word.as_str()) {
                return;
            }
            self.mode = Mode::Code;
        }
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            rest = match &self.mode {
                Mode::Page => {
                    let Some((_, code)) = rest.split_once("<?") else {
                        return;
                    };
                    self.mode = Mode::Code;
                    code.strip_prefix("php").unwrap_or(code)
                }
                Mode::Comment => {
                    let Some((_, code)) = rest.split_once("*/") else {
                        return;
                    };
                    self.mode = Mode::Code;
                    code
                }
                Mode::Text(quote) => {
                    let quote = *quote;
                    self.text(rest, quote)
                }
                Mode::Code | Mode::Heredoc(_) => match self.code(rest, first) {
                    Some(rest) => rest,
                    None => return,
                },
            };
        }
    }

    /// Behind the end of a string.
    fn text<'t>(&mut self, text: &'t str, quote: char) -> &'t str {
        let mut escaped = false;
        for (at, c) in text.char_indices() {
            if escaped {
                escaped = false;
            } else if c == '\\' {
                escaped = true;
            } else if c == quote {
                self.mode = Mode::Code;
                return text.get(at + c.len_utf8()..).unwrap_or_default();
            }
        }
        ""
    }

    /// Behind the next sign or word; `None` where the rest of the line is none.
    fn code<'t>(&mut self, text: &'t str, first: char) -> Option<&'t str> {
        let attribute = text.starts_with("#[");
        if text.starts_with("//") || (first == '#' && !attribute) {
            return None;
        }
        if let Some(rest) = text.strip_prefix("/*") {
            self.mode = Mode::Comment;
            return Some(rest);
        }
        if let Some(rest) = text.strip_prefix("?>") {
            self.mode = Mode::Page;
            return Some(rest);
        }
        if let Some(rest) = text.strip_prefix("<<<") {
            let word = rest.trim().trim_matches(['"', '\'']);
            self.mode = Mode::Heredoc(word.to_owned());
            return None;
        }
        if is_word(first) {
            let end = text.find(|c| !is_word(c)).unwrap_or(text.len());
            let (word, rest) = text.split_at_checked(end)?;
            self.word(word);
            return Some(rest);
        }
        let rest = text.get(first.len_utf8()..)?;
        self.sign(first);
        Some(rest)
    }

    fn word(&mut self, word: &str) {
        match (self.last.as_str(), word) {
            ("new", "class") => {
                self.next = Some(Scope::Class(format!("class@anonymous\0{}", self.path)));
            }
            ("class" | "trait" | "interface" | "enum", name) if self.next.is_none() => {
                self.next = Some(Scope::Class(name.to_owned()));
            }
            ("extends" | "implements", parent) => {
                if let Some(Scope::Class(class)) = self.next.as_mut()
                    && class.starts_with("class@anonymous\0")
                {
                    let parent = parent.trim_start_matches('\\');
                    *class = format!("{parent}@anonymous\0{}", self.path);
                }
            }
            ("namespace", name) => name.clone_into(&mut self.namespace),
            ("function", name) => self.next = Some(Scope::Function(name.to_owned())),
            (_, "fn") => self.arrow = true,
            _ => {}
        }
        word.clone_into(&mut self.last);
    }

    fn sign(&mut self, sign: char) {
        match sign {
            '{' => {
                let opened = self.next.take().unwrap_or(Scope::Block);
                self.scopes.push(opened);
            }
            '}' => {
                self.scopes.pop();
                self.arrow = false;
            }
            ';' => {
                self.next = None;
                self.arrow = false;
            }
            '(' if self.last == "function" => self.next = Some(Scope::Closure),
            '\'' | '"' | '`' => self.mode = Mode::Text(sign),
            // `function &f()` is a function all the same.
            '&' | ' ' | '\t' => return,
            _ => {}
        }
        self.last.clear();
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '\\' | '$')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(source: &str, lineno: u32) -> Option<String> {
        let lines: Vec<&str> = source.lines().collect();
        let line = |_: &str, number: u32| lines.get(number as usize - 1).map(|l| (*l).to_owned());
        let project = Project {
            root: None,
            file_exists: &|_| false,
            line: &line,
        };
        function(&project, "/a.php", lineno)
    }

    #[test]
    fn functions_and_methods_enclose_their_lines() {
        let source = "<html> function x() {\n<?php\nnamespace App\\Order; // {\nfinal class A extends B\n{\n    \
            abstract function no();\n    public static function f(array $a = [], string $s = '{'): ?int\n    {\n        \
            if ($a) { /* } */\n            here(A::class);\n        }\n        there();\n    }\n}\nfunction &g() {\n    \
            here();\n}\nout();\n";
        assert_eq!(around(source, 10).as_deref(), Some("App\\Order\\A::f"));
        assert_eq!(around(source, 12).as_deref(), Some("App\\Order\\A::f"));
        assert_eq!(around(source, 16).as_deref(), Some("App\\Order\\g"));
        assert_eq!(around(source, 18), None);
    }

    #[test]
    fn a_class_without_a_name_is_called_by_its_parent() {
        let source = "<?php\nreturn new class(1) extends ArrayObject {\n  function run() {\n    x();\n  }\n};\n";
        let name = "ArrayObject@anonymous\0/a.php::run";
        assert_eq!(around(source, 4).as_deref(), Some(name));
    }

    #[test]
    fn what_leaves_a_doubt_has_no_answer() {
        let source = "<?php\nfunction f() {\n  $g = function () {\n    x();\n  };\n  map(fn ($a) =>\n    y());\n  \
            $t = <<<EOT\n}}\nEOT;\n  z();\n}\nfunction h() { w(); }\n";
        assert_eq!(around(source, 4), None);
        assert_eq!(around(source, 7), None);
        assert_eq!(around(source, 11).as_deref(), Some("f"));
        assert_eq!(around(source, 13), None);
        assert_eq!(around(source, 99), None);
    }
}
