//! Frames. In: places. Out: frames as sentry-ruby reads them from a backtrace (its `Backtrace::Line`).

use super::line::{self, Place};
use crate::language::Frame;

/// The frame; `None` where the SDK cannot read the line and leaves it out: no line number, a colon in the path, a quote in
/// the label.
pub(super) fn frame(place: &Place<'_>) -> Option<Frame> {
    let lineno = place.line?;
    let (drive, path) = match place.path.get(1..3) {
        Some(":/") => place.path.split_at_checked(2)?,
        _ => ("", place.path),
    };
    let internal = path.starts_with('<') && path.ends_with('>');
    if !internal && path.contains(':') {
        return None;
    }
    let label = place.label.unwrap_or_default();
    if label.contains('\'') {
        return None;
    }
    let (module, function) = split(label);
    let named = line::in_gem(place.path);
    Some(Frame {
        function: (!function.is_empty()).then(|| function.to_owned()),
        module: module.map(str::to_owned),
        package: named.map(|(gem, _, _)| gem.to_owned()),
        abs_path: Some(format!("{drive}{path}")),
        lineno: Some(lineno),
        ..Frame::default()
    })
}

/// `Shop::Service#ship`: module and function; a singleton's method, a block's and any other label stay whole.
fn split(label: &str) -> (Option<&str>, &str) {
    let parts = label.split_once('#');
    let module = |text: &str| {
        let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b':';
        !text.is_empty() && text.bytes().all(word)
    };
    match parts {
        Some((class, method)) if module(class) && !method.is_empty() => (Some(class), method),
        _ => (None, label),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels() {
        assert_eq!(split("A::B#f"), (Some("A::B"), "f"));
        for whole in ["A.f", "block in A#f", "<main>", "Größe#f", "f"] {
            assert_eq!(split(whole), (None, whole));
        }
    }

    #[test]
    fn what_the_sdk_leaves_out() {
        let place = |path, line| Place {
            path,
            line,
            label: Some("f"),
            modern: true,
        };
        assert!(frame(&place("-e", None)).is_none());
        assert!(frame(&place("(eval at /x.rb:4)", Some(1))).is_none());
        assert!(frame(&place("(eval)", Some(1))).is_some());
        assert!(frame(&place("<internal:kernel>", Some(1))).is_some());
        assert!(frame(&place("C:/shop/x.rb", Some(1))).is_some());
    }
}
