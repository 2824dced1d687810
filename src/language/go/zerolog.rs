//! zerolog's stack. In: a list of `{"func":"fetch","line":"13","source":"main.go"}`, the crash first. Out: frames.
//!
//! zerolog names neither packages nor folders: the runtime's own frames are told by their files.

use serde_json::Value;

use crate::bounds::FRAMES_MAX;
use crate::language::Frame;

/// Files of `runtime` that stand outermost in every stack.
const RUNTIME: &[&str] = &["proc.go", "panic.go"];

/// The frames, oldest first; `None` where the list is something else.
pub(super) fn read(structured: &Value) -> Option<Vec<Frame>> {
    let list = structured.as_array().filter(|list| !list.is_empty())?;
    let all: Option<Vec<Frame>> = list.iter().take(FRAMES_MAX).map(frame).collect();
    let mut frames = all?;
    frames.retain(|frame| {
        let file = frame.filename.as_deref().unwrap_or_default();
        !RUNTIME.contains(&file) && !file.starts_with("asm_")
    });
    frames.reverse();
    Some(frames)
}

fn frame(entry: &Value) -> Option<Frame> {
    let text = |key: &str| entry.get(key)?.as_str().map(str::to_owned);
    let file = text("source").filter(|file| !file.is_empty())?;
    Some(Frame {
        function: Some(text("func")?),
        lineno: text("line")?.parse().ok(),
        filename: Some(file),
        in_app: Some(true),
        ..Frame::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_stack_of_zerolog() {
        let stack = json!([
            {"func": "fetch", "line": "13", "source": "main.go"},
            {"func": "main", "line": "19", "source": "main.go"},
            {"func": "main", "line": "250", "source": "proc.go"},
            {"func": "goexit", "line": "1594", "source": "asm_amd64.s"},
        ]);
        let frames = read(&stack).unwrap();
        let told: Vec<_> = frames
            .iter()
            .map(|f| (f.function.as_deref(), f.lineno))
            .collect();
        assert_eq!(told, [(Some("main"), Some(19)), (Some("fetch"), Some(13))]);
        assert!(read(&json!([{"name": "x", "line": 3}])).is_none());
        assert!(read(&json!([])).is_none());
    }
}
