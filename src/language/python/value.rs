//! Values. In: an exception as printed. Out: what the SDK sends as its value, which is `str(exception)` and the notes, not
//! what the interpreter's printer adds to it.

use super::resolve;
use super::tree::Node;

/// Types to whose message the printer adds a suggestion that `str()` lacks.
const SUGGESTED: &[&str] = &[
    "NameError",
    "UnboundLocalError",
    "AttributeError",
    "ImportError",
    "ModuleNotFoundError",
];

/// The value; empty where there is no message.
pub(super) fn of(node: &Node) -> String {
    let mut lines: Vec<&str> = node.message.iter().flatten().map(String::as_str).collect();
    if node.group || !node.members.is_empty() || is_group_type(&node.ty) {
        trim_count(&mut lines);
    }
    if SUGGESTED.contains(&node.ty.as_str())
        && let Some(first) = lines.first_mut()
    {
        *first = without_suggestion(first);
    }
    let Some((file, lineno)) = &node.syntax else {
        return lines.join("\n");
    };
    let name = resolve::basename(file);
    let first = lines.first().copied().unwrap_or("None");
    let first = first.split(". Did you mean '").next().unwrap_or(first);
    let head = format!("{first} ({name}, line {lineno})");
    let rest = lines.iter().skip(1);
    rest.fold(head, |text, line| text + "\n" + line)
}

fn is_group_type(ty: &str) -> bool {
    matches!(ty, "ExceptionGroup" | "BaseExceptionGroup")
}

/// `settlement failed (2 sub-exceptions)` is the text of `settlement failed`; the count ends the message, before the notes.
fn trim_count(lines: &mut [&str]) {
    for line in lines {
        let Some((message, count)) = line.rsplit_once(" (") else {
            continue;
        };
        let Some(number) = count
            .strip_suffix(" sub-exceptions)")
            .or(count.strip_suffix(" sub-exception)"))
        else {
            continue;
        };
        if number.bytes().all(|b| b.is_ascii_digit()) {
            *line = message;
            return;
        }
    }
}

/// `name 'lenn' is not defined. Did you mean: 'len'?` without the printer's sentence.
fn without_suggestion(message: &str) -> &str {
    let marks = [
        ". Did you mean: '",
        ". Did you forget to import '",
        ". Did you mean '",
    ];
    let cut = marks.iter().filter_map(|mark| message.rfind(mark)).min();
    match cut {
        Some(at) if message.trim_end().ends_with('?') => message.get(..at).unwrap_or(message),
        _ => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(ty: &str, message: &str) -> Node {
        Node {
            ty: ty.to_owned(),
            message: Some(message.lines().map(str::to_owned).collect()),
            ..Node::default()
        }
    }

    #[test]
    fn what_the_printer_adds_is_taken_off() {
        for (ty, printed, value) in [
            ("ValueError", "a\nb", "a\nb"),
            (
                "ExceptionGroup",
                "x (y) (2 sub-exceptions)\nnote",
                "x (y)\nnote",
            ),
            (
                "NameError",
                "name 'lenn' is not defined. Did you mean: 'len'?",
                "name 'lenn' is not defined",
            ),
            (
                "NameError",
                "name 'io' is not defined. Did you mean: 'id'? Or did you forget to import 'io'?",
                "name 'io' is not defined",
            ),
            (
                "NameError",
                "name 'sys' is not defined. Did you forget to import 'sys'?",
                "name 'sys' is not defined",
            ),
            (
                "ValueError",
                "x. Did you mean: 'y'?",
                "x. Did you mean: 'y'?",
            ),
        ] {
            assert_eq!(of(&node(ty, printed)), value);
        }
    }

    #[test]
    fn a_syntax_error_names_its_file() {
        let mut broken = node("SyntaxError", "invalid syntax. Did you mean 'for'?\nnote");
        broken.syntax = Some(("/srv/app/x.py".to_owned(), 6));
        assert_eq!(of(&broken), "invalid syntax (x.py, line 6)\nnote");
    }
}
