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
use support::figures::median;
use support::home::{Home, STACKTAIL, THINNING_OFF};
use support::loggen::{self, Density, Lang, Written};

const ROUNDS: usize = 5;
const ALL: &[Lang] = &[Lang::Python, Lang::Java, Lang::Go, Lang::Node];
const RG_PATTERN: &str = r"Traceback|^\s+at ";

/// `parse --output summary` against rg, where one line in 500 begins a trace.
const MIXED_OF_RG_MAX: f64 = 0.6;
/// The same where half of the lines are in traces.
const DENSE_OF_RG_MAX: f64 = 2.5;
/// With searchers of 128 bits, times the bound.
const NARROW_MAX: f64 = 1.5;
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
    let narrow = narrow();
    let passes = [
        scan("mixed", &mixed.0, &narrow, Some(MIXED_OF_RG_MAX)),
        scan("dense", &dense.0, &narrow, Some(DENSE_OF_RG_MAX)),
        scan("python", &sparse_python.0, &narrow, None),
        event_cost(&sparse_python, &dense_python),
    ];
    if passes.into_iter().all(|passes| passes) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The binary with searchers of 128 bits. The libraries choose by what the machine has, at run time; only what is built may
/// hold them to less, and line ends are still counted as wide as the machine can.
fn narrow() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("narrow");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--release", "--quiet", "--bin", "stacktail"])
        .args(["--features", "narrow", "--target-dir"])
        .arg(&folder)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .unwrap();
    assert!(built.success(), "the narrow binary was not built");
    folder.join("release/stacktail")
}

/// What is run on a file.
const RUNS: [&str; 4] = ["wc", "rg", "parse", "parse of 128 bits"];

/// One file through `wc`, `rg` and `parse`, in turns, so that a noisy minute is noisy for all of them.
fn scan(name: &str, path: &Path, narrow: &Path, of_rg_max: Option<f64>) -> bool {
    let mut runs: [Vec<Run>; 4] = Default::default();
    let parse = |binary: &Path| {
        let summary = ["parse", "--output", "summary"];
        Run::of(Command::new(binary).args(summary).arg(path))
    };
    for _ in 0..=ROUNDS {
        runs[0].push(Run::of(Command::new("wc").arg("-l").arg(path)));
        runs[1].push(Run::of(
            Command::new("rg").args(["-c", RG_PATTERN]).arg(path),
        ));
        runs[2].push(parse(Path::new(STACKTAIL)));
        runs[3].push(parse(narrow));
    }
    // The first of each only warms the page cache.
    let cpu = runs.each_ref().map(|runs| cpu_median(&runs[1..]));
    print_times(&format!("{name}: CPU medians of {ROUNDS}"), cpu);
    let wall = runs.each_ref().map(|runs| wall_median(&runs[1..]));
    print_times(&format!("{name}: wall medians"), wall);
    let peak = runs[2].iter().map(|run| run.peak_kib).max().unwrap_or(0);
    println!("{name}: peak {:.1} MiB", peak as f64 / 1024.0);
    let Some(max) = of_rg_max else {
        return true;
    };
    let what = |bits: &str| format!("{name}: parse --output summary{bits}, of rg");
    let passes = [
        verdict(&what(""), cpu[2] / cpu[1], max),
        verdict(&what(" of 128 bits"), cpu[3] / cpu[1], max * NARROW_MAX),
        verdict(
            &format!("{name}: parse, peak memory in KiB"),
            peak as f64,
            PEAK_KIB_MAX as f64,
        ),
    ];
    passes.into_iter().all(|passes| passes)
}

fn print_times(what: &str, seconds: [f64; 4]) {
    let [wc, rg, ..] = seconds;
    let one = |(name, time): (&str, f64)| {
        let (of_wc, of_rg) = (time / wc, time / rg);
        format!(
            "{name} {:.0} ms ({of_wc:.2} of wc, {of_rg:.2} of rg)",
            time * 1e3
        )
    };
    let all: Vec<String> = RUNS.into_iter().zip(seconds).map(one).collect();
    println!("{what}: {}", all.join(", "));
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
    let cheap = verdict("CPU of one event in ms", median(slopes), EVENT_MS_MAX);
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
