//! How fast a gigabyte of ordinary log passes, against `wc -l` and `rg` in the same run, and what one event costs.
//!
//! `cargo bench --bench throughput`. Exits with 1 if a bound is broken. `STACKTAIL_BENCH_MIB` (256) makes it smaller.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark measures the machine, and ends where it cannot"
)]

#[path = "../../tests/support/mod.rs"]
#[expect(
    dead_code,
    reason = "shared by several suites, each of which needs a part"
)]
mod support;

mod measure;
mod null;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use measure::{Run, cpu_median, verdict, wall_median};
use null::NullSink;
use support::home::{Home, STACKTAIL, THINNING_OFF};
use support::loggen::{self, Density, Lang, Written};

const ROUNDS: usize = 5;
const ALL: &[Lang] = &[Lang::Python, Lang::Java, Lang::Go, Lang::Node];
const RG_PATTERN: &str = r"Traceback|^\s+at ";

/// `parse --output summary` against rg.
const PARSE_OF_RG_MAX: f64 = 0.6;
/// CPU of one event, milliseconds.
const EVENT_MS_MAX: f64 = 0.25;
/// VmHWM.
const PEAK_KIB_MAX: u64 = 32 << 10;

fn main() -> ExitCode {
    let mib: u64 = std::env::var("STACKTAIL_BENCH_MIB")
        .ok()
        .and_then(|mib| mib.parse().ok())
        .unwrap_or(256);
    let folder = tempfile::tempdir().unwrap();
    let corpus = |name: &str, langs: &[Lang], density| {
        let path = folder.path().join(name);
        let written = loggen::write(&path, mib << 20, langs, density, 1);
        println!(
            "{name}: {} MiB, {} lines, {} traces",
            written.bytes >> 20,
            written.lines,
            written.traces
        );
        (path, written)
    };
    let mixed = corpus("mixed.log", ALL, Density::Sparse);
    let dense = corpus("dense.log", ALL, Density::Dense);
    let sparse_python = corpus("python.log", &[Lang::Python], Density::Sparse);
    let dense_python = corpus("python-dense.log", &[Lang::Python], Density::Dense);
    let passes = [
        scan("mixed", &mixed.0, true),
        scan("dense", &dense.0, false),
        scan("python", &sparse_python.0, false),
        event_cost(&sparse_python, &dense_python),
    ];
    if passes.into_iter().all(|passes| passes) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// One file through `wc`, `rg` and `parse`, in turns, so that a noisy minute is noisy for all three.
fn scan(name: &str, path: &Path, bound: bool) -> bool {
    let mut runs: [Vec<Run>; 3] = Default::default();
    for _ in 0..=ROUNDS {
        runs[0].push(Run::of(Command::new("wc").arg("-l").arg(path)));
        runs[1].push(Run::of(
            Command::new("rg").args(["-c", RG_PATTERN]).arg(path),
        ));
        runs[2].push(Run::of(
            Command::new(STACKTAIL)
                .args(["parse", "--output", "summary"])
                .arg(path),
        ));
    }
    // The first of each only warms the page cache.
    let [wc, rg, parse] = runs.each_ref().map(|runs| cpu_median(&runs[1..]));
    let peak = runs[2].iter().map(|run| run.peak_kib).max().unwrap_or(0);
    println!(
        "{name}: CPU medians of {ROUNDS}: wc {:.0} ms, rg {:.0} ms, parse {:.0} ms = {:.2} of wc, {:.2} of rg; peak {:.1} MiB",
        wc * 1e3,
        rg * 1e3,
        parse * 1e3,
        parse / wc,
        parse / rg,
        peak as f64 / 1024.0
    );
    let [wc_wall, rg_wall, parse_wall] = runs.each_ref().map(|runs| wall_median(&runs[1..]));
    println!(
        "{name}: wall medians: wc {:.0} ms, rg {:.0} ms, parse {:.0} ms = {:.2} of wc, {:.2} of rg",
        wc_wall * 1e3,
        rg_wall * 1e3,
        parse_wall * 1e3,
        parse_wall / wc_wall,
        parse_wall / rg_wall
    );
    if !bound {
        return true;
    }
    let fast = verdict("parse --output summary, of rg", parse / rg, PARSE_OF_RG_MAX);
    verdict(
        "parse, peak memory in KiB",
        peak as f64,
        PEAK_KIB_MAX as f64,
    ) && fast
}

/// CPU of `run --once` on a dense file less that on a sparse one, over the events between.
fn event_cost(sparse: &(PathBuf, Written), dense: &(PathBuf, Written)) -> bool {
    let mut slopes = Vec::new();
    let mut peak = 0;
    for _ in 0..ROUNDS {
        let [few, many] = [sparse, dense].map(|(path, written)| once(path, written.traces));
        let events = dense.1.traces as f64 - sparse.1.traces as f64;
        slopes.push((many.cpu - few.cpu) / events * 1e3);
        peak = peak.max(few.peak_kib).max(many.peak_kib);
        println!(
            "run --once: sparse {:.0} ms CPU ({:.0} ms wall), dense {:.0} ms CPU ({:.0} ms wall)",
            few.cpu * 1e3,
            few.wall * 1e3,
            many.cpu * 1e3,
            many.wall * 1e3
        );
    }
    slopes.sort_by(f64::total_cmp);
    let cheap = verdict("CPU of one event in ms", slopes[ROUNDS / 2], EVENT_MS_MAX);
    verdict(
        "run --once, peak memory in KiB",
        peak as f64,
        PEAK_KIB_MAX as f64,
    ) && cheap
}

/// One file shipped whole to a receiver that only counts.
fn once(path: &Path, traces: u64) -> Run {
    let (home, sink) = (Home::new(), NullSink::start());
    fs::hard_link(path, home.log("app.log"))
        .or_else(|_| fs::copy(path, home.log("app.log")).map(drop))
        .unwrap();
    home.app("app", &sink.dsn(1), "app.log", THINNING_OFF);
    let run = Run::of(home.run_command().arg("--once"));
    assert_eq!(sink.requests(), traces, "not every trace was shipped once");
    run
}
