//! What a receiver limits. In: `X-Sentry-Rate-Limits`, `Retry-After`, a bare 429. Out: until when a category must wait,
//! and how long an event has waited so far.
//!
//! `develop.sentry.dev/sdk/expected-features/rate-limiting/`: `<seconds>:<category;…>:<scope>:<reason>:<namespaces>, …`
//! on any status; an empty list of categories is all of them; unknown categories are ignored, and a group that names
//! only those is no group.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;

use crate::bounds::{LIMIT_MS_DEFAULT, LIMIT_STRETCHES_MAX};
use crate::os::Now;

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

/// The limits of one receiver.
#[derive(Debug, Clone, Default)]
pub(super) struct Limits {
    all: Duration,
    error: Duration,
    default: Duration,
    waits_error: Waits,
    waits_default: Waits,
}

impl Limits {
    /// Takes in an answer: a 429 (`refused`) or any other, to something of `category` (`None`: client reports alone).
    pub(super) fn take_in(
        &mut self,
        said: &Said,
        refused: bool,
        category: Option<Category>,
        now: Now,
    ) {
        if let Some(header) = &said.limits {
            for group in header.split(',') {
                self.take_group(group, now);
            }
        }
        if !refused {
            return;
        }
        let pause = said.retry_after(now.wall);
        if said.limits.is_none() {
            self.limit(Named::All, pause, now);
        } else if let Some(category) = category
            && self.blocked_until(category, now.mono).is_none()
        {
            // The header names others only, yet this one was refused: it alone waits, or each would draw its own 429.
            self.limit(category.into(), pause, now);
        }
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

    fn take_group(&mut self, group: &str, now: Now) {
        let mut fields = group.split(':').map(str::trim);
        let Some(pause) = fields.next().and_then(seconds) else {
            return;
        };
        let categories = fields.next().unwrap_or_default();
        if categories.is_empty() {
            self.limit(Named::All, pause, now);
            return;
        }
        for name in categories.split(';').map(str::trim) {
            match name {
                "error" => self.limit(Named::Error, pause, now),
                "default" => self.limit(Named::Default, pause, now),
                // Other categories are of things that we do not send.
                _ => {}
            }
        }
    }

    /// The later end wins.
    fn limit(&mut self, named: Named, pause: Duration, now: Now) {
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

    fn said(limits: Option<&str>, retry_after: Option<&str>) -> Said {
        Said {
            limits: limits.map(str::to_owned),
            retry_after: retry_after.map(str::to_owned),
        }
    }

    /// Seconds until (error, default, all) may be sent, after a 200 with this header.
    fn header(text: &str) -> (u64, u64, u64) {
        let mut limits = Limits::default();
        limits.take_in(&said(Some(text), None), false, None, at(0));
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
        limits.take_in(&said(Some("60:error:x"), None), false, None, at(0));
        limits.take_in(&said(Some("5:error:x"), None), false, None, at(1));
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
            limits.take_in(&said(None, text), true, Some(Category::Error), at(0));
            assert_eq!(left(&limits), (secs, secs, secs), "{text:?}");
        }
    }

    #[test]
    fn a_429_with_the_header_stops_what_it_names_and_what_drew_it() {
        let mut limits = Limits::default();
        let said = said(Some("60:default:x"), Some("30"));
        limits.take_in(&said, true, Some(Category::Default), at(0));
        assert_eq!(left(&limits), (0, 60, 0));

        let mut limits = Limits::default();
        limits.take_in(&said, true, Some(Category::Error), at(0));
        assert_eq!(left(&limits), (30, 60, 0));
    }

    #[test]
    fn retry_after_without_a_429_is_no_limit() {
        let mut limits = Limits::default();
        limits.take_in(&said(None, Some("30")), false, None, at(0));
        assert_eq!(left(&limits), (0, 0, 0));
    }

    #[test]
    fn waiting_is_summed_over_stretches() {
        let mut limits = Limits::default();
        let minute = said(Some("60::x"), None);
        limits.take_in(&minute, false, None, at(0));
        limits.take_in(&minute, false, None, at(30));
        limits.take_in(&minute, false, None, at(300));
        let worn = |since: u64, longest: Duration| {
            limits.worn_out_at(Category::Error, at(since).wall, longest)
        };
        assert_eq!(worn(0, MINUTE), Some(at(60).wall));
        assert_eq!(worn(0, Duration::from_secs(100)), Some(at(310).wall));
        assert_eq!(worn(60, MINUTE), Some(at(330).wall));
        assert_eq!(worn(0, Duration::from_secs(151)), None);
        assert_eq!(worn(400, MINUTE), None);
    }
}
