//! The exceptions as the SDK lists them. In: what a trace prints. Out: the event's list.
//!
//! The rules are sentry-java's (`SentryExceptionFactory`, `SentryStackTraceFactory`): an exception, then what it suppressed,
//! then its cause, numbered as met and sent in reverse; at most 100 frames, the newest, none of the SDK's own.

use super::line::{FrameLine, Location};
use super::tree::Tree;
use crate::language::seek::Seek as _;
use crate::language::{Exception, Frame};

/// Frames that sentry-java sends of one exception.
const FRAMES: usize = 100;

/// The event's list. `uncaught`: the SDK then leaves its own frames in the reported exception.
pub(super) fn list(tree: &Tree<'_>, uncaught: bool) -> Vec<Exception> {
    let stacks = Stacks::of(tree);
    let mut exceptions = Vec::with_capacity(tree.nodes.len());
    // What is still to be visited, the next one last, with the number of the exception that it is a cause of.
    let mut waiting: Vec<(usize, Option<u32>, bool)> = vec![(tree.root, None, false)];
    let mut next = 0_u32;
    while let Some((at, caused, suppressed)) = waiting.pop() {
        let Some(node) = tree.nodes.get(at) else {
            continue;
        };
        let head = node.head();
        exceptions.push(Exception {
            ty: head.ty,
            module: head.module,
            value: head.value,
            frames: stacks.frames(at, uncaught && next == 0),
            exception_id: Some(next),
            // The SDK names the one met before a suppressed exception, whichever that is.
            parent_id: if suppressed {
                next.checked_sub(1)
            } else {
                caused
            },
            mechanism_type: mechanism(next, suppressed, uncaught).map(str::to_owned),
            ..Exception::default()
        });
        if let Some(cause) = node.cause {
            waiting.push((cause, Some(next), false));
        }
        let inner = node.suppressed.iter().rev();
        waiting.extend(inner.map(|at| (*at, None, true)));
        next = next.saturating_add(1);
    }
    exceptions.reverse();
    exceptions
}

/// The SDK's name of how an exception came into the event; what nobody caught has the hook's.
fn mechanism(number: u32, suppressed: bool, uncaught: bool) -> Option<&'static str> {
    match (number, suppressed) {
        (0, _) if uncaught => None,
        (_, true) => Some("suppressed"),
        _ => Some("chained"),
    }
}

/// Every exception's whole stack.
struct Stacks<'t, 'a> {
    frames: Vec<&'t FrameLine<'a>>,
    /// For each exception, its frames by number, newest first.
    whole: Vec<Vec<u32>>,
}

impl<'t, 'a> Stacks<'t, 'a> {
    /// Fills in what was left out because the enclosing trace has the same.
    fn of(tree: &'t Tree<'a>) -> Self {
        let mut stacks = Self {
            frames: Vec::new(),
            whole: vec![Vec::new(); tree.nodes.len()],
        };
        for (node, whole) in tree.nodes.iter().zip(&mut stacks.whole) {
            for frame in &node.frames {
                whole.push(u32::try_from(stacks.frames.len()).unwrap_or(u32::MAX));
                stacks.frames.push(frame);
            }
        }
        let mut done = vec![false; tree.nodes.len()];
        let mut path = Vec::new();
        for at in 0..tree.nodes.len() {
            let mut above = Some(at);
            while let Some(at) = above.filter(|at| done.get(*at) == Some(&false)) {
                if let Some(mark) = done.get_mut(at) {
                    *mark = true;
                }
                path.push(at);
                above = tree.nodes.get(at).and_then(|n| n.encloser);
            }
            while let Some(at) = path.pop() {
                stacks.fill(tree, at);
            }
        }
        stacks
    }

    fn fill(&mut self, tree: &Tree<'_>, at: usize) {
        let Some(node) = tree.nodes.get(at).filter(|n| n.elided > 0) else {
            return;
        };
        let enclosing = node.encloser.and_then(|e| self.whole.get(e));
        let common = enclosing.map_or(&[][..], |frames| {
            let from = frames.len().saturating_sub(node.elided);
            frames.get(from..).unwrap_or_default()
        });
        let common = common.to_vec();
        if let Some(whole) = self.whole.get_mut(at) {
            whole.extend(common);
        }
    }

    /// Oldest first, as sent.
    fn frames(&self, at: usize, with_sdk: bool) -> Vec<Frame> {
        let numbers = self.whole.get(at).map_or(&[][..], Vec::as_slice);
        let printed = numbers
            .iter()
            .filter_map(|number| self.frames.get(usize::try_from(*number).ok()?))
            .filter(|frame| with_sdk || !is_sdk(frame.class));
        let mut frames = Vec::with_capacity(numbers.len().min(FRAMES));
        frames.extend(printed.take(FRAMES).map(|f| sent(f)));
        frames.reverse();
        frames
    }
}

fn is_sdk(class: &str) -> bool {
    class
        .strip_prefix("io.sentry.")
        .is_some_and(|rest| !rest.starts_with("samples.") && !rest.starts_with("mobile."))
}

fn sent(frame: &FrameLine<'_>) -> Frame {
    let (filename, lineno) = match frame.location {
        Location::Native => (native_file(frame.class), None),
        Location::Unknown(line) => (None, line),
        Location::File(file, line) => (Some(file.to_owned()), line),
    };
    Frame {
        function: Some(frame.method.to_owned()),
        module: Some(frame.class.to_owned()),
        filename,
        lineno,
        ..Frame::default()
    }
}

/// A native method's file is known to the SDK and not printed. The runtime's own classes stand in files of their names.
fn native_file(class: &str) -> Option<String> {
    let runtimes = ["java.", "jdk.", "sun."];
    let own = runtimes.iter().any(|package| class.starts_with(package));
    let (_, name) = class.parted_last(b'.').filter(|_| own)?;
    let outer = name.parted(b'$').map_or(name, |(outer, _)| outer);
    Some(format!("{outer}.java"))
}

#[cfg(test)]
mod tests {
    use super::super::tree;
    use super::*;

    fn told(lines: &[String]) -> Vec<Exception> {
        let (first, rest) = lines.split_first().unwrap();
        list(
            &tree::read(first, 0, true, rest.iter().map(String::as_str)),
            false,
        )
    }

    #[test]
    fn numbers_as_the_sdk_gives_them() {
        let lines = [
            "a.A",
            "\tat a.b(C.java:1)",
            "\tSuppressed: a.B",
            "\t\tat a.b(C.java:2)",
            "\tCaused by: a.C",
            "\t\t... 1 more",
            "\tSuppressed: a.D",
            "\t\t... 1 more",
            "Caused by: a.E",
            "\t... 1 more",
        ]
        .map(str::to_owned);
        let sent: Vec<_> = told(&lines)
            .into_iter()
            .map(|e| (e.ty, e.exception_id.unwrap(), e.parent_id, e.mechanism_type))
            .collect();
        let row = |ty: &str, id, parent, how: Option<&str>| {
            (ty.to_owned(), id, parent, how.map(str::to_owned))
        };
        assert_eq!(
            sent,
            [
                row("E", 4, Some(0), Some("chained")),
                row("D", 3, Some(2), Some("suppressed")),
                row("C", 2, Some(1), Some("chained")),
                row("B", 1, Some(0), Some("suppressed")),
                row("A", 0, None, Some("chained")),
            ]
        );
    }

    #[test]
    fn common_frames_come_from_the_enclosing_trace() {
        let mut lines = vec!["a.A".to_owned()];
        lines.extend((0..150).map(|n| format!("\tat a.b(C.java:{n})")));
        lines.extend(["Caused by: a.B", "\tat a.b(C.java:7)", "\t... 149 more"].map(str::to_owned));
        lines
            .extend(["Caused by: a.C", "\tat a.b(C.java:8)", "\t... 9999 more"].map(str::to_owned));
        let sent = told(&lines);
        let lines: Vec<Vec<u32>> = sent
            .iter()
            .map(|e| e.frames.iter().filter_map(|f| f.lineno).collect())
            .collect();
        assert_eq!(lines[2].len(), 100);
        assert_eq!((lines[2][0], lines[2][99]), (99, 0));
        assert_eq!((lines[1][0], lines[1][99]), (99, 7));
        assert_eq!((lines[0][0], lines[0][98], lines[0][99]), (98, 7, 8));
    }

    #[test]
    fn files_that_are_not_printed() {
        assert_eq!(
            native_file("jdk.internal.reflect.NativeMethodAccessorImpl").as_deref(),
            Some("NativeMethodAccessorImpl.java")
        );
        assert_eq!(
            native_file("java.lang.ProcessHandleImpl$1").as_deref(),
            Some("ProcessHandleImpl.java")
        );
        assert_eq!(native_file("com.acme.Native"), None);
    }

    #[test]
    fn a_chain_of_thousands_is_linear() {
        let mut lines = vec!["a.A".to_owned(), "\tat a.b(C.java:1)".to_owned()];
        for _ in 0..20_000 {
            lines.extend(["Caused by: a.B", "\t... 1 more"].map(str::to_owned));
        }
        assert_eq!(told(&lines).len(), 20_001);
    }
}
