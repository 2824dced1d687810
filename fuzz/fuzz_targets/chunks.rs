//! Arbitrary bytes as a log, and arbitrary line ends as the ends of chunks: the same records as at once. The first eight bytes
//! choose the line ends.
#![no_main]

#[path = "../../tests/property/memory.rs"]
#[expect(dead_code, reason = "shared with suites, which need more of it")]
mod memory;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, text)) = bytes.split_first_chunk::<8>() else {
        return;
    };
    let choice = u64::from_le_bytes(*choice);
    let ends = memory::line_ends(text).into_iter().enumerate();
    let chosen = ends.filter(|(nth, _)| choice.rotate_left(*nth as u32) & 1 == 1);
    let cuts: Vec<usize> = chosen.map(|(_, end)| end).collect();
    let whole = memory::records(text);
    assert_eq!(memory::records_cut(text, &cuts).records, whole);
});
