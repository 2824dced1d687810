//! The linker's names of functions. In: a symbol. Out: the function as its programmer wrote it, without the hashes that
//! change with each build. Bounded: a symbol can be written to stand for a text without end.

use std::fmt::{self, Write as _};

/// What is longer is not read: the symbol is shown as it is.
const NAME_BYTES: usize = 1_024;

/// A text that ends.
struct Bounded(String);

impl fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len() + text.len() > NAME_BYTES {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

/// The function's name.
pub(super) fn function(symbol: &str) -> String {
    let read = if symbol.len() > NAME_BYTES {
        None
    } else {
        rust(symbol).or_else(|| cpp(symbol))
    };
    read.unwrap_or_else(|| symbol.to_owned())
}

fn rust(symbol: &str) -> Option<String> {
    let name = rustc_demangle::try_demangle(symbol).ok()?;
    let mut text = Bounded(String::new());
    write!(text, "{name:#}").ok()?;
    Some(text.0)
}

fn cpp(symbol: &str) -> Option<String> {
    if !symbol.starts_with("_Z") {
        return None;
    }
    let name = cpp_demangle::Symbol::new(symbol).ok()?;
    let mut text = Bounded(String::new());
    let options = cpp_demangle::DemangleOptions::new();
    name.structured_demangle(&mut text, &options).ok()?;
    Some(text.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_programmers() {
        for (symbol, name) in [
            ("charge", "charge"),
            ("__libc_start_call_main", "__libc_start_call_main"),
            ("_ZN4till6charge17hfd053cb02dd98237E", "till::charge"),
            (
                "_RNvNtCsjrHSEGnQ3l9_3std2rt19lang_start_internal",
                "std::rt::lang_start_internal",
            ),
            (
                "_ZN4shop8checkoutERKSs",
                "shop::checkout(std::string const&)",
            ),
            ("_Znonsense", "_Znonsense"),
            ("main.(*Till).open", "main.(*Till).open"),
        ] {
            assert_eq!(function(symbol), name);
        }
    }

    #[test]
    fn a_symbol_that_grows_without_end_stays_as_it_is() {
        // Each pair refers twice to the one before it.
        let mut symbol = "_ZN1aI4pairIiiE".to_owned();
        for nth in 0..30 {
            let back = if nth == 0 {
                "S0_".to_owned()
            } else {
                format!("S{nth:X}_")
            };
            write!(symbol, "4pairI{back}{back}E").unwrap();
        }
        symbol.push_str("EE");
        assert!(function(&symbol).len() <= NAME_BYTES);
        assert_eq!(function(&"x".repeat(5_000)).len(), 5_000);
    }
}
