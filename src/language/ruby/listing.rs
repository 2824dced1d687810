//! Lists of tests that failed, which are no crashes. In: a record. Out: whether a suite printed it.

use super::line;
use crate::assemble::Record;

/// minitest's and test-unit's words stand this near above what a test raised.
const NEAR: usize = 8;

/// Did minitest (`  1) Error:`) or test-unit (a rule of `=` above `Error: test_x(XTest)`) print it?
pub(super) fn is(record: &Record) -> bool {
    let above = record.preamble.iter().rev().take(NEAR);
    above
        .map(|text| line::text(text))
        .any(|text| is_head(&text) || is_test(&text) || is_rule(&text))
}

/// `  1) Error:`, `  2) Failure:`.
fn is_head(text: &str) -> bool {
    let words = text.trim_start().split_once(") ");
    words.is_some_and(|(number, kind)| {
        let counts = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        counts && matches!(kind.trim_end(), "Error:" | "Failure:" | "Skipped:")
    })
}

/// `ShopTest#test_settles:`, `ShopTest#test_fails [shop_test.rb:8]:`.
fn is_test(text: &str) -> bool {
    let text = text.trim();
    let (name, _) = text.split_once("#test_").unwrap_or_default();
    line::is_class(name) && text.ends_with(':')
}

/// `==========`, as long as a line.
fn is_rule(text: &str) -> bool {
    let rule = text.trim();
    rule.len() >= 40 && rule.bytes().all(|b| b == b'=')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_failures() {
        assert!(is_head("  1) Error:") && is_head(" 12) Failure:"));
        assert!(!is_head("1) Error: boom") && !is_head("a) Error:"));
        assert!(is_test("ShopTest#test_fails [shop_test.rb:8]:") && !is_test("see #test_x:"));
        assert!(is_rule(&"=".repeat(79)) && !is_rule("===="));
    }
}
