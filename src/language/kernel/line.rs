//! Lines of the kernel by themselves. In: a line. Out: its words, a frame, what it says of the task.

use crate::language::seek::Seek as _;
pub(super) use crate::language::seek::text;

/// The line without what `dmesg` puts before it: `[37587.075946] `, and behind that, where the kernel was built so, who printed
/// it (`[ T8305] `, `[    C0] `).
pub(super) fn bare(text: &str) -> &str {
    let text = text.trimmed();
    let Some(rest) = stamped(text) else {
        return text;
    };
    let rest = rest.trim_start();
    let caller = |rest: &'_ str| {
        let (inner, behind) = rest.strip_prefix('[')?.split_once(']')?;
        let number = inner.trim_start().strip_prefix(['T', 'C'])?;
        let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| rest.len() - behind.len())
    };
    let from = caller(rest).unwrap_or(0);
    rest.get(from..).unwrap_or(rest).trim_start()
}

/// What stands behind the kernel's clock, `[37587.075946]`; `None` where a line does not begin with it.
pub(super) fn stamped(text: &str) -> Option<&str> {
    let (inner, rest) = text.strip_prefix('[')?.split_once(']')?;
    let (seconds, micros) = inner.trim_start().split_once('.')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    (digits(seconds) && digits(micros)).then_some(rest)
}

/// One call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Call<'a> {
    pub(super) function: &'a str,
    /// The module; without one it is the kernel itself.
    pub(super) module: Option<&'a str>,
    /// It lay on the stack and need not have been called.
    pub(super) unreliable: bool,
}

/// Reads `? ext4_x+0x1/0x2 [ext4]`; before 4.10, `[<ffffffff81184c7e>] ` stands before it.
pub(super) fn call(text: &str) -> Option<Call<'_>> {
    let mut text = text;
    if let Some(rest) = text.strip_prefix("[<") {
        text = rest.split_once(">]")?.1.trim_start();
    }
    let certain = text.strip_prefix("? ");
    let unreliable = certain.is_some();
    let text = certain.unwrap_or(text);
    let (place, rest) = text.split_once(' ').unwrap_or((text, ""));
    let (function, offset) = place.rsplit_once("+0x")?;
    let (offset, size) = offset.split_once("/0x")?;
    let hex = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit());
    if function.is_empty() || !hex(offset) || !hex(size) {
        return None;
    }
    let module = rest.strip_prefix('[').and_then(|r| r.split_once(']'));
    Some(Call {
        function,
        // Behind its name its flags may stand: `[nvidia(POE)]`, `[ext4 7d5…]`.
        module: module.and_then(|(name, _)| name.split(['(', ' ']).next()),
        unreliable,
    })
}

/// Where it happened: `RIP: 0010:ext4_x+0x1/0x2 [ext4]`; on Arm `pc : ext4_x+0x1/0x2`. What ran in the process is not it.
pub(super) fn crash_site(text: &str) -> Option<Call<'_>> {
    let place = match text.strip_prefix("RIP: ") {
        Some(rest) => without_addresses(rest.strip_prefix("0010:").unwrap_or(rest)),
        None => text.strip_prefix("pc : ")?,
    };
    call(place)
}

/// Without what stood before the symbol until 4.10: `[<ffffffff8219783e>]  [<ffffffff8219783e>] `.
fn without_addresses(text: &str) -> &str {
    let mut rest = text;
    while let Some((_, behind)) = rest.strip_prefix("[<").and_then(|r| r.split_once(">]")) {
        rest = behind.trim_start();
    }
    rest
}

/// What ran: `CPU: 0 UID: 0 PID: 15039 Comm: python3 Not tainted 6.18.44 #1 PREEMPT(none)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Task<'a> {
    pub(super) pid: &'a str,
    pub(super) comm: &'a str,
    /// The kernel's version.
    pub(super) release: Option<&'a str>,
}

/// Reads such a line.
pub(super) fn task(text: &str) -> Option<Task<'_>> {
    let rest = text.strip_prefix("CPU: ")?;
    let (_, rest) = rest.split_once("PID: ")?;
    let (pid, rest) = rest.split_once(" Comm: ")?;
    let (comm, tainted) = ["Not tainted ", "Tainted: "]
        .iter()
        .find_map(|word| rest.split_once(word))?;
    // Behind `Tainted:` its letters stand, each a word.
    let mut words = tainted.split_whitespace();
    let release = words.find(|word| word.bytes().next().is_some_and(|b| b.is_ascii_digit()));
    Some(Task {
        pid,
        comm: comm.trim_end(),
        release,
    })
}

/// What was killed: `Killed process 15039 (python3) total-vm:…`.
pub(super) fn killed(text: &str) -> Option<(&str, &str)> {
    let (_, rest) = text.split_once("Killed process ")?;
    let (pid, rest) = rest.split_once(" (")?;
    let end = rest.find(") total-vm").or_else(|| rest.rfind(')'))?;
    // The last bracket is not the name's where figures follow in brackets.
    Some((pid, rest.get(..end)?))
}

/// The control group of what is killed, from `oom-kill:constraint=…,task_memcg=/system.slice/shop.service,task=python3,…`.
pub(super) fn control_group(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("oom-kill:")?;
    let (_, rest) = rest.split_once(",task_memcg=")?;
    rest.rsplit_once(",task=").map(|(group, _)| group)
}

/// The unit that a control group is of: the last part of its path that is one.
pub(super) fn unit(group: &str) -> Option<&str> {
    let mut parts = group.rsplit('/');
    parts.find(|part| {
        part.rsplit_once('.').is_some_and(|(name, ty)| {
            !name.is_empty() && matches!(ty, "service" | "scope" | "slice")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_before_a_line() {
        for text in [
            "[37587.075946] <TASK>",
            "  [    1.000001] <TASK>",
            "[  512.079810][ T8305] <TASK>",
            "[  512.079810][    C0]  <TASK>",
            "<TASK>",
        ] {
            assert_eq!(bare(text), "<TASK>", "{text}");
        }
        assert_eq!(bare("[  15039]     0 15039"), "[  15039]     0 15039");
        assert_eq!(bare("[1.2][x] y"), "[x] y");
    }

    #[test]
    fn calls() {
        let of = |text| call(text).map(|c| (c.function, c.module, c.unreliable));
        assert_eq!(of("vfs_write+0x9/0x1a0"), Some(("vfs_write", None, false)));
        assert_eq!(
            of("? x.cold+0x8/0x8a [ext4]"),
            Some(("x.cold", Some("ext4"), true))
        );
        assert_eq!(
            of("[<ffffffff81184c7e>] ? f+0x24e/0x3c0 [nvidia(POE)]"),
            Some(("f", Some("nvidia"), true))
        );
        for no in [
            "f+0x1",
            "+0x1/0x2",
            "f+0xg/0x1",
            "Call Trace:",
            "a b+0x1/0x2",
        ] {
            assert_eq!(of(no), None, "{no}");
        }
        assert_eq!(
            crash_site("RIP: 0010:f+0x1/0x2 [m]").unwrap().module,
            Some("m")
        );
        assert_eq!(crash_site("pc : f+0x1/0x2").unwrap().function, "f");
        assert_eq!(crash_site("RIP: 0033:0x515170"), None);
    }

    #[test]
    fn tasks_and_units() {
        let read = task("CPU: 1 PID: 8305 Comm: watch dog Tainted: G        W  O      6.1.0-18 #1");
        let read = read.unwrap();
        assert_eq!((read.pid, read.comm), ("8305", "watch dog"));
        assert_eq!(read.release, Some("6.1.0-18"));
        assert_eq!(
            killed("Killed process 7 (a (b)) total-vm:1kB (x)"),
            Some(("7", "a (b)"))
        );
        let line = "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),oom_memcg=/a.slice,task_memcg=/a.slice/b.service/c,task=x,y,pid=7,uid=0";
        // A task's name may be anything.
        assert_eq!(control_group(line).and_then(unit), Some("b.service"));
        assert_eq!(
            unit("/user.slice/user-0.slice/session-3.scope"),
            Some("session-3.scope")
        );
        assert_eq!(unit("/kubepods/burstable/pod1"), None);
    }
}
