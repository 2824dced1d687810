//! The corpus through the agent: a log that prints every secret, then a search of what the agent stores, sends and says.

use std::fs;
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use jiff::Timestamp;
use stacktail::agent::Turn;
use stacktail::agent::start::{self, Machine, Mode};
use stacktail::config;
use stacktail::os::chance::SeededChance;
use stacktail::os::clock::SystemClock;
use stacktail::os::surroundings::SystemSurroundings;

use crate::corpus;
use crate::support::home::{Home, THINNING_OFF};
use crate::support::sink::Sink;
use crate::support::traces::stamp;

/// Shorter runs stand in any text by chance.
const RUN_CHARS: usize = 7;

/// Every case as a breadcrumb, as the message of a header, as the value of an exception; then each once more, for dedup.
fn log() -> String {
    let now = stamp(Timestamp::now());
    let mut log = String::new();
    for case in corpus::cases() {
        let line = case.text.replace('\n', "\\n");
        let block = format!(
            "{now} INFO [101] shop.http: {line}\n{now} ERROR [101] shop.orders: {line}\nTraceback (most recent call last):\n  \
             File \"/srv/shop/shop/step.py\", line 7, in run\n    return go()\nValueError: {}\n",
            case.text
        );
        log.push_str(&block);
    }
    log
}

/// What must not be found, and how it is looked for.
struct Search {
    runs: Vec<String>,
    finder: AhoCorasick,
}

impl Search {
    fn new() -> Self {
        let secrets = corpus::secrets();
        let mut runs: Vec<String> = secrets
            .iter()
            .flat_map(|(_, secret)| corpus::leaks(secret))
            .filter(|run| run.chars().count() >= RUN_CHARS)
            .collect();
        runs.sort();
        runs.dedup();
        assert!(runs.len() > 2_000, "{}", runs.len());
        let finder = AhoCorasick::new(&runs).unwrap();
        Self { runs, finder }
    }

    fn none_in(&self, what: &str, bytes: &[u8]) {
        // An event's id is chance: among thousands of runs some are digits, and one may stand in it.
        let in_id = |at: usize| {
            let before = String::from_utf8_lossy(bytes.get(at.saturating_sub(44)..at).unwrap());
            let id = before.rsplit_once("event_id\":\"").map(|(_, id)| id);
            id.is_some_and(|id| id.bytes().all(|b| b.is_ascii_hexdigit()))
        };
        let mut found = self.finder.find_iter(bytes);
        if let Some(found) = found.find(|found| !in_id(found.start())) {
            let from = found.start().saturating_sub(120);
            let around = bytes
                .get(from..(found.end() + 40).min(bytes.len()))
                .unwrap();
            let run = &self.runs[found.pattern().as_usize()];
            panic!("{run} in {what}: {}", String::from_utf8_lossy(around));
        }
    }
}

#[test]
fn the_search_finds_what_is_there() {
    let (search, log) = (Search::new(), log());
    let seen = search.finder.find_overlapping_iter(log.as_bytes());
    let mut found: Vec<usize> = seen.map(|at| at.pattern().as_usize()).collect();
    found.sort_unstable();
    found.dedup();
    assert_eq!(
        found.len(),
        search.runs.len(),
        "every run stands in the log"
    );
}

#[test]
fn no_secret_in_the_state_file_or_what_waits_in_it() {
    let (home, search) = (Home::new(), Search::new());
    let settings = "rate_per_issue = \"off\"\nrate = \"off\"\ndedup_window = \"5m\"\n";
    home.app("shop", "console", "shop.log", settings);
    let text = log();
    fs::write(home.log("shop.log"), text.clone() + &text).unwrap();
    let config = config::load(&home.config(), &SystemSurroundings)
        .unwrap()
        .config;
    let machine = Machine {
        clock: Arc::new(SystemClock::new()),
        chance: Arc::new(SeededChance::new(1)),
    };
    let mode = Mode {
        once: true,
        dry_run: false,
    };
    let (store, _) = start::open_store(&config, mode, &machine).unwrap();
    let stored = store.load().unwrap();
    let files = start::files(&config, &stored, mode, &machine).unwrap();
    let quiet = Box::new(|_: &_| {});
    let mut agent = start::agent(
        &config,
        Arc::clone(&store),
        stored,
        Box::new(files),
        &machine,
        quiet,
    );
    while agent.turn().unwrap() != Turn::Done {}
    let tally = agent.tally();
    let cases = corpus::cases().len() as u64;
    assert_eq!(tally.traces, 2 * cases);
    assert!(tally.repeats >= cases, "{tally:?}");
    assert_eq!(tally.kept + tally.repeats, tally.occurrences);
    let waiting = store
        .waiting("console", 0, usize::MAX >> 1, usize::MAX)
        .unwrap();
    let total: u64 = waiting.iter().map(|event| 1 + event.suppressed).sum();
    assert_eq!(total, tally.occurrences);
    for event in &waiting {
        search.none_in("the outbox", &event.json());
    }
    for file in fs::read_dir(home.path().join("state")).unwrap() {
        let path = file.unwrap().path();
        search.none_in(&path.display().to_string(), &fs::read(&path).unwrap());
    }
}

#[test]
fn no_secret_in_an_envelope_or_in_what_the_agent_says() {
    let (home, sink, search) = (Home::new(), Sink::start(), Search::new());
    home.app("shop", &sink.dsn(1), "shop.log", THINNING_OFF);
    // Printed: stdout is searched as well.
    home.app("printed", "console", "shop.log", THINNING_OFF);
    // Shown, not sent: what is said of it is searched as well.
    let withheld = format!("{THINNING_OFF}send_in = [\"production\"]\nenvironment = \"dev\"\n");
    home.app("dev", &sink.dsn(2), "shop.log", &withheld);
    fs::write(home.log("shop.log"), log()).unwrap();
    let output = home
        .run_command()
        .arg("--once")
        .env("STACKTAIL_LOG", "trace")
        .output()
        .unwrap();
    assert!(output.status.success());
    assert_eq!(sink.count(), corpus::cases().len());
    for arrived in sink.events() {
        search.none_in("an envelope", arrived.event.to_string().as_bytes());
    }
    assert!(output.stdout.len() > 100_000);
    let said = String::from_utf8_lossy(&output.stderr);
    let shown = said.matches("not sent: ValueError: ").count();
    assert!(shown > 0 && shown < corpus::cases().len(), "{shown}");
    assert_eq!(sink.events_of(2).len(), 0);
    search.none_in("stdout", &output.stdout);
    search.none_in("stderr", &output.stderr);
}

#[test]
fn no_secret_of_a_path_or_a_title_in_what_is_shown() {
    const SECRETS: [&str; 2] = ["Hunter2SecretOfAPath", "Hunter2SecretOfATitle"];
    let (home, sink) = (Home::new(), Sink::start());
    let folder = home.log(&format!("password={}", SECRETS[0]));
    fs::create_dir(&folder).unwrap();
    let log = format!(
        "Traceback (most recent call last):\n  File \"/srv/a.py\", line 3, in go\n    run()\nValueError: password={}\n",
        SECRETS[1]
    );
    fs::write(folder.join("a.log"), log).unwrap();
    let withheld = format!("{THINNING_OFF}debug = true\n");
    home.app("sent", &sink.dsn(1), "*/a.log", THINNING_OFF);
    home.app("printed", "console", "*/a.log", THINNING_OFF);
    home.app("shown", &sink.dsn(2), "*/a.log", &withheld);
    let output = home
        .run_command()
        .arg("--once")
        .env("STACKTAIL_LOG", "debug")
        .output()
        .unwrap();
    assert!(output.status.success());
    let shown = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(shown.contains("not sent: ValueError"), "{shown}");
    let [event] = sink.events().try_into().unwrap();
    let event = event.event.to_string();
    for secret in SECRETS {
        assert!(!shown.contains(secret), "{shown}");
        assert!(!event.contains(secret), "{event}");
    }
    assert!(
        event.contains("password=") && event.contains("[Filtered]"),
        "{event}"
    );
}
