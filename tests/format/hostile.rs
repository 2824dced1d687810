//! Hostile shapes, doubled five times: what reading them costs grows with their length and no faster. The cost is counted in
//! CPU time of this thread against that of a plain text of the same length, so that no clock and no machine matters.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use crate::memory::records_cut;

/// The shortest text.
const BYTES: usize = if cfg!(feature = "e2e") {
    24 << 10
} else {
    4 << 10
};
const DOUBLINGS: u32 = 5;
/// The first doublings are shown and not judged: so short a text costs less than what the making of a pipeline varies by.
const SHOWN: usize = 2;
/// The other three are 8 times the length: linear is 8, quadratic 64.
const GROWTH_MAX: f64 = 32.0;

/// A shape, filled up to a length.
type Shape = (&'static str, fn(usize) -> Vec<u8>);

fn again(text: &str, bytes: usize) -> Vec<u8> {
    text.bytes().cycle().take(bytes).collect()
}

const SHAPES: &[Shape] = &[
    ("openings alone", |n| {
        again("Traceback (most recent call last):\n", n)
    }),
    ("frames without an end", |n| {
        let mut text = b"Traceback (most recent call last):\n".to_vec();
        text.extend(again(
            "  File \"/srv/app.py\", line 3, in total\n    total()\n",
            n,
        ));
        text
    }),
    ("causes of causes", |n| {
        again(
            "Caused by: java.io.IOException: gone\n\tat com.acme.Shop.run(Shop.java:12)\n",
            n,
        )
    }),
    ("one line of openings", |n| {
        again(
            "Traceback (most recent call last): panic: goroutine 1 [running]: ",
            n,
        )
    }),
    ("JSON within JSON", |n| {
        let mut text = again("{\"message\":", n);
        text.extend(b"\"Traceback (most recent call last):\"\n");
        text
    }),
    ("escapes", |n| {
        let mut text = b"{\"msg\":\"Traceback (most recent call last):".to_vec();
        text.extend(again("\\\\n\\\\\\\\n", n));
        text.extend(b"\"}\n");
        text
    }),
    ("two streams in turn", |n| {
        again(
            "2026-11-20T15:49:24.5Z stderr F panic: x\n2026-11-20T15:49:24.5Z stdout F goroutine 1 [running]:\n",
            n,
        )
    }),
    ("parts that never end", |n| {
        again("2026-11-20T15:49:24.5Z stderr P panic: no end \n", n)
    }),
    ("headers and openings", |n| {
        again(
            "2026-11-20 15:49:24,580 ERROR [812] shop: Exception in thread \"main\" java.lang.Error: x\n",
            n,
        )
    }),
    ("brackets and braces", |n| {
        again("** (stop) [[[[{{{{((((#0 #1 goroutine 1 [ error: {\"", n)
    }),
    ("blank lines in a trace", |n| {
        let mut text = b"panic: x\n\ngoroutine 1 [running]:\n".to_vec();
        text.extend(again("\n\n\n\tmain.go:3\n", n));
        text
    }),
];

/// CPU time of this thread that reading takes, the least of two.
fn cost(bytes: &[u8]) -> Duration {
    let now = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
    };
    let once = || {
        let from = now();
        let found = records_cut(bytes, &[]);
        assert!(found.counts.bytes >= bytes.len() as u64 / 2);
        now().checked_sub(from).unwrap()
    };
    (0..2).map(|_| once()).min().unwrap()
}

#[test]
fn the_cost_of_hostile_texts_is_linear() {
    let mut wrong = Vec::new();
    // What a pipeline without a text takes is no text's cost.
    let empty = cost(b"\n").as_secs_f64();
    for (name, shape) in SHAPES {
        let costs: Vec<f64> = (0..=DOUBLINGS)
            .map(|n| (cost(&shape(BYTES << n)).as_secs_f64() - empty).max(1e-6))
            .collect();
        let steps: Vec<String> = costs
            .windows(2)
            .map(|w| format!("{:4.1}", w[1] / w[0]))
            .collect();
        let growth = costs[costs.len() - 1] / costs[SHOWN];
        println!(
            "{name:24} x{}  {growth:5.0} times over the last {} doublings",
            steps.join(" x"),
            costs.len() - 1 - SHOWN
        );
        if growth > GROWTH_MAX {
            wrong.push(format!("{name}: {growth:.0} times"));
        }
    }
    assert!(wrong.is_empty(), "more than linear: {wrong:?}");
}
