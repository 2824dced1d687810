//! `kill -9` in the middle of commits: positions, events, counts agree afterwards, and no commit that was told is gone.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use stacktail::limit::Limit;
use stacktail::policy::{AppLimits, Decisions, Policy};
use stacktail::store::packed::Packer;
use stacktail::store::{Batch, LedgerEntry, Store};

use crate::support::{candidate, checkpoint, decided, limits, now, opened};

/// Set for the child: where it keeps its state.
const CHILD: &str = "STACKTAIL_TEST_STATE_DIR";
const ROUNDS: usize = 12;

fn app() -> AppLimits {
    AppLimits {
        dedup_window: Some(Duration::from_secs(30)),
        ..limits(0)
    }
}

/// Commits one occurrence after the other, each with its position, and tells each.
fn write_for_ever(dir: &Path) {
    let store = opened(dir);
    let stored = store.load().unwrap();
    let mut position = stored.checkpoints.first().map_or(0, |file| file.position);
    let mut policy = Policy::new(&[app()], Limit::Off, stored.policy);
    let mut out = std::io::stdout();
    loop {
        position += 1;
        let mut decisions = Decisions::default();
        let at = now() + Duration::from_secs(position);
        let issue = format!("I{}", position % 3);
        policy.decide(candidate(0, position, &issue, "x", at), &mut decisions);
        let mut file = checkpoint(1, position);
        file.decided = vec![decided(position), decided(position + 1)];
        let mut batch = Batch {
            checkpoints: vec![file],
            durable: position.is_multiple_of(10),
            ..Batch::new(now())
        };
        batch.absorb(decisions, &mut Packer::default());
        batch.ledger.push(LedgerEntry {
            app: String::new(),
            reason: "read_lines".to_owned(),
            quantity: 1,
        });
        store.commit(&batch).unwrap();
        writeln!(out, "committed {position}").unwrap();
    }
}

/// Runs the child until it has told `commits` of them, kills it, and gives the last that it told.
fn run_and_kill(dir: &Path, commits: usize) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "killed::what_was_committed_agrees",
            "--nocapture",
        ])
        .env(CHILD, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut told = 0;
    let numbers = lines.filter_map(|line| {
        let line = line.unwrap();
        line.split_once("committed ")?.1.trim().parse::<u64>().ok()
    });
    for (count, number) in numbers.enumerate() {
        told = number;
        if count + 1 == commits {
            // Whatever it is doing now: it goes on committing meanwhile.
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    told
}

/// How many occurrences open windows carry.
fn check(store: &Store, told: u64) -> u64 {
    let stored = store.load().unwrap();
    let file = &stored.checkpoints[0];
    assert!(file.position >= told, "{} < {told}", file.position);
    let expected = vec![decided(file.position), decided(file.position + 1)];
    assert_eq!(file.decided, expected);
    let waiting = store.waiting("r0", 0, usize::MAX, usize::MAX).unwrap();
    let sent: u64 = waiting.iter().map(|event| 1 + event.suppressed).sum();
    let carried = store.carried().unwrap();
    let open: u64 = carried.iter().map(|app| app.occurrences).sum();
    assert_eq!(sent + open, file.position);
    assert_eq!(store.ledger().unwrap()[0].quantity, file.position);
    open
}

#[test]
fn what_was_committed_agrees() {
    if let Some(dir) = std::env::var_os(CHILD) {
        write_for_ever(Path::new(&dir));
    }
    let dir = tempfile::tempdir().unwrap();
    let mut open = 0;
    for round in 0..ROUNDS {
        let told = run_and_kill(dir.path(), 5 + round * 7);
        assert!(told > 0);
        let (store, report) = Store::open(dir.path(), now()).unwrap();
        assert_eq!(report.set_aside, None);
        open += check(&store, told);
    }
    // Right after all windows have opened anew none carries anything: not each kill finds some.
    assert!(open > 0);
}
