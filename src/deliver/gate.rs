//! When the next envelope may go to one receiver, and how many at a time. In: verdicts. Out: times, and changes of state.
//!
//! One envelope at a time until one was accepted, after a limit, an outage or a refusal; then several. Never reads a
//! clock, never sleeps.

use std::time::Duration;

use crate::bounds::{
    FLIGHTS_MAX, PROBE_MS_MAX, PROBE_MS_MIN, RECOVERY_ENVELOPES, RECOVERY_GAP_MS, REFUSALS_MAX,
    RETRY_MS_MAX, RETRY_MS_MIN,
};
use crate::os::Now;
use crate::os::chance::Chance;

use super::backoff::Backoff;
use super::kept::{self, KeptTrouble};
use super::reply::Verdict;

/// Failures in a row from which on people are told: one alone is a hiccup.
const FAILURES_TOLD: u32 = 2;

/// A receiver that limits every minute is told of this often at most.
const LIMIT_TOLD_EVERY: Duration = Duration::from_mins(10);

/// A change that is worth a line in the agent's own log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// It does not answer as it should; the same envelopes are tried again.
    Down,
    /// It takes nothing under this DSN.
    Unwelcome,
    /// It limits us.
    Limited,
    /// It takes envelopes again.
    Well,
}

/// Why nothing goes out now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Trouble {
    /// No answer, or 5xx.
    Outage,
    /// The receiver refuses the DSN.
    Refusal,
    /// It takes the DSN and refuses one event after the other.
    Refusals,
}

/// Who went out when: an answer to an envelope sent before a change says nothing about the time after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp(u64);

/// What people were told since all was well.
#[derive(Debug, Default)]
struct Told {
    any: bool,
    down: bool,
    unwelcome: bool,
    /// When they were last told that it limits; outlives the good times.
    limited: Option<Duration>,
}

/// The gate towards one receiver.
#[derive(Debug)]
pub(super) struct Gate {
    era: u64,
    /// An envelope of this era was accepted.
    proven: bool,
    pause_until: Duration,
    outage: Backoff,
    refusal: Backoff,
    refusals: u32,
    /// Envelopes that still go at the pace of recovery.
    careful: u32,
    last_departure: Duration,
    /// Nothing was accepted since it limited.
    was_limited: bool,
    trouble: Option<Trouble>,
    told: Told,
    /// Something that a restart must know has changed.
    changed: bool,
}

impl Gate {
    /// A gate before the first envelope.
    pub(super) fn new() -> Self {
        let ms = Duration::from_millis;
        Self {
            era: 0,
            proven: false,
            pause_until: Duration::ZERO,
            outage: Backoff::new(ms(RETRY_MS_MIN), ms(RETRY_MS_MAX)),
            refusal: Backoff::new(ms(PROBE_MS_MIN), ms(PROBE_MS_MAX)),
            refusals: 0,
            careful: 0,
            last_departure: Duration::ZERO,
            was_limited: false,
            trouble: None,
            told: Told::default(),
            changed: false,
        }
    }

    /// What a restart must know; `None`: nothing is wrong.
    pub(super) fn kept(&self, now: Now) -> Option<KeptTrouble> {
        Some(KeptTrouble {
            trouble: self.trouble?,
            until: kept::to_wall(self.pause_until, now),
            outages: self.outage.failures(),
            refusals: self.refusal.failures(),
        })
    }

    /// As an earlier run left it. People are told again: it is another run's log.
    pub(super) fn restore(&mut self, kept: &KeptTrouble, kept_at: i64, now: Now) {
        self.trouble = Some(kept.trouble);
        self.pause_until = kept::to_mono(kept.until, kept_at, now);
        self.outage.restore(kept.outages);
        self.refusal.restore(kept.refusals);
    }

    /// Whether something that a restart must know has changed since this was asked.
    pub(super) fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// How many may be on their way at once.
    pub(super) fn slots(&self) -> usize {
        if self.proven && self.careful == 0 {
            FLIGHTS_MAX
        } else {
            1
        }
    }

    /// When the next may go, if not now.
    pub(super) fn not_before(&self, now: Duration) -> Option<Duration> {
        let mut at = self.pause_until;
        if self.careful > 0 {
            at = at.max(self.last_departure + Duration::from_millis(RECOVERY_GAP_MS));
        }
        (at > now).then_some(at)
    }

    /// What is wrong, if something is.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        self.trouble
    }

    /// Whether a client report can find out as well as an event if the receiver takes envelopes again.
    pub(super) fn probes_with_reports(&self) -> bool {
        self.trouble == Some(Trouble::Refusal)
    }

    /// One goes out.
    pub(super) fn depart(&mut self, now: Duration) -> Stamp {
        self.last_departure = now;
        Stamp(self.era)
    }

    /// An answer came in.
    pub(super) fn landed(
        &mut self,
        stamp: Stamp,
        verdict: Verdict,
        now: Duration,
        chance: &dyn Chance,
    ) -> Option<News> {
        if !self.is_current(stamp) {
            return None;
        }
        match verdict {
            Verdict::Accepted => self.accepted(),
            Verdict::Again => self.failed(now, chance),
            Verdict::Unwelcome => self.unwelcome(Trouble::Refusal, now, chance),
            Verdict::Limited => self.limited(now),
            Verdict::Refused | Verdict::TooLarge => {
                self.refusals += 1;
                if self.refusals < REFUSALS_MAX {
                    return None;
                }
                self.unwelcome(Trouble::Refusals, now, chance)
            }
        }
    }

    /// Whether nothing has changed since it went out.
    pub(super) fn is_current(&self, stamp: Stamp) -> bool {
        stamp.0 == self.era
    }

    /// Whether what comes next comes behind an outage or a limit.
    pub(super) fn is_recovering(&self) -> bool {
        self.careful > 0
    }

    /// The receiver asked for a longer pause than ours.
    pub(super) fn not_before_its_word(&mut self, at: Duration) {
        self.pause_until = self.pause_until.max(at);
    }

    fn accepted(&mut self) -> Option<News> {
        self.changed |= self.trouble.is_some();
        if self.trouble == Some(Trouble::Outage) || self.was_limited {
            self.careful = RECOVERY_ENVELOPES;
        } else {
            self.careful = self.careful.saturating_sub(1);
        }
        self.was_limited = false;
        self.proven = true;
        self.refusals = 0;
        self.outage.reset();
        self.refusal.reset();
        self.trouble = None;
        let told = Told {
            limited: self.told.limited,
            ..Told::default()
        };
        let before = std::mem::replace(&mut self.told, told);
        before.any.then_some(News::Well)
    }

    fn failed(&mut self, now: Duration, chance: &dyn Chance) -> Option<News> {
        let pause = self.outage.failed(chance);
        self.stop(now + pause, Trouble::Outage);
        let news = self.outage.failures() >= FAILURES_TOLD && !self.told.down;
        self.told.down |= news;
        news.then(|| self.tell(News::Down))
    }

    fn unwelcome(&mut self, trouble: Trouble, now: Duration, chance: &dyn Chance) -> Option<News> {
        let pause = self.refusal.failed_steadily(chance);
        self.stop(now + pause, trouble);
        let known = std::mem::replace(&mut self.told.unwelcome, true);
        (!known).then(|| self.tell(News::Unwelcome))
    }

    /// What waits is held by the limits; when they end, one goes first.
    fn limited(&mut self, now: Duration) -> Option<News> {
        self.era += 1;
        self.proven = false;
        self.careful = 0;
        self.was_limited = true;
        let known = |told: Duration| now.saturating_sub(told) < LIMIT_TOLD_EVERY;
        if self.told.limited.is_some_and(known) {
            return None;
        }
        self.told.limited = Some(now);
        Some(self.tell(News::Limited))
    }

    fn stop(&mut self, until: Duration, trouble: Trouble) {
        self.era += 1;
        self.proven = false;
        self.careful = 0;
        self.pause_until = until;
        self.trouble = Some(trouble);
        self.changed = true;
    }

    fn tell(&mut self, news: News) -> News {
        self.told.any = true;
        news
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::os::chance::SeededChance;

    const SECOND: Duration = Duration::from_secs(1);

    struct Played {
        gate: Gate,
        chance: SeededChance,
        now: Duration,
    }

    impl Played {
        fn new() -> Self {
            Self {
                gate: Gate::new(),
                chance: SeededChance::new(1),
                now: SECOND,
            }
        }

        /// One goes out as soon as it may; what its answer changed.
        fn send(&mut self, verdict: Verdict) -> Option<News> {
            self.now = self.gate.not_before(self.now).unwrap_or(self.now);
            let stamp = self.gate.depart(self.now);
            self.gate.landed(stamp, verdict, self.now, &self.chance)
        }

        fn pause(&self) -> Duration {
            self.gate
                .not_before(self.now)
                .map_or(Duration::ZERO, |at| at.saturating_sub(self.now))
        }
    }

    #[test]
    fn one_at_a_time_until_one_was_accepted() {
        let mut played = Played::new();
        assert_eq!(played.gate.slots(), 1);
        assert_eq!(played.send(Verdict::Accepted), None);
        assert_eq!(played.gate.slots(), FLIGHTS_MAX);
        assert_eq!(played.pause(), Duration::ZERO);
    }

    #[test]
    fn an_outage_is_told_once_and_recovery_is_paced() {
        let mut played = Played::new();
        let mut longest = Duration::ZERO;
        let news: Vec<Option<News>> = (0..12)
            .map(|_| {
                let news = played.send(Verdict::Again);
                longest = longest.max(played.pause());
                news
            })
            .collect();
        assert_eq!(news.iter().flatten().collect::<Vec<_>>(), [&News::Down]);
        assert!(
            longest > 10 * SECOND && longest <= 60 * SECOND,
            "{longest:?}"
        );
        assert_eq!(played.send(Verdict::Accepted), Some(News::Well));
        for _ in 0..RECOVERY_ENVELOPES {
            assert_eq!(played.gate.slots(), 1);
            assert_eq!(played.pause(), Duration::from_millis(RECOVERY_GAP_MS));
            assert_eq!(played.send(Verdict::Accepted), None);
        }
        assert_eq!(played.gate.slots(), FLIGHTS_MAX);
        played.send(Verdict::Again);
        assert!(played.pause() <= SECOND, "the pauses begin anew");
    }

    #[test]
    fn answers_from_before_a_change_change_nothing() {
        let mut played = Played::new();
        played.send(Verdict::Accepted);
        let stamps: Vec<Stamp> = (0..8).map(|_| played.gate.depart(SECOND)).collect();
        for stamp in &stamps {
            played
                .gate
                .landed(*stamp, Verdict::Again, SECOND, &played.chance);
        }
        assert!(played.pause() <= SECOND, "eight that fell together are one");
        let late = played
            .gate
            .landed(stamps[0], Verdict::Accepted, SECOND, &played.chance);
        assert_eq!((late, played.gate.slots()), (None, 1));
    }

    #[test]
    fn a_dsn_that_is_refused_is_probed_slowly_and_told_once() {
        let mut played = Played::new();
        let mut pauses = Vec::new();
        let news: Vec<Option<News>> = (0..12)
            .map(|_| {
                let news = played.send(Verdict::Unwelcome);
                pauses.push(played.pause().as_millis());
                news
            })
            .collect();
        assert_eq!(
            news.iter().flatten().collect::<Vec<_>>(),
            [&News::Unwelcome]
        );
        assert!((2_500..=5_000).contains(&pauses[0]), "{pauses:?}");
        assert!((300_000..=600_000).contains(&pauses[11]), "{pauses:?}");
        assert_eq!(played.send(Verdict::Accepted), Some(News::Well));
    }

    #[test]
    fn one_bad_event_is_no_bad_receiver_but_three_in_a_row_are() {
        let mut played = Played::new();
        assert_eq!(played.send(Verdict::Refused), None);
        assert_eq!(played.send(Verdict::TooLarge), None);
        assert_eq!(played.pause(), Duration::ZERO);
        played.send(Verdict::Accepted);
        played.send(Verdict::Refused);
        played.send(Verdict::Refused);
        assert_eq!(played.send(Verdict::Refused), Some(News::Unwelcome));
        assert!(played.pause() > SECOND);
    }

    #[test]
    fn after_a_limit_one_goes_first() {
        let mut played = Played::new();
        played.send(Verdict::Accepted);
        assert_eq!(played.send(Verdict::Limited), Some(News::Limited));
        assert_eq!(played.gate.slots(), 1);
        assert_eq!(played.send(Verdict::Limited), None);
        assert_eq!(played.send(Verdict::Accepted), Some(News::Well));
        for _ in 0..RECOVERY_ENVELOPES {
            assert_eq!(played.gate.slots(), 1);
            assert_eq!(played.pause(), Duration::from_millis(RECOVERY_GAP_MS));
            played.send(Verdict::Accepted);
        }
        assert_eq!(played.gate.slots(), FLIGHTS_MAX);
    }

    #[test]
    fn a_restart_takes_up_the_pauses_where_they_were_and_tells_again() {
        let mut before = Played::new();
        assert_eq!(before.send(Verdict::Accepted), None);
        assert!(!before.gate.take_changed());
        for _ in 0..12 {
            before.send(Verdict::Unwelcome);
        }
        assert!(before.gate.take_changed());
        let at = |mono| Now {
            wall: jiff::Timestamp::UNIX_EPOCH + (SECOND * 1_000_000 + before.now),
            mono,
        };
        let (ended, begun) = (at(before.now), at(SECOND));
        let kept = before.gate.kept(ended).unwrap();
        let mut after = Played::new();
        after
            .gate
            .restore(&kept, ended.wall.as_microsecond(), begun);
        after.now = SECOND;
        let lost = before.pause().abs_diff(after.pause());
        assert!(lost < Duration::from_millis(1), "{lost:?}");
        assert_eq!(after.gate.trouble(), Some(Trouble::Refusal));
        assert_eq!(after.send(Verdict::Unwelcome), Some(News::Unwelcome));
        assert!(
            after.pause() >= Duration::from_mins(5),
            "not from the start"
        );
        assert_eq!(after.send(Verdict::Accepted), Some(News::Well));
        assert_eq!(after.gate.kept(begun), None);
        assert!(after.gate.take_changed());
    }
}
