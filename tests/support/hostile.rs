//! A log with hostile bytes between two good traces.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::home::{Home, THINNING_OFF, stacktail};
use super::sink::Sink;
use super::traces;
use super::wait::wait_until;

/// What the design allows whatever the input, in kB.
const MEMORY_KB_MAX: u64 = 64 << 10;

/// A trace, what `hostile` writes, another trace: both arrive whole, and `parse` finds both, too. All events, the hostile
/// one's included.
pub(crate) fn survives(name: &str, hostile: impl FnOnce(&mut dyn Write)) -> Vec<Value> {
    let (home, sink) = (Home::new(), Sink::start());
    home.app("app", &sink.dsn(1), "app.log", THINNING_OFF);
    let mut log = BufWriter::new(File::create(home.log("app.log")).unwrap());
    good(&mut log, 1);
    hostile(&mut log);
    good(&mut log, 2);
    log.into_inner().unwrap().sync_all().unwrap();
    let agent = home.start();
    let found = |number| {
        sink.events()
            .iter()
            .any(|arrived| is_good(&arrived.event, number))
    };
    let deadline = Duration::from_mins(2);
    let all = wait_until(deadline, || found(1) && found(2));
    let peak = agent.status("VmHWM");
    assert!(
        all,
        "{name}: the traces around it did not arrive:\n{}",
        home.said()
    );
    assert!(agent.stop().0.success(), "{name}: {}", home.said());
    assert!(peak < MEMORY_KB_MAX, "{name}: {peak} kB");
    parse_finds_both(name, &home);
    sink.events()
        .into_iter()
        .map(|arrived| arrived.event)
        .collect()
}

fn parse_finds_both(name: &str, home: &Home) {
    let output = stacktail(&["parse", "--output", "json"])
        .arg(home.log("app.log"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{name}: parse: {}\n{said}",
        output.status
    );
    let lines = String::from_utf8(output.stdout).unwrap();
    let events: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for number in [1, 2] {
        assert!(
            events.iter().any(|event| is_good(event, number)),
            "{name}: parse misses trace {number}\n{said}"
        );
    }
}

fn good(log: &mut dyn Write, number: u32) {
    let now = Timestamp::now();
    let lines = traces::python(number, u64::from(number), now);
    let text =
        traces::ordinary(1, now) + "\n" + &traces::text(&lines) + &traces::ordinary(2, now) + "\n";
    log.write_all(text.as_bytes()).unwrap();
}

fn is_good(event: &Value, number: u32) -> bool {
    traces::distinct_of(event) == Some(number)
        && traces::occurrence_of(event) == Some(u64::from(number))
        && traces::frames_of(event) == traces::FRAMES
}
