//! Arbitrary bytes as a log: whatever is found in them is read by its language, and nothing panics.
#![no_main]

#[path = "../../tests/property/memory.rs"]
#[expect(dead_code, reason = "shared with suites, which need more of it")]
mod memory;

use libfuzzer_sys::fuzz_target;
use stacktail::language;
use stacktail::level::Level;

fuzz_target!(|bytes: &[u8]| {
    for record in memory::records(bytes) {
        let _ = language::read(&record, Some(Level::Debug));
    }
});
