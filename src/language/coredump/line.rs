//! Lines of a core dump by themselves. In: a line. Out: whose dump it is, a thread's head, a frame.

use crate::language::seek::Seek as _;
pub(super) use crate::language::seek::text;

/// How every such entry begins (`src/coredump/coredump.c` of systemd).
pub(super) const OPENINGS: &[&str] = &[" dumped core."];

/// Whose dump it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head<'a> {
    pub(super) pid: &'a str,
    pub(super) comm: &'a str,
    pub(super) user: &'a str,
}

/// Reads `Process 17173 (shop) of user 0 dumped core.`; `coredumpctl info` has `Message: ` before it.
pub(super) fn head(text: &str) -> Option<Head<'_>> {
    let text = text.trimmed();
    let text = text
        .strip_prefix("Message:")
        .map_or(text, str::trim_start)
        .strip_prefix("Process ")?;
    let (pid, rest) = text.split_once(" (")?;
    let (rest, _) = rest.rsplit_once(" dumped core.")?;
    let (comm, user) = rest.rsplit_once(") of user ")?;
    let digits = !pid.is_empty() && pid.bytes().all(|b| b.is_ascii_digit());
    let word = !user.is_empty() && !user.contains(' ');
    (digits && word).then_some(Head { pid, comm, user })
}

/// `           PID: 29730 (till)`, with which `coredumpctl info` begins: what it says of the process stands above the message.
pub(super) fn begins_info(text: &str) -> bool {
    let told = text.trimmed().strip_prefix("PID: ");
    let told = told.and_then(|told| told.strip_suffix(')')?.split_once(" ("));
    told.is_some_and(|(pid, _)| pid.bytes().all(|b| b.is_ascii_digit()))
}

/// Reads `Stack trace of thread 17173:`: the thread's number.
pub(super) fn thread(text: &str) -> Option<&str> {
    let number = text.trimmed().strip_prefix("Stack trace of thread ")?;
    let number = number.strip_suffix(':')?;
    (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then_some(number)
}

/// One call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Call<'a> {
    /// The linker's name of the function.
    pub(super) symbol: Option<&'a str>,
    /// The file that it is in, as far as it is told.
    pub(super) module: Option<&'a str>,
}

/// Reads `#0  0x000055a2170cb1b6 charge (shop + 0x11b6)`; what is not known is `n/a` there.
pub(super) fn call(text: &str) -> Option<Call<'_>> {
    let text = text.trimmed().strip_prefix('#')?;
    let (number, text) = text.split_once(' ')?;
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (address, rest) = text.trim_start().split_once(' ')?;
    let digits = address.strip_prefix("0x")?;
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let (symbol, module) = match rest.strip_suffix(')').and_then(|r| r.rsplit_once(" (")) {
        Some((symbol, module)) => (symbol, module),
        None => (rest, "n/a"),
    };
    let module = module
        .rsplit_once(" + 0x")
        .map_or(module, |(module, _)| module);
    let known = |text: &'_ str| !matches!(text, "" | "n/a");
    Some(Call {
        symbol: Some(symbol).filter(|s| known(s)),
        module: Some(module).filter(|m| known(m)),
    })
}

/// Does the line tell of the files that the process was made of? They stand before the first thread, and behind the last.
pub(super) fn is_about_modules(text: &str) -> bool {
    const BEGINS: &[&str] = &[
        "Module ",
        "Found module ",
        "Metadata for module ",
        "ELF object binary architecture: ",
        "Coredump diverted to ",
    ];
    let text = text.trimmed();
    BEGINS.iter().any(|begin| text.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads() {
        let read = head("Process 17173 (my (odd) shop) of user 1000 dumped core.").unwrap();
        assert_eq!(
            (read.pid, read.comm, read.user),
            ("17173", "my (odd) shop", "1000")
        );
        assert!(begins_info("           PID: 29730 (till)"));
        assert!(!begins_info("PID: till") && !begins_info("UID: 0 (root)"));
        assert!(head("       Message: Process 7 (x) of user 0 dumped core.").is_some());
        for no in [
            "Segmentation fault (core dumped)",
            "it dumped core.",
            "Process x (y) of user 0 dumped core.",
            "Process 1 (y) of user  dumped core.",
            "a Process 1 (y) of user 0 dumped core.",
        ] {
            assert_eq!(head(no), None, "{no}");
        }
    }

    #[test]
    fn calls_and_threads() {
        let of = |text| call(text).map(|call| (call.symbol, call.module));
        assert_eq!(
            of("#0  0x000055a2170cb1b6 charge (shop + 0x11b6)"),
            Some((Some("charge"), Some("shop")))
        );
        assert_eq!(
            of("                #12 0x00007f n/a (n/a + 0x0)"),
            Some((None, None))
        );
        assert_eq!(
            of("#3  0x7f raise (libc.so.6)"),
            Some((Some("raise"), Some("libc.so.6")))
        );
        assert_eq!(of("#4  0x7f raise"), Some((Some("raise"), None)));
        for no in ["#0 main.c:12", "# 0x1 a", "#0  0x (a + 0x1)", "#0", "0x1 a"] {
            assert_eq!(of(no), None, "{no}");
        }
        assert_eq!(thread("Stack trace of thread 17197:"), Some("17197"));
        assert_eq!(thread("Stack trace of thread: main"), None);
    }
}
