//! Signals. In: a number or a name. Out: both, and the words that sentry-native has for it.

use crate::language::Signal;

/// Number on Linux (x86, Arm), name, words: those of sentry-native's `SIGNAL_DEFINITIONS` for the six that it catches, those
/// of signal(7) for the others that dump a core.
const KNOWN: &[(u32, &str, &str)] = &[
    (4, "SIGILL", "IllegalInstruction"),
    (5, "SIGTRAP", "Trap"),
    (6, "SIGABRT", "Abort"),
    (7, "SIGBUS", "BusError"),
    (8, "SIGFPE", "FloatingPointException"),
    (11, "SIGSEGV", "Segfault"),
    (3, "SIGQUIT", "Quit"),
    (24, "SIGXCPU", "CPU time limit exceeded"),
    (25, "SIGXFSZ", "File size limit exceeded"),
    (31, "SIGSYS", "Bad system call"),
];

/// The signal of this number, which may say its name itself; and its words.
pub(super) fn read(number: Option<u32>, name: Option<&str>) -> Option<(Signal, String)> {
    let name = name.map(|name| match name.strip_prefix("SIG") {
        Some(_) => name.to_owned(),
        None => format!("SIG{name}"),
    });
    let same = |(known, known_name, _): &&(u32, &str, &str)| match &name {
        Some(name) => known_name == name,
        None => Some(*known) == number,
    };
    let known = KNOWN.iter().find(same);
    let number = number.or(known.map(|(number, ..)| *number))?;
    let name = name.or(known.map(|(_, name, _)| (*name).to_owned()));
    let name = name.unwrap_or_else(|| format!("SIG{number}"));
    let words = known.map_or_else(|| name.clone(), |(.., words)| (*words).to_owned());
    Some((Signal { number, name }, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names() {
        let of = |number, name| {
            let (signal, words) = read(number, name)?;
            Some((signal.number, signal.name, words))
        };
        let segfault = Some((11, "SIGSEGV".to_owned(), "Segfault".to_owned()));
        assert_eq!(of(Some(11), None), segfault);
        assert_eq!(of(Some(11), Some("SEGV")), segfault);
        assert_eq!(of(None, Some("SIGSEGV")), segfault);
        // Another machine numbers them otherwise: its name counts.
        let bus = Some((10, "SIGBUS".to_owned(), "BusError".to_owned()));
        assert_eq!(of(Some(10), Some("SIGBUS")), bus);
        let odd = Some((40, "SIG40".to_owned(), "SIG40".to_owned()));
        assert_eq!(of(Some(40), None), odd);
        assert_eq!(of(None, None), None);
        assert_eq!(of(None, Some("SIGNOTHING")), None);
    }
}
