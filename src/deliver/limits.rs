//! What a receiver limits. In: `X-Sentry-Rate-Limits`, `Retry-After`, a bare 429. Out: until when a category must wait,
//! and how long an event has waited so far.
//!
//! `develop.sentry.dev/sdk/expected-features/rate-limiting/`: `<seconds>:<category;…>:<scope>:<reason>:<namespaces>, …`
//! on any status; an empty list of categories is all of them; unknown categories are ignored, and a group that names
//! only those is no group.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;

use crate::bounds::{LIMIT_MS_DEFAULT, LIMIT_SPREAD_MS_MAX, LIMIT_STRETCHES_MAX};
use crate::os::Now;

use super::kept::{self, KeptLimits};

/// Longer limits are taken for this long: the sum with a clock must not overflow.
const LONGEST: Duration = Duration::from_hours(24 * 366);

/// One category of what we send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Category {
    /// Events with an exception.
    Error,
    /// Events without: servers count them as `default` or as `error`, so they wait for both.
    Default,
}

impl Category {
    /// By its name in the store.
    pub(super) fn of(name: &str) -> Self {
        if name == "default" {
            Self::Default
        } else {
            Self::Error
        }
    }
}

/// What one answer says about limits: its two headers as they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// `X-Sentry-Rate-Limits`, several headers joined with commas.
    pub(super) limits: Option<String>,
    /// `Retry-After`.
    pub(super) retry_after: Option<String>,
}

/// When an answer came, and its chance: hosts that one answer stopped together must not come back together.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    pub(super) now: Now,
    /// 0.0 to 1.0: how far behind the announced end we begin again.
    pub(super) fraction: f64,
}

/// The limits of one receiver.
#[derive(Debug, Clone, Default)]
pub(super) struct Limits {
    all: Duration,
    error: Duration,
    default: Duration,
    waits_error: Waits,
    waits_default: Waits,
    /// Something that a restart must know has changed.
    changed: bool,
}

impl Limits {
    /// Takes in an answer: a 429 (`refused`) or any other, to something of `category` (`None`: client reports alone).
    pub(super) fn take_in(
        &mut self,
        said: &Said,
        refused: bool,
        category: Option<Category>,
        at: At,
    ) {
        let mut understood = false;
        for group in said.limits.iter().flat_map(|header| header.split(',')) {
            understood |= self.take_group(group, at);
        }
        if !refused {
            return;
        }
        let now = at.now;
        let pause = said.retry_after(now.wall);
        if !understood {
            self.limit(Named::All, pause, at);
        } else if let Some(category) = category
            && self.blocked_until(category, now.mono).is_none()
        {
            // The header names others only, yet this one was refused: it alone waits, or each would draw its own 429.
            self.limit(category.into(), pause, at);
        }
    }

    /// What a restart must know; `None`: there are no limits.
    pub(super) fn kept(&self, now: Now) -> Option<KeptLimits> {
        let until = |until: Duration| (until > now.mono).then(|| kept::to_wall(until, now));
        self.are_on(now.mono).then(|| KeptLimits {
            all: until(self.all),
            error: until(self.error),
            default: until(self.default),
            waits_error: self.waits_error.kept(),
            waits_default: self.waits_default.kept(),
        })
    }

    /// Whether any category must wait.
    pub(super) fn are_on(&self, now: Duration) -> bool {
        self.all.max(self.error).max(self.default) > now
    }

    /// As an earlier run left them.
    pub(super) fn restore(&mut self, kept: &KeptLimits, kept_at: i64, now: Now) {
        let until = |until: Option<i64>| {
            until.map_or(Duration::ZERO, |until| kept::to_mono(until, kept_at, now))
        };
        self.all = until(kept.all);
        self.error = until(kept.error);
        self.default = until(kept.default);
        self.waits_error = Waits::restored(&kept.waits_error);
        self.waits_default = Waits::restored(&kept.waits_default);
    }

    /// Whether something that a restart must know has changed since this was asked.
    pub(super) fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// When a category may be sent again, if it may not now.
    pub(super) fn blocked_until(&self, category: Category, now: Duration) -> Option<Duration> {
        let until = match category {
            Category::Error => self.all.max(self.error),
            Category::Default => self.all.max(self.error).max(self.default),
        };
        (until > now).then_some(until)
    }

    /// When anything may be sent again, if nothing may now: client reports obey this alone.
    pub(super) fn all_blocked_until(&self, now: Duration) -> Option<Duration> {
        (self.all > now).then_some(self.all)
    }

    /// When an event that came at `since` will have waited `longest` for the limits known so far, if it will.
    pub(super) fn worn_out_at(
        &self,
        category: Category,
        since: Timestamp,
        longest: Duration,
    ) -> Option<Timestamp> {
        match category {
            Category::Error => self.waits_error.worn_out_at(since, longest),
            Category::Default => self.waits_default.worn_out_at(since, longest),
        }
    }

    /// False for what is no group.
    fn take_group(&mut self, group: &str, at: At) -> bool {
        let mut fields = group.split(':').map(str::trim);
        let Some(pause) = fields.next().and_then(seconds) else {
            return false;
        };
        let categories = fields.next().unwrap_or_default();
        if categories.is_empty() {
            self.limit(Named::All, pause, at);
            return true;
        }
        for name in categories.split(';').map(str::trim) {
            match name {
                "error" => self.limit(Named::Error, pause, at),
                "default" => self.limit(Named::Default, pause, at),
                // Other categories are of things that we do not send.
                _ => {}
            }
        }
        true
    }

    /// The later end wins.
    fn limit(&mut self, named: Named, pause: Duration, at: At) {
        let now = at.now;
        let spread = (pause / 10).min(Duration::from_millis(LIMIT_SPREAD_MS_MAX));
        let pause = pause + spread.mul_f64(at.fraction);
        self.changed = true;
        let slot = match named {
            Named::All => &mut self.all,
            Named::Error => &mut self.error,
            Named::Default => &mut self.default,
        };
        *slot = (*slot).max(now.mono + pause);
        let until = now.wall.saturating_add(pause).unwrap_or(Timestamp::MAX);
        if named != Named::Default {
            self.waits_error.wait(now.wall, until);
        }
        self.waits_default.wait(now.wall, until);
    }
}

/// What a limit is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    All,
    Error,
    Default,
}

impl From<Category> for Named {
    fn from(category: Category) -> Self {
        match category {
            Category::Error => Self::Error,
            Category::Default => Self::Default,
        }
    }
}

impl Said {
    /// `Retry-After` as seconds, a fraction of them, or a date; else a minute. Never nothing: it follows a 429.
    fn retry_after(&self, now: Timestamp) -> Duration {
        self.retry_after
            .as_deref()
            .and_then(|text| retry_after(text, now))
            .unwrap_or(Duration::from_millis(LIMIT_MS_DEFAULT))
            .max(Duration::from_secs(1))
    }
}

/// Reads `Retry-After`: seconds, a fraction of them, or an HTTP date.
pub(super) fn retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    seconds(text).or_else(|| {
        let then = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
        Duration::try_from(then.duration_since(now)).ok()
    })
}

fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.trim().parse().ok()?;
    if seconds.is_nan() || seconds < 0.0 {
        return None;
    }
    Some(Duration::try_from_secs_f64(seconds).map_or(LONGEST, |pause| pause.min(LONGEST)))
}

/// The stretches of time in which a category had to wait, oldest first, none touching another.
#[derive(Debug, Clone, Default)]
struct Waits {
    stretches: VecDeque<(Timestamp, Timestamp)>,
}

impl Waits {
    fn kept(&self) -> Vec<(i64, i64)> {
        let stretches = self.stretches.iter();
        stretches
            .map(|(from, until)| (from.as_microsecond(), until.as_microsecond()))
            .collect()
    }

    fn restored(kept: &[(i64, i64)]) -> Self {
        let time = |us: i64| Timestamp::from_microsecond(us).ok();
        let stretches = kept.iter().take(LIMIT_STRETCHES_MAX);
        Self {
            stretches: stretches
                .filter_map(|(from, until)| Some((time(*from)?, time(*until)?)))
                .collect(),
        }
    }

    fn wait(&mut self, from: Timestamp, until: Timestamp) {
        if let Some(last) = self.stretches.back_mut()
            && last.1 >= from
        {
            last.1 = last.1.max(until);
            return;
        }
        if self.stretches.len() >= LIMIT_STRETCHES_MAX {
            // Forgetting one keeps events longer, never shorter.
            self.stretches.pop_front();
        }
        self.stretches.push_back((from, until));
    }

    fn worn_out_at(&self, since: Timestamp, longest: Duration) -> Option<Timestamp> {
        let mut left = longest;
        for (from, until) in &self.stretches {
            let from = (*from).max(since);
            let stretch = Duration::try_from(until.duration_since(from)).unwrap_or_default();
            if stretch >= left {
                return from.checked_add(left).ok();
            }
            left = left.saturating_sub(stretch);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    fn at(seconds: u64) -> Now {
        Now {
            wall: "2026-11-20T15:00:00Z".parse::<Timestamp>().unwrap()
                + Duration::from_secs(seconds),
            mono: Duration::from_secs(1_000 + seconds),
        }
    }

    /// An answer that came then, by chance without any spread.
    fn sharp(seconds: u64) -> At {
        At {
            now: at(seconds),
            fraction: 0.0,
        }
    }

    fn said(limits: Option<&str>, retry_after: Option<&str>) -> Said {
        Said {
            limits: limits.map(str::to_owned),
            retry_after: retry_after.map(str::to_owned),
        }
    }

    /// Seconds until (error, default, all) may be sent, after a 200 with this header.
    fn header(text: &str) -> (u64, u64, u64) {
        let mut limits = Limits::default();
        limits.take_in(&said(Some(text), None), false, None, sharp(0));
        left(&limits)
    }

    fn left(limits: &Limits) -> (u64, u64, u64) {
        let now = at(0).mono;
        let secs =
            |until: Option<Duration>| until.map_or(0, |until| until.saturating_sub(now).as_secs());
        (
            secs(limits.blocked_until(Category::Error, now)),
            secs(limits.blocked_until(Category::Default, now)),
            secs(limits.all_blocked_until(now)),
        )
    }

    #[test]
    fn the_header_in_all_its_forms() {
        assert_eq!(header("60:error:project:spike"), (60, 60, 0));
        assert_eq!(header("60:default:project:spike"), (0, 60, 0));
        assert_eq!(header("60::key"), (60, 60, 60));
        assert_eq!(header("60"), (60, 60, 60));
        assert_eq!(
            header(" 60 : error ; transaction : project , 90: default "),
            (60, 90, 0)
        );
        assert_eq!(header("2.5:error:key"), (2, 2, 0));
        assert_eq!(header("86400:transaction;span:organization"), (0, 0, 0));
        assert_eq!(
            header("86400:transaction:organization, 60::key"),
            (60, 60, 60)
        );
        assert_eq!(header("10:error:x, 5:error:y"), (10, 10, 0));
        assert_eq!(
            header("10:error:project:reason:ns1;ns2:more:of:it"),
            (10, 10, 0)
        );
    }

    #[test]
    fn rubbish_in_the_header_limits_nothing() {
        for text in [
            "",
            ",",
            "x:error",
            "-5:error",
            "NaN:error",
            ":error",
            "60:weather:sun",
        ] {
            assert_eq!(header(text), (0, 0, 0), "{text}");
        }
        assert_eq!(header("1e300:error").0, LONGEST.as_secs());
        assert_eq!(header("inf:error").0, LONGEST.as_secs());
    }

    #[test]
    fn the_later_end_wins() {
        let mut limits = Limits::default();
        limits.take_in(&said(Some("60:error:x"), None), false, None, sharp(0));
        limits.take_in(&said(Some("5:error:x"), None), false, None, sharp(1));
        assert_eq!(left(&limits).0, 60);
        assert_eq!(limits.blocked_until(Category::Error, at(60).mono), None);
    }

    #[test]
    fn a_429_without_the_header_stops_all() {
        let cases = [
            (None, 60),
            (Some("7"), 7),
            (Some("7.9"), 7),
            (Some("0"), 1),
            (Some("Fri, 20 Nov 2026 15:02:00 GMT"), 120),
            (Some("Fri, 20 Nov 2026 14:00:00 GMT"), 60),
            (Some("soon"), 60),
        ];
        for (text, secs) in cases {
            let mut limits = Limits::default();
            limits.take_in(&said(None, text), true, Some(Category::Error), sharp(0));
            assert_eq!(left(&limits), (secs, secs, secs), "{text:?}");
        }
    }

    #[test]
    fn a_429_with_the_header_stops_what_it_names_and_what_drew_it() {
        let mut limits = Limits::default();
        let said = said(Some("60:default:x"), Some("30"));
        limits.take_in(&said, true, Some(Category::Default), sharp(0));
        assert_eq!(left(&limits), (0, 60, 0));

        let mut limits = Limits::default();
        limits.take_in(&said, true, Some(Category::Error), sharp(0));
        assert_eq!(left(&limits), (30, 60, 0));
    }

    #[test]
    fn retry_after_without_a_429_is_no_limit() {
        let mut limits = Limits::default();
        limits.take_in(&said(None, Some("30")), false, None, sharp(0));
        assert_eq!(left(&limits), (0, 0, 0));
    }

    #[test]
    fn waiting_is_summed_over_stretches() {
        let mut limits = Limits::default();
        let minute = said(Some("60::x"), None);
        limits.take_in(&minute, false, None, sharp(0));
        limits.take_in(&minute, false, None, sharp(30));
        limits.take_in(&minute, false, None, sharp(300));
        let worn = |since: u64, longest: Duration| {
            limits.worn_out_at(Category::Error, at(since).wall, longest)
        };
        assert_eq!(worn(0, MINUTE), Some(at(60).wall));
        assert_eq!(worn(0, Duration::from_secs(100)), Some(at(310).wall));
        assert_eq!(worn(60, MINUTE), Some(at(330).wall));
        assert_eq!(worn(0, Duration::from_secs(151)), None);
        assert_eq!(worn(400, MINUTE), None);
    }

    #[test]
    fn hosts_that_were_stopped_together_begin_again_apart() {
        let until = |header: &str, fraction: f64| {
            let mut limits = Limits::default();
            let at = At {
                now: at(0),
                fraction,
            };
            limits.take_in(&said(Some(header), None), false, None, at);
            let until = limits.all_blocked_until(at.now.mono).unwrap();
            until.saturating_sub(at.now.mono).as_millis()
        };
        assert_eq!((until("20::x", 0.0), until("20::x", 0.5)), (20_000, 21_000));
        assert_eq!(until("3600::x", 1.0), 3_605_000, "a little is enough");
    }

    #[test]
    fn a_restart_waits_on_and_remembers_how_long_it_waited() {
        let mut before = Limits::default();
        assert_eq!(before.kept(at(0)), None);
        before.take_in(
            &said(Some("60:default:x, 30::y"), None),
            false,
            None,
            sharp(0),
        );
        assert!(before.take_changed() && !before.take_changed());
        let kept = before.kept(at(10)).unwrap();
        let mut after = Limits::default();
        after.restore(&kept, at(10).wall.as_microsecond(), at(20));
        for category in [Category::Error, Category::Default] {
            assert_eq!(
                after.blocked_until(category, at(20).mono),
                before.blocked_until(category, at(20).mono)
            );
            let worn = |limits: &Limits| limits.worn_out_at(category, at(0).wall, MINUTE / 2);
            assert_eq!(worn(&after), worn(&before));
        }
        assert_eq!(before.kept(at(61)), None);
    }
}
