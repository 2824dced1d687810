//! One agent, one receiver that fails in every way it can, each way towards another DSN, and one DSN that is well.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::home::{Agent, Home, THINNING_OFF};
use super::kills::append;
use super::receiver::Act;
use super::sink::Sink;
use super::state;
use super::traces;
use super::wait::Pace;

/// How long the announced limits last.
pub(crate) const LIMIT: Duration = Duration::from_secs(2);

/// A DSN's fate: the app's name, its project.
pub(crate) const WELL: (&str, u32) = ("well", 1);
/// 503 at first.
pub(crate) const SICK: (&str, u32) = ("sick", 2);
/// Bytes that are not HTTP at first.
pub(crate) const GARBAGE: (&str, u32) = ("garbage", 3);
/// 429 with a limit for errors, now and then.
pub(crate) const LIMITED: (&str, u32) = ("limited", 4);
/// 200 with a limit for errors, now and then.
pub(crate) const WARNED: (&str, u32) = ("warned", 5);
/// No answer at first.
pub(crate) const HANGING: (&str, u32) = ("hanging", 6);
/// Not there at first.
pub(crate) const DOWN: (&str, u32) = ("down", 7);

const ALL: [(&str, u32); 7] = [WELL, SICK, GARBAGE, LIMITED, WARNED, HANGING, DOWN];

/// The receivers, the host, and what was printed when.
pub(crate) struct Faults {
    /// The receiver of all but `down`.
    pub sink: Sink,
    /// The receiver of `down`.
    pub absent: Sink,
    /// The host.
    pub home: Home,
    /// When occurrence n was printed, by app.
    pub printed: BTreeMap<&'static str, Vec<Instant>>,
}

impl Faults {
    /// Scripts set, apps configured.
    pub(crate) fn new() -> Self {
        let (sink, mut absent, home) = (Sink::start(), Sink::start(), Home::new());
        let limit = format!("{}:error:project:quota", LIMIT.as_secs());
        let limited = |status| Act::status(status).with("X-Sentry-Rate-Limits", &limit);
        let sixth_of_twenty = |act: Act| {
            (0..400).map(move |nth| {
                if nth % 20 == 5 {
                    act.clone()
                } else {
                    Act::ok()
                }
            })
        };
        sink.next(SICK.1, (0..3).map(|_| Act::status(503)));
        sink.next(GARBAGE.1, (0..3).map(|_| Act::Garbage));
        sink.next(LIMITED.1, sixth_of_twenty(limited(429)));
        sink.next(WARNED.1, sixth_of_twenty(limited(200)));
        sink.always(HANGING.1, Act::Hang);
        absent.down();
        for app in ALL {
            let receiver = if app == DOWN { &absent } else { &sink };
            home.app(
                app.0,
                &receiver.dsn(app.1),
                &format!("{}.log", app.0),
                THINNING_OFF,
            );
        }
        Self {
            sink,
            absent,
            home,
            printed: BTreeMap::new(),
        }
    }

    /// The receiver of an app.
    pub(crate) fn receiver(&self, app: (&str, u32)) -> &Sink {
        if app == DOWN {
            &self.absent
        } else {
            &self.sink
        }
    }

    /// The receiver that hung answers from now on (what hangs goes on hanging).
    pub(crate) fn hang_no_more(&self) {
        self.sink.always(HANGING.1, Act::ok());
    }

    /// Prints `count` traces for each of `apps`, `rate` rounds a second.
    pub(crate) fn print(&mut self, apps: &[(&'static str, u32)], count: usize, rate: f64) {
        let mut logs: Vec<_> = apps
            .iter()
            .map(|(name, _)| append(&self.home.log(&format!("{name}.log"))))
            .collect();
        let mut pace = Pace::new(rate);
        for _ in 0..count {
            for ((name, _), log) in apps.iter().zip(&mut logs) {
                let times = self.printed.entry(name).or_default();
                let now = Timestamp::now();
                let occurrence = times.len() as u64;
                let lines = traces::python(occurrence as u32, occurrence, now);
                let text = traces::text(&lines) + &traces::ordinary(occurrence, now) + "\n";
                times.push(Instant::now());
                log.write_all(text.as_bytes()).unwrap();
            }
            pace.step();
        }
    }

    /// Every app.
    pub(crate) fn print_for_all(&mut self, count: usize, rate: f64) {
        self.print(&ALL, count, rate);
    }

    /// How many events drew a 429.
    pub(crate) fn refused(&self) -> usize {
        let refused = self.sink.refused();
        refused
            .iter()
            .filter(|one| one.project == LIMITED.1.to_string())
            .count()
    }

    /// From print to request, sorted.
    pub(crate) fn latencies(&self, app: (&str, u32)) -> Vec<Duration> {
        let printed = &self.printed[app.0];
        let mut took: Vec<Duration> = self
            .sink
            .events_of(app.1)
            .iter()
            .filter_map(|arrived| {
                Some(arrived.at - printed[traces::occurrence_of(&arrived.event)? as usize])
            })
            .collect();
        took.sort_unstable();
        took
    }

    /// Every event has its fate: received, waiting, or in the ledger as the one that drew a 429.
    pub(crate) fn account(&self, agent: Agent) {
        let (status, took) = agent.stop();
        assert!(
            status.success() && took < Duration::from_secs(6),
            "{status} after {took:?}"
        );
        let waiting = state::waiting(&self.home);
        for app in ALL {
            let printed = self.printed[app.0].len() as u64;
            let received = self.receiver(app).events_of(app.1).len() as u64;
            let drew = state::dropped(&self.home, app.0, &["rate_limited"]);
            let refused = if app == LIMITED {
                self.refused() as u64
            } else {
                0
            };
            let waits = waiting.get(app.0).copied().unwrap_or(0);
            assert_eq!(
                drew, refused,
                "{}: each 429 costs the event that drew it, and no other",
                app.0
            );
            assert_eq!(
                received + drew + waits,
                printed,
                "{}: received {received} drew 429 {drew} waiting {waits}",
                app.0
            );
        }
    }
}
