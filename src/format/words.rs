//! Level words and numbers. In: what a program wrote for a level. Out: a [`Level`].

use crate::bounds::LEVEL_WORD_BYTES_MAX;
use crate::level::Level;

/// Every word, in upper case.
const WORDS: &[(&str, Level)] = &[
    ("DEBUG", Level::Debug),
    ("DBG", Level::Debug),
    ("TRACE", Level::Debug),
    ("VERBOSE", Level::Debug),
    ("FINE", Level::Debug),
    ("FINER", Level::Debug),
    ("FINEST", Level::Debug),
    ("INFO", Level::Info),
    ("INFORMATION", Level::Info),
    ("NOTICE", Level::Info),
    ("SUCCESS", Level::Info),
    ("WARN", Level::Warning),
    ("WARNING", Level::Warning),
    ("ERROR", Level::Error),
    ("ERR", Level::Error),
    ("SEVERE", Level::Error),
    ("FATAL", Level::Fatal),
    ("CRITICAL", Level::Fatal),
    ("CRIT", Level::Fatal),
    ("ALERT", Level::Fatal),
    ("EMERG", Level::Fatal),
    ("EMERGENCY", Level::Fatal),
    ("PANIC", Level::Fatal),
];

/// The level that a word names, all in upper or all in lower case or capitalised (`ERROR`, `error`, `Error`).
#[must_use]
pub fn level(word: &[u8]) -> Option<Level> {
    if word.len() < 3 || word.len() > LEVEL_WORD_BYTES_MAX {
        return None;
    }
    WORDS
        .iter()
        .find(|(name, _)| word.eq_ignore_ascii_case(name.as_bytes()))
        .map(|&(_, level)| level)
}

/// The level that an upper-case word names: where no timestamp stands before it, nothing else is believed.
#[must_use]
pub fn upper_level(word: &[u8]) -> Option<Level> {
    level(word).filter(|_| word.iter().all(u8::is_ascii_uppercase))
}

/// The level behind a number on the scale of pino and bunyan: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal.
#[must_use]
pub fn numbered_level(number: i64) -> Option<Level> {
    match number {
        10..30 => Some(Level::Debug),
        30..40 => Some(Level::Info),
        40..50 => Some(Level::Warning),
        50..60 => Some(Level::Error),
        60..=70 => Some(Level::Fatal),
        _ => None,
    }
}

/// The level behind a syslog priority (RFC 5424 6.2.1), where it says more than "this came from standard output":
/// service managers give 5 to 7 to whatever a program prints.
#[must_use]
pub fn priority_level(priority: u8) -> Option<Level> {
    match priority {
        0..=2 => Some(Level::Fatal),
        3 => Some(Level::Error),
        4 => Some(Level::Warning),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_in_any_case_and_nothing_else_is() {
        assert_eq!(level(b"CRITICAL"), Some(Level::Fatal));
        assert_eq!(level(b"warn"), Some(Level::Warning));
        assert_eq!(level(b"Error"), Some(Level::Error));
        assert_eq!(level(b"ERRORS"), None);
        assert_eq!(level(b""), None);
        assert_eq!(upper_level(b"Error"), None);
        assert_eq!(upper_level(b"ERROR"), Some(Level::Error));
        assert!(
            WORDS
                .iter()
                .all(|(w, _)| w.len() <= LEVEL_WORD_BYTES_MAX && w.len() >= 3)
        );
    }

    #[test]
    fn numbers_follow_their_scale() {
        assert_eq!(numbered_level(40), Some(Level::Warning));
        assert_eq!(numbered_level(60), Some(Level::Fatal));
        assert_eq!(numbered_level(0), None);
        assert_eq!(priority_level(3), Some(Level::Error));
        assert_eq!(priority_level(6), None);
    }
}
