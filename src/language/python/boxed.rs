//! rich's box. In: lines with a frame of `│` around them. Out: the same traceback as the interpreter would have printed it.
//!
//! The box has no module before the type, and cuts source lines at its right edge; a cut line is left out.

use std::borrow::Cow;

use crate::language::seek::Seek as _;

/// Is this the top of a box?
pub(super) fn is_top(text: &str) -> bool {
    text.trimmed_start().starts_with('╭') && text.contains(super::line::OPENING)
}

/// The lines without their boxes.
pub(super) fn unbox<'a>(lines: &[&'a str]) -> Vec<Cow<'a, str>> {
    lines.iter().filter_map(|text| line(text)).collect()
}

fn line(text: &str) -> Option<Cow<'_, str>> {
    if is_top(text) {
        return Some(Cow::Borrowed("Traceback (most recent call last):"));
    }
    let body = text.trim_start();
    if body.starts_with('╰') {
        return None;
    }
    let Some(inner) = body.strip_prefix('│') else {
        return Some(Cow::Borrowed(text));
    };
    let inner = inner.trim_end().strip_suffix('│')?;
    match inner.trim_start().strip_prefix('❱') {
        Some(source) => marked(source),
        None => frame(inner),
    }
}

/// `/srv/shop/service.py:27 in ship`.
fn frame(inner: &str) -> Option<Cow<'static, str>> {
    let (place, function) = inner.strip_prefix(' ')?.trim_end().split_once(" in ")?;
    let (path, number) = place.rsplit_once(':')?;
    let number: u32 = number.parse().ok()?;
    let plain = !path.starts_with(' ') && !function.contains(' ');
    plain.then(|| Cow::Owned(format!("  File \"{path}\", line {number}, in {function}")))
}

/// `27 │   │   return x`, the line that ran.
fn marked(source: &str) -> Option<Cow<'static, str>> {
    // A line as long as the box is wide may have been cut.
    let cut = !source.ends_with("  ");
    let source = source.trim_start();
    let code = source.trim_start_matches(|c: char| c.is_ascii_digit());
    let code = code.trim_start_matches(['│', ' ']).trim_end();
    (!cut && !code.is_empty()).then(|| Cow::Owned(format!("    {code}")))
}
