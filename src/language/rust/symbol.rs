//! Names of functions. In: a symbol as a backtrace prints it. Out: the function, its crate, and whether it is the app's, as
//! sentry-rust tells them (`sentry-backtrace`, `utils.rs` and `trim.rs`).

use crate::language::seek::Seek as _;

/// Digits of a hash.
const HASH: usize = 16;

/// Escapes of names that were not demangled whole.
const ESCAPES: &[(&str, &str)] = &[
    ("$SP$", "@"),
    ("$BP$", "*"),
    ("$RF$", "&"),
    ("$LT$", "<"),
    ("$GT$", ">"),
    ("$LP$", "("),
    ("$RP$", ")"),
    ("$C$", ","),
    ("$u7e$", "~"),
    ("$u20$", " "),
    ("$u27$", "'"),
    ("$u5b$", "["),
    ("$u5d$", "]"),
    ("$u7b$", "{"),
    ("$u7d$", "}"),
    ("$u3b$", ";"),
    ("$u2b$", "+"),
    ("$u22$", "\""),
];

/// The function: without the hash at its end, those of the crates, and escapes.
pub(super) fn function(symbol: &str) -> String {
    // color-eyre writes this where there is no hash.
    let symbol = match symbol.strip_suffix("<unknown>") {
        Some(named) if !named.is_empty() => named,
        _ => symbol,
    };
    let bare = match symbol.rsplit_once("::h") {
        Some((name, hash)) if is_hash(hash) => name,
        _ => symbol,
    };
    let mut name = without_crate_hashes(bare);
    if name.contains('$') {
        for (escape, sign) in ESCAPES {
            name = name.replace(escape, sign);
        }
    }
    name
}

fn is_hash(text: &str) -> bool {
    let digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    text.len() == HASH && text.bytes().all(digit)
}

/// `std[550525b9dd91a68e]::rt` is `std::rt`.
fn without_crate_hashes(name: &str) -> String {
    let mut kept = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, behind)) = rest.parted(b'[') {
        kept.push_str(before);
        let named = before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let hashed = behind
            .parted(b']')
            .filter(|(hash, _)| named && is_hash(hash));
        if let Some((_, behind)) = hashed {
            rest = behind;
        } else {
            kept.push('[');
            rest = behind;
        }
    }
    kept.push_str(rest);
    kept
}

/// The crate that a function is of.
pub(super) fn package(function: &str) -> Option<String> {
    let rest = function
        .strip_prefix("_<")
        .or_else(|| function.strip_prefix('<'))
        .unwrap_or(function);
    let word = |text: &str| {
        let plain = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
        text.bytes().take_while(plain).count()
    };
    let rest = match rest.get(word(rest)..).and_then(|r| r.strip_prefix(" as ")) {
        Some(behind) if word(rest) > 0 => behind,
        _ => rest,
    };
    let (name, behind) = rest.split_at_checked(word(rest))?;
    let ends = ["..", "::", "["].iter().any(|end| behind.starts_with(end));
    (ends && !name.is_empty()).then(|| name.to_owned())
}

/// What the SDK knows to be nobody's own.
const LIBRARIES: &[&str] = &[
    "std::",
    "core::",
    "alloc::",
    "backtrace::",
    "sentry::",
    "sentry_core::",
    "sentry_types::",
    "sentry_backtrace::",
    "sentry_tracing::",
    "__rust_",
    "___rust_",
    "rust_begin_unwind",
    "_start",
    "anyhow::",
    "log::",
    "tokio::",
    "tracing_core::",
    "futures_core::",
    "futures_util::",
];

/// Is the function one of a library that is not shown as the app's?
pub(super) fn is_library(function: &str) -> bool {
    let mut name = function;
    for prefix in ["<F as ", "<", "_<"] {
        name = name.trim_start_matches(prefix);
    }
    // In old symbols dots stand for colons.
    let same = |(own, known): (u8, u8)| own == known || (own == b'.' && known == b':');
    LIBRARIES
        .iter()
        .any(|known| name.len() >= known.len() && name.bytes().zip(known.bytes()).all(same))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The SDK's own tests.
    #[test]
    fn as_the_sdk() {
        for (symbol, name) in [
            (
                "std::panic::catch_unwind::hd044952603e5f56c",
                "std::panic::catch_unwind",
            ),
            (
                "std[550525b9dd91a68e]::rt::lang_start::<()>",
                "std::rt::lang_start::<()>",
            ),
            (
                "<fn() as core[bb3d6b31f0e973c8]::ops::function::FnOnce<()>>::call_once",
                "<fn() as core::ops::function::FnOnce<()>>::call_once",
            ),
            ("std[1]::rt::<[u8]>", "std[1]::rt::<[u8]>"),
            ("_$LT$a..B$GT$::c", "_<a..B>::c"),
            ("a::b<unknown>", "a::b"),
            ("<unknown>", "<unknown>"),
        ] {
            assert_eq!(function(symbol), name);
        }
        for (name, of) in [
            ("futures::task_impl::std::set", Some("futures")),
            (
                "_<futures..task_impl..Spawn<T>>::enter::_{{closure}}",
                Some("futures"),
            ),
            ("_<F as alloc..boxed..FnBox<A>>::call_box", Some("alloc")),
            (
                "<failure::error::Error as core::convert::From<F>>::from",
                Some("failure"),
            ),
            (
                "backtrace[856cf81bbf211f65]::backtrace::libunwind::trace",
                Some("backtrace"),
            ),
            ("<&dyn core::ops::Fn>::call", None),
            ("main", None),
        ] {
            assert_eq!(package(name).as_deref(), of, "{name}");
        }
        for name in [
            "_<core..task..Spawn<T>>::enter",
            "<F as tokio::a>::b",
            "<std::T>::f",
            "_start",
        ] {
            assert!(is_library(name), "{name}");
        }
        for name in ["<&T as core::a>::b", "<serde::T>::f", "stdx::f", "std"] {
            assert!(!is_library(name), "{name}");
        }
    }
}
