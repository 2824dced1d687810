//! Timestamps. In: the start of a text. Out: the moment it names and how many bytes name it.
//!
//! A timestamp without a zone is read in the zone of its source *at that date*, so summer time is right. One that names
//! no possible moment (`2026-02-31`) is no timestamp.

use std::sync::Arc;

use super::calendar;
use crate::config::layout::{Format, Layout};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};

/// What a timestamp may need that it does not say.
#[derive(Debug, Clone)]
pub struct TimeContext {
    /// For timestamps that carry no zone.
    pub zone: TimeZone,
    /// For times of day without a date: a moment at or after them (the file's modification time).
    pub near: Timestamp,
    /// What the app says of how its lines are laid out.
    pub layout: Option<Arc<Layout>>,
}

impl TimeContext {
    /// What lines are wrapped in.
    #[must_use]
    pub fn format(&self) -> Format {
        self.layout.as_ref().map_or(Format::Auto, |l| l.format)
    }
}

/// A timestamp at the start of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The moment.
    pub time: Timestamp,
    /// Bytes that name it.
    pub len: usize,
    /// It names a date, not only a time of day.
    pub dated: bool,
}

/// Reads `2026-11-20 15:49:24,580`, `2026-11-20T15:49:24.580Z`, `2026/11/20 15:49:24.580123`, each with an optional
/// `+0200`, `+02:00`, ` +0000`, ` UTC` behind it; `15:49:24,580`; `Nov 20 15:49:24`, `11-20 15:49:24.580` and
/// `20-Nov-2026 15:49:24.580`.
#[must_use]
pub fn stamp(text: &[u8], context: &TimeContext) -> Option<Stamp> {
    match (text.get(2)?, text.get(4)?) {
        (b':', _) => time_of_day(text, context),
        (b'-', _) if text.get(5) == Some(&b' ') => calendar::numbers(text, context),
        (b'-', _) => calendar::day_first(text, context),
        (_, b'-' | b'/') => date_time(text, context),
        (b'a'..=b'z', _) => calendar::month_and_day(text, context),
        _ => None,
    }
}

fn date_time(text: &[u8], context: &TimeContext) -> Option<Stamp> {
    let mut cursor = Cursor { text, at: 0 };
    let year = cursor.digits(4)?;
    let separator = cursor.byte()?;
    let month = cursor.digits(2)?;
    if cursor.byte()? != separator || !matches!(separator, b'-' | b'/') {
        return None;
    }
    let day = cursor.digits(2)?;
    if !matches!(cursor.byte()?, b'T' | b't' | b' ' | b'_') {
        return None;
    }
    let time = clock(&mut cursor)?;
    let date = Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()?;
    let local = date.to_datetime(time);
    let moment = match zone(&mut cursor) {
        Some(offset) => offset.to_timestamp(local).ok()?,
        None => local_moment(local, &context.zone)?,
    };
    cursor.ends_here().then_some(Stamp {
        time: moment,
        len: cursor.at,
        dated: true,
    })
}

pub(super) fn local_moment(local: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_ambiguous_timestamp(local).compatible().ok()
}

/// A time of day is of the last day on which it lies not after `near`.
fn time_of_day(text: &[u8], context: &TimeContext) -> Option<Stamp> {
    let mut cursor = Cursor { text, at: 0 };
    let time = clock(&mut cursor)?;
    if !cursor.ends_here() {
        return None;
    }
    let today = context.zone.to_datetime(context.near).date();
    let latest = context.near.checked_add(AHEAD).ok()?;
    let time = [Some(today), today.yesterday().ok()]
        .into_iter()
        .flatten()
        .filter_map(|date| local_moment(date.to_datetime(time), &context.zone))
        .find(|moment| *moment <= latest)?;
    Some(Stamp {
        time,
        len: cursor.at,
        dated: false,
    })
}

/// A clock may be this far ahead of the file's.
const AHEAD: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);

pub(super) fn clock(cursor: &mut Cursor<'_>) -> Option<Time> {
    let hour = cursor.digits(2)?;
    cursor.expect(b':')?;
    let minute = cursor.digits(2)?;
    cursor.expect(b':')?;
    let second = cursor.digits(2)?;
    let nanos = fraction(cursor);
    Time::new(
        i8::try_from(hour).ok()?,
        i8::try_from(minute).ok()?,
        // A leap second is the last moment of its minute.
        i8::try_from(second.min(59)).ok()?,
        nanos,
    )
    .ok()
}

/// `.123`, `,123456`: nanoseconds. Digits past the ninth are passed over.
fn fraction(cursor: &mut Cursor<'_>) -> i32 {
    let mark = cursor.at;
    if !matches!(cursor.byte(), Some(b'.' | b',')) {
        cursor.at = mark;
        return 0;
    }
    let (mut nanos, mut digits) = (0_i32, 0);
    while let Some(digit) = cursor.digit() {
        if digits < 9 {
            nanos = nanos * 10 + i32::from(digit);
        }
        digits += 1;
    }
    if digits == 0 {
        cursor.at = mark;
        return 0;
    }
    nanos * 10_i32.pow(9_u32.saturating_sub(digits))
}

pub(super) fn zone(cursor: &mut Cursor<'_>) -> Option<Offset> {
    let mark = cursor.at;
    let found = zone_at(cursor);
    if found.is_none() {
        cursor.at = mark;
    }
    found
}

fn zone_at(cursor: &mut Cursor<'_>) -> Option<Offset> {
    let mut byte = cursor.byte()?;
    if byte == b' ' {
        if let Some(b"UTC" | b"GMT") = cursor.text.get(cursor.at..cursor.at + 3) {
            cursor.at += 3;
            return cursor.ends_here().then_some(Offset::UTC);
        }
        byte = cursor.byte()?;
    }
    let sign = match byte {
        b'Z' | b'z' => return cursor.ends_here().then_some(Offset::UTC),
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = cursor.digits(2)?;
    let mark = cursor.at;
    if cursor.byte() != Some(b':') {
        cursor.at = mark;
    }
    let minutes = cursor.digits(2)?;
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    Offset::from_seconds(sign * seconds)
        .ok()
        .filter(|_| cursor.ends_here())
}

/// A moment given as a number: seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by size.
#[must_use]
pub fn epoch(number: f64) -> Option<Timestamp> {
    let seconds = match number {
        n if !(1e8..1e20).contains(&n) => return None,
        n if n < 1e11 => n,
        n if n < 1e14 => n / 1e3,
        n if n < 1e17 => n / 1e6,
        n => n / 1e9,
    };
    // To the microsecond: finer than that a number in JSON is not exact.
    Timestamp::from_microsecond((seconds * 1e6).round() as i64).ok()
}

/// A place in a text, and steps from it.
pub(super) struct Cursor<'a> {
    pub(super) text: &'a [u8],
    pub(super) at: usize,
}

impl Cursor<'_> {
    pub(super) fn byte(&mut self) -> Option<u8> {
        let byte = *self.text.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    pub(super) fn digit(&mut self) -> Option<u8> {
        let byte = self.text.get(self.at).filter(|b| b.is_ascii_digit())?;
        self.at += 1;
        Some(byte - b'0')
    }

    pub(super) fn digits(&mut self, count: u32) -> Option<u32> {
        let mut number = 0;
        for _ in 0..count {
            number = number * 10 + u32::from(self.digit()?);
        }
        Some(number)
    }

    pub(super) fn expect(&mut self, byte: u8) -> Option<()> {
        (self.byte()? == byte).then_some(())
    }

    /// No letter or digit follows: what was read is the whole word.
    pub(super) fn ends_here(&self) -> bool {
        !self
            .text
            .get(self.at)
            .is_some_and(u8::is_ascii_alphanumeric)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(zone: &str) -> TimeContext {
        TimeContext {
            zone: TimeZone::get(zone).unwrap(),
            near: "2026-11-20T10:00:00Z".parse().unwrap(),
            layout: None,
        }
    }

    fn read(text: &str, zone: &str) -> Option<(String, usize)> {
        stamp(text.as_bytes(), &context(zone)).map(|s| (s.time.to_string(), s.len))
    }

    #[test]
    fn every_layout_names_its_moment() {
        for (text, moment, len) in [
            ("2026-11-20 15:49:24,580 - x", "2026-11-20T15:49:24.58Z", 23),
            ("2026-11-20T15:49:24.580Z x", "2026-11-20T15:49:24.58Z", 24),
            (
                "2026-11-20T15:49:24.580123456+02:00",
                "2026-11-20T13:49:24.580123456Z",
                35,
            ),
            ("2026-11-20 15:49:24 +0000]", "2026-11-20T15:49:24Z", 25),
            ("2026-11-20 15:49:24 UTC [7]", "2026-11-20T15:49:24Z", 23),
            (
                "2026/11/20 15:49:24.000001 m",
                "2026-11-20T15:49:24.000001Z",
                26,
            ),
            (
                "2026/11/20 15:49:24 ZeroDivisionError: x",
                "2026-11-20T15:49:24Z",
                19,
            ),
            ("2026-11-20 15:49:24 - x", "2026-11-20T15:49:24Z", 19),
            ("1970-01-01 00:00:00 x", "1970-01-01T00:00:00Z", 19),
            ("2099-12-31 23:59:60 x", "2099-12-31T23:59:59Z", 19),
        ] {
            assert_eq!(read(text, "UTC"), Some((moment.into(), len)), "{text}");
        }
    }

    #[test]
    fn a_time_without_zone_is_of_its_own_date() {
        let summer = read("2026-07-01 12:00:00 x", "Europe/Berlin").unwrap().0;
        let winter = read("2026-12-01 12:00:00 x", "Europe/Berlin").unwrap().0;
        assert_eq!(summer, "2026-07-01T10:00:00Z");
        assert_eq!(winter, "2026-12-01T11:00:00Z");
    }

    #[test]
    fn a_time_of_day_is_of_the_day_it_was_written() {
        assert_eq!(
            read("09:59:00,250 x", "UTC").unwrap().0,
            "2026-11-20T09:59:00.25Z"
        );
        assert_eq!(read("23:59:00 x", "UTC").unwrap().0, "2026-11-19T23:59:00Z");
    }

    #[test]
    fn what_is_no_moment_is_no_timestamp() {
        for text in [
            "2026-02-31 00:00:00",
            "2026-11-20",
            "2026-11-20 25:00:00",
            "2026-11/20 00:00:00",
            "",
            "12:3",
            "2026-11-20 15:49:24abc",
            "9999-99-99 99:99:99",
            "\u{ff12}026-11-20 00:00:00",
        ] {
            assert_eq!(read(text, "UTC"), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_moments_by_their_size() {
        assert_eq!(epoch(1.6e9).unwrap(), epoch(1.6e12).unwrap());
        assert_eq!(epoch(1.6e9).unwrap(), epoch(1.6e18).unwrap());
        let pino = epoch(1_795_189_764_580.0).unwrap();
        assert_eq!(pino.to_string(), "2026-11-20T15:49:24.58Z");
        assert_eq!(epoch(f64::NAN), None);
        assert_eq!(epoch(12.0), None);
    }
}
