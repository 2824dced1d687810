//! The largest of bad inputs.

use std::time::Instant;

use crate::support::hostile::survives;

#[test]
fn a_line_of_a_gigabyte() {
    let begun = Instant::now();
    survives("a line of 1 GB", |log| {
        for _ in 0..(1 << 10) {
            log.write_all(&vec![b'a'; 1 << 20]).unwrap();
        }
        log.write_all(b"\n").unwrap();
    });
    println!(
        "a line of 1 GB, written and passed over in {:.1?}",
        begun.elapsed()
    );
}
