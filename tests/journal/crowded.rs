//! Two apps, one journal: the receiver of one is down, its share of the outbox fills; the other's traces go on arriving.

use std::time::Duration;

use jiff::Timestamp;

use crate::support::home::{Home, THINNING_OFF};
use crate::support::receiver::Act;
use crate::support::sink::Sink;
use crate::support::state;
use crate::support::traces;
use crate::support::wait::wait_until;
use crate::world::{Journald, Service, apart};

const TRACES: u64 = 200;
const SHARE: &str = "64 KiB";

#[test]
fn a_full_outbox_gives_up_its_oldest_and_stops_nobody_else() {
    apart(
        "crowded::a_full_outbox_gives_up_its_oldest_and_stops_nobody_else",
        |_| {
            let settings = "host_rate = \"off\"\nsend_rate = \"off\"\n[outbox]\ndsn_bytes = ";
            let home = Home::with_host(&format!("{settings}\"{SHARE}\"\n"));
            let (sink, _journald) = (Sink::start(), Journald::start());
            for (project, unit) in [(1, "full"), (2, "free")] {
                let dsn = sink.dsn(project);
                home.app_file(
                    unit,
                    &format!(
                        "dsn = \"{dsn}\"\n{THINNING_OFF}\n[[journal]]\nunits = [\"{unit}\"]\n"
                    ),
                );
            }
            sink.always(1, Act::status(503));
            let mut full = Service::start("full.service", &[]);
            let mut free = Service::start("free.service", &[]);
            let agent = home.start();
            assert!(wait_until(Duration::from_secs(20), || state::cursor(&home).is_some()));
            for occurrence in 0..TRACES {
                for service in [&mut full, &mut free] {
                    let lines = traces::python(occurrence as u32, occurrence, Timestamp::now());
                    service.say(&lines.join("\\n"));
                    service.sync();
                }
            }
            let arrived = wait_until(Duration::from_secs(30), || {
                sink.events_of(2).len() == TRACES as usize
            });
            assert!(
                arrived,
                "{} of the other's; {}",
                sink.events_of(2).len(),
                home.said()
            );
            let gone = || state::dropped(&home, "full", &["outbox_full"]);
            assert!(gone() > 0, "its share was never full");
            assert_eq!(state::dropped(&home, "free", &["outbox_full"]), 0);
            // The newest are kept.
            sink.always(1, Act::ok());
            let all = wait_until(Duration::from_mins(2), || {
                sink.events_of(1).len() as u64 + gone() == TRACES
            });
            println!(
                "{} of {TRACES} given up, {} sent",
                gone(),
                sink.events_of(1).len()
            );
            assert!(
                all,
                "{} and {}; {}",
                sink.events_of(1).len(),
                gone(),
                home.said()
            );
            let sent = sink.events_of(1);
            let numbers = sent
                .iter()
                .map(|e| traces::occurrence_of(&e.event).unwrap());
            assert_eq!(numbers.max(), Some(TRACES - 1));
            let (status, _) = agent.stop();
            assert!(status.success());
        },
    );
}
