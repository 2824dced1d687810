//! The report of a dying interpreter (`faulthandler`, `Py_FatalError`). In: its lines. Out: one exception with the current
//! thread's frames, turned round: they are printed most recent call first.

use super::line;
use crate::language::{Exception, Frame, Trace};
use crate::level::Level;

/// Reads the report; `lines` begin with `Fatal Python error: `.
pub(super) fn read(lines: &[&str]) -> Trace {
    let what = lines
        .first()
        .and_then(|l| l.strip_prefix(line::FATAL))
        .unwrap_or_default();
    let mut frames = Vec::new();
    let mut current = true;
    let mut seen_current = false;
    for text in lines.iter().skip(1) {
        if text.trim_end().ends_with("(most recent call first):") {
            current = text.starts_with("Current thread ") && !seen_current;
            seen_current |= current;
        } else if let Some(frame) = line::frame(text).filter(|_| current) {
            frames.push(Frame {
                function: frame.function.map(str::to_owned),
                abs_path: Some(frame.file.to_owned()),
                lineno: Some(frame.lineno).filter(|n| *n > 0),
                ..Frame::default()
            });
        }
    }
    frames.reverse();
    let exception = Exception {
        ty: "Fatal Python error".to_owned(),
        value: Some(what.trim().to_owned()),
        frames,
        ..Exception::default()
    };
    Trace {
        exceptions: vec![exception],
        handled: Some(false),
        level: Some(Level::Fatal),
        ..Trace::default()
    }
}
