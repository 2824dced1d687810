//! Level words and numbers. In: what a program wrote for a level. Out: a [`Level`].

use crate::bounds::LEVEL_WORD_BYTES_MAX;
use crate::level::Level;

/// The levels of java.util.logging in the languages of Java's runtime, as Java 17 prints them.
const JAVA_WORDS: &[(Level, &[&str])] = &[
    (
        Level::Error,
        &[
            "SEVERE",
            "SCHWERWIEGEND",
            "GRAVE",
            "ALLVARLIG",
            "重大",
            "심각",
            "严重",
            "嚴重",
        ],
    ),
    (
        Level::Warning,
        &[
            "WARNING",
            "WARNUNG",
            "AVERTISSEMENT",
            "ADVERTENCIA",
            "AVVERTENZA",
            "ADVERTÊNCIA",
            "VARNING",
            "警告",
            "경고",
        ],
    ),
    (
        Level::Info,
        &[
            "INFO",
            "INFORMATION",
            "INFOS",
            "INFORMACIÓN",
            "INFORMAZIONI",
            "INFORMAÇÕES",
            "情報",
            "정보",
            "信息",
            "資訊",
        ],
    ),
    (
        Level::Debug,
        &[
            "CONFIG",
            "FINE",
            "FINER",
            "FINEST",
            "KONFIGURATION",
            "FEIN",
            "FEINER",
            "AM FEINSTEN",
            "PRÉCIS",
            "PLUS PRÉCIS",
            "LE PLUS PRÉCIS",
            "CONFIGURAR",
            "DETALLADO",
            "MUY DETALLADO",
            "MÁS DETALLADO",
            "CONFIGURAZIONE",
            "BUONO",
            "MIGLIORE",
            "OTTIMALE",
            "CONFIGURAÇÃO",
            "DETALHADO",
            "MAIS DETALHADO",
            "O MAIS DETALHADO",
            "KONFIG",
            "FIN",
            "FINARE",
            "FINASTE",
            "構成",
            "普通",
            "詳細",
            "最も詳細",
            "구성",
            "미세",
            "보다 미세",
            "가장 미세",
            "配置",
            "详细",
            "较详细",
            "非常详细",
            "組態",
            "較詳細",
            "最詳細",
        ],
    ),
];

/// The level that java.util.logging means by a word, in any of its languages.
#[must_use]
pub fn java_level(word: &[u8]) -> Option<Level> {
    let named = |words: &[&str]| words.iter().any(|name| name.as_bytes() == word);
    let found = JAVA_WORDS.iter().find(|(_, words)| named(words))?;
    Some(found.0)
}

/// The level that a word names, all in upper or all in lower case or capitalised (`ERROR`, `error`, `Error`).
#[must_use]
pub fn level(word: &[u8]) -> Option<Level> {
    let mut upper = [0; LEVEL_WORD_BYTES_MAX];
    let letters = upper.get_mut(..word.len())?;
    for (place, byte) in letters.iter_mut().zip(word) {
        *place = byte.to_ascii_uppercase();
    }
    match &*letters {
        b"DEBUG" | b"DBG" | b"TRACE" | b"TRC" | b"VERBOSE" | b"VRB" | b"FINE" | b"FINER"
        | b"FINEST" => Some(Level::Debug),
        b"INFO" | b"INF" | b"INFORMATION" | b"NOTICE" | b"SUCCESS" => Some(Level::Info),
        b"WARN" | b"WRN" | b"WARNING" => Some(Level::Warning),
        b"ERROR" | b"ERR" | b"SEVERE" => Some(Level::Error),
        b"FATAL" | b"FTL" | b"CRITICAL" | b"CRIT" | b"ALERT" | b"EMERG" | b"EMERGENCY"
        | b"PANIC" | b"PNC" | b"DPANIC" => Some(Level::Fatal),
        _ => None,
    }
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
        assert_eq!(level(&[b'X'; LEVEL_WORD_BYTES_MAX + 1]), None);
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
