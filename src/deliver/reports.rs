//! Client reports: what was dropped on this side, told to the receiver. In: quantities from the store. Out: a payload.
//!
//! `develop.sentry.dev/sdk/telemetry/client-reports/`. One payload stays within 4 KiB; what does not fit goes with the
//! next. Quantities are taken off in the store only when an envelope that carried them was accepted.

use std::time::Duration;

use jiff::Timestamp;

use crate::bounds::{REPORT_BYTES_MAX, REPORTS_WAIT_MS};
use crate::store::ClientReport;

/// Bytes around the list.
const FRAME_BYTES: usize = 64;

/// When to ask the store for reports, so that an idle agent never does.
#[derive(Debug)]
pub(super) struct Reports {
    /// Something happened since they were asked for last.
    wanted: bool,
    next_at: Duration,
    /// Some are on their way: the same quantities must not go twice.
    aloft: bool,
    /// The drain in which they were sent already.
    drained: Option<u64>,
}

impl Reports {
    /// What an earlier run left is asked for at once.
    pub(super) fn new() -> Self {
        Self {
            wanted: true,
            next_at: Duration::ZERO,
            aloft: false,
            drained: None,
        }
    }

    /// Something may be there.
    pub(super) fn woken(&mut self) {
        self.wanted = true;
    }

    pub(super) fn may_be_there(&self) -> bool {
        self.wanted && !self.aloft
    }

    pub(super) fn due(&self, now: Duration) -> bool {
        self.may_be_there() && self.next_at <= now
    }

    /// At the end of a drain they go out whatever the time, once.
    pub(super) fn due_in_drain(&mut self, turn: u64) -> bool {
        !self.aloft && self.drained.replace(turn) != Some(turn)
    }

    /// When they will be due.
    pub(super) fn next_at(&self) -> Option<Duration> {
        self.may_be_there().then_some(self.next_at)
    }

    pub(super) fn asked(&mut self, now: Duration) {
        self.wanted = false;
        self.next_at = now + Duration::from_millis(REPORTS_WAIT_MS);
    }

    pub(super) fn departed(&mut self) {
        self.aloft = true;
    }

    pub(super) fn landed(&mut self, taken: bool) {
        self.aloft = false;
        self.wanted = self.wanted || !taken;
    }
}

#[derive(serde::Serialize)]
struct Payload<'a> {
    timestamp: i64,
    discarded_events: Vec<Line<'a>>,
}

#[derive(serde::Serialize)]
struct Line<'a> {
    reason: &'a str,
    category: &'a str,
    quantity: u64,
}

impl<'a> Line<'a> {
    fn of(report: &'a ClientReport) -> Self {
        Self {
            reason: &report.reason,
            category: &report.category,
            quantity: report.quantity,
        }
    }

    fn bytes(&self) -> usize {
        serde_json::to_vec(self).map_or(REPORT_BYTES_MAX, |json| json.len() + 1)
    }
}

/// The payload and how many of `reports` it holds, or `None` where there is nothing to say.
pub(super) fn payload(reports: &[ClientReport], now: Timestamp) -> Option<(Vec<u8>, usize)> {
    let mut bytes = FRAME_BYTES;
    let fits = |line: &Line<'_>| {
        bytes += line.bytes();
        bytes <= REPORT_BYTES_MAX
    };
    let discarded_events: Vec<Line<'_>> = reports.iter().map(Line::of).take_while(fits).collect();
    let held = discarded_events.len();
    let payload = Payload {
        timestamp: now.as_second(),
        discarded_events,
    };
    let json = serde_json::to_vec(&payload).ok()?;
    (held > 0).then_some((json, held))
}

/// A report of nothing: it asks whether the receiver takes what is sent under the DSN.
pub(super) fn nothing(now: Timestamp) -> Vec<u8> {
    let at = now.as_second();
    format!("{{\"timestamp\":{at},\"discarded_events\":[]}}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(reason: &str, quantity: u64) -> ClientReport {
        ClientReport {
            reason: reason.to_owned(),
            category: "error".to_owned(),
            quantity,
        }
    }

    #[test]
    fn as_the_protocol_has_it() {
        let now = "2026-11-20T15:00:00Z".parse().unwrap();
        let (json, held) = payload(&[report("sample_rate", 3)], now).unwrap();
        assert_eq!(held, 1);
        assert_eq!(
            String::from_utf8(json).unwrap(),
            r#"{"timestamp":1795186800,"discarded_events":[{"reason":"sample_rate","category":"error","quantity":3}]}"#
        );
        assert_eq!(payload(&[], now), None);
    }

    #[test]
    fn never_more_than_the_bound() {
        let reports: Vec<ClientReport> = (0..200)
            .map(|n| report(&format!("reason_{n}"), u64::MAX))
            .collect();
        let (json, held) = payload(&reports, Timestamp::UNIX_EPOCH).unwrap();
        assert!(
            json.len() <= REPORT_BYTES_MAX && json.len() > 3_800,
            "{}",
            json.len()
        );
        assert!(held > 0 && held < 200);
    }
}
