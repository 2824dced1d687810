//! Dates as people and runtimes write them, months as words or without a year. In: the start of a text. Out: the date, and
//! where it ends.
//!
//! A date without a year is of the last year in which it lies not after the file's time, so that December's lines stay in
//! the old year at New Year.

use jiff::Timestamp;
use jiff::civil::Date;

use super::time::{Cursor, Stamp, TimeContext, clock, local_moment, zone};

/// How far a date without a year may lie ahead: a clock that runs in another zone than was told.
const AHEAD: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);
/// How many years back one is looked for: 29 February comes every eight years at the least.
const YEARS: i16 = 8;

/// The English months, as syslog writes them.
const MONTHS: [&[u8; 3]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

/// How months begin in the languages into which Java's loggers are translated, in lower case; the first that fits counts.
const MONTH_STARTS: &[(&str, i8)] = &[
    ("jan", 1),
    ("ene", 1),
    ("gen", 1),
    ("янв", 1),
    ("feb", 2),
    ("fév", 2),
    ("fev", 2),
    ("фев", 2),
    ("mar", 3),
    ("mär", 3),
    ("mrt", 3),
    ("мар", 3),
    ("apr", 4),
    ("avr", 4),
    ("abr", 4),
    ("апр", 4),
    ("may", 5),
    ("mai", 5),
    ("mei", 5),
    ("mag", 5),
    ("maj", 5),
    ("мая", 5),
    ("jun", 6),
    ("juin", 6),
    ("giu", 6),
    ("июн", 6),
    ("jul", 7),
    ("juil", 7),
    ("lug", 7),
    ("июл", 7),
    ("aug", 8),
    ("ago", 8),
    ("aoû", 8),
    ("авг", 8),
    ("sep", 9),
    ("set", 9),
    ("сен", 9),
    ("oct", 10),
    ("okt", 10),
    ("out", 10),
    ("ott", 10),
    ("окт", 10),
    ("nov", 11),
    ("ноя", 11),
    ("dec", 12),
    ("déc", 12),
    ("dez", 12),
    ("dic", 12),
    ("дек", 12),
];

/// Length of `Nov 20 15:49:24`, if the text begins so. Only its shape is looked at.
pub(super) fn syslog_len(text: &[u8]) -> Option<usize> {
    let stamp = text.get(..16)?;
    let marks = [(3, b' '), (6, b' '), (9, b':'), (12, b':'), (15, b' ')];
    let digits = [5, 7, 8, 10, 11, 13, 14];
    let shaped = marks.iter().all(|(at, b)| stamp.get(*at) == Some(b))
        && digits
            .iter()
            .all(|at| stamp.get(*at).is_some_and(u8::is_ascii_digit))
        && matches!(stamp.get(4), Some(b' ' | b'0'..=b'3'))
        && MONTHS.iter().any(|m| stamp.starts_with(*m));
    shaped.then_some(15)
}

/// `Nov 20 15:49:24`.
pub(super) fn month_and_day(text: &[u8], context: &TimeContext) -> Option<Stamp> {
    let month = MONTHS.iter().position(|m| text.starts_with(*m))?;
    let mut cursor = Cursor { text, at: 3 };
    cursor.expect(b' ')?;
    let day = if text.get(4) == Some(&b' ') {
        cursor.at = 5;
        cursor.digits(1)?
    } else {
        cursor.digits(2)?
    };
    cursor.expect(b' ')?;
    yearless(cursor, i8::try_from(month + 1).ok()?, day, context)
}

/// `11-20 15:49:24.580`.
pub(super) fn numbers(text: &[u8], context: &TimeContext) -> Option<Stamp> {
    let mut cursor = Cursor { text, at: 0 };
    let month = cursor.digits(2)?;
    cursor.expect(b'-')?;
    let day = cursor.digits(2)?;
    cursor.expect(b' ')?;
    yearless(cursor, i8::try_from(month).ok()?, day, context)
}

/// `1120 15:49:24.580123`, as glog writes it behind its level.
pub(super) fn digits(text: &[u8], context: &TimeContext) -> Option<Stamp> {
    let mut cursor = Cursor { text, at: 0 };
    let (month, day) = (cursor.digits(2)?, cursor.digits(2)?);
    cursor.expect(b' ')?;
    yearless(cursor, i8::try_from(month).ok()?, day, context)
}

fn yearless(mut cursor: Cursor<'_>, month: i8, day: u32, context: &TimeContext) -> Option<Stamp> {
    let time = clock(&mut cursor)?;
    let day = i8::try_from(day).ok()?;
    let latest = context.near.checked_add(AHEAD).ok()?;
    let year = context.zone.to_datetime(latest).year();
    let moment = (0..=YEARS)
        .filter_map(|back| Date::new(year - back, month, day).ok())
        .filter_map(|date| local_moment(date.to_datetime(time), &context.zone))
        .find(|moment| *moment <= latest)?;
    stamp(&cursor, moment)
}

/// `20-Nov-2026 15:49:24.580`, as Tomcat writes it.
pub(super) fn day_first(text: &[u8], context: &TimeContext) -> Option<Stamp> {
    let mut cursor = Cursor { text, at: 0 };
    let day = cursor.digits(2)?;
    cursor.expect(b'-')?;
    let dash = memchr::memchr(b'-', text.get(3..13)?)?;
    let month = month(text.get(3..3 + dash)?)?;
    cursor.at = 3 + dash + 1;
    let year = cursor.digits(4)?;
    cursor.expect(b' ')?;
    let time = clock(&mut cursor)?;
    let offset = zone(&mut cursor);
    let date = Date::new(i16::try_from(year).ok()?, month, i8::try_from(day).ok()?).ok()?;
    let local = date.to_datetime(time);
    let moment = match offset {
        Some(offset) => offset.to_timestamp(local).ok()?,
        None => local_moment(local, &context.zone)?,
    };
    stamp(&cursor, moment)
}

/// `Nov 20, 2026 3:49:24 PM`, as java.util.logging writes it in the language of its machine.
pub(super) fn month_first(text: &[u8], context: &TimeContext) -> Option<Stamp> {
    let comma = memchr::memchr(b',', text.get(..24).unwrap_or(text))?;
    let mut day_at = comma.checked_sub(2)?;
    if text.get(day_at) == Some(&b' ') {
        day_at += 1;
    }
    let word = text.get(..day_at)?.strip_suffix(b" ")?;
    let mut cursor = Cursor { text, at: day_at };
    let day = cursor.digits(u32::try_from(comma - day_at).ok()?)?;
    cursor.at = comma + 1;
    cursor.expect(b' ')?;
    let year = cursor.digits(4)?;
    cursor.expect(b' ')?;
    let hour_len = if text.get(cursor.at + 1) == Some(&b':') {
        1
    } else {
        2
    };
    let hour = cursor.digits(hour_len)?;
    cursor.expect(b':')?;
    let minute = cursor.digits(2)?;
    cursor.expect(b':')?;
    let second = cursor.digits(2)?;
    cursor.expect(b' ')?;
    let (half, len) = half_day(text.get(cursor.at..)?)?;
    let hour = hour % 12 + half;
    let part = |number: u32| i8::try_from(number).ok();
    let date = Date::new(i16::try_from(year).ok()?, month(word)?, part(day)?).ok()?;
    let time = jiff::civil::Time::new(part(hour)?, part(minute)?, part(second.min(59))?, 0).ok()?;
    Some(Stamp {
        time: local_moment(date.to_datetime(time), &context.zone)?,
        len: cursor.at + len,
        dated: true,
    })
}

/// How Java names the halves of the day: hours to add, and the length of the name.
fn half_day(text: &[u8]) -> Option<(u32, usize)> {
    const HALVES: &[(&str, u32)] = &[
        ("AM ", 0),
        ("PM ", 12),
        ("A. M. ", 0),
        ("P. M. ", 12),
        ("A.\u{a0}M. ", 0),
        ("P.\u{a0}M. ", 12),
        ("A.M. ", 0),
        ("P.M. ", 12),
        ("FM ", 0),
        ("EM ", 12),
        ("午前 ", 0),
        ("午後 ", 12),
        ("上午 ", 0),
        ("下午 ", 12),
        ("오전 ", 0),
        ("오후 ", 12),
    ];
    let found = HALVES
        .iter()
        .find(|(name, _)| text.starts_with(name.as_bytes()))?;
    Some((found.1, found.0.len() - 1))
}

fn stamp(cursor: &Cursor<'_>, time: Timestamp) -> Option<Stamp> {
    cursor.ends_here().then_some(Stamp {
        time,
        len: cursor.at,
        dated: true,
    })
}

/// The month that a word names in one of the languages above.
pub(super) fn month(word: &[u8]) -> Option<i8> {
    let word = std::str::from_utf8(word).ok()?.to_lowercase();
    if let Some(number) = word.strip_suffix('月').or_else(|| word.strip_suffix('월')) {
        return number.parse().ok();
    }
    let found = MONTH_STARTS
        .iter()
        .find(|(start, _)| word.starts_with(start))?;
    Some(found.1)
}

/// `Sun Nov 22 01:18:34.082284 2026`, all of it.
pub(super) fn weekday_first(text: &[u8], context: &TimeContext) -> Option<Timestamp> {
    let mut words = text.split(|b| *b == b' ').filter(|word| !word.is_empty());
    words.next().filter(|day| day.len() == 3)?;
    let month = words.next()?;
    let month = MONTHS.iter().position(|name| name.as_slice() == month)? + 1;
    let number = |word: &[u8]| std::str::from_utf8(word).ok()?.parse::<i16>().ok();
    let day = number(words.next()?)?;
    let at = words.next()?;
    let date = Date::new(
        number(words.next()?)?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    );
    let time = clock(&mut Cursor { text: at, at: 0 })?;
    local_moment(date.ok()?.to_datetime(time), &context.zone).filter(|_| words.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::super::tests::utc;
    use super::*;

    fn read(text: &str) -> Option<String> {
        super::super::time::stamp(text.as_bytes(), &utc()).map(|s| s.time.to_string())
    }

    #[test]
    fn dates_without_a_year_are_of_the_last_one_that_fits() {
        for (text, moment) in [
            ("Nov 20 15:49:24 h", "2026-11-20T15:49:24Z"),
            ("Nov  2 15:49:24 h", "2026-11-02T15:49:24Z"),
            ("Dec 31 23:59:59 h", "2025-12-31T23:59:59Z"),
            ("Feb 29 00:00:00 h", "2024-02-29T00:00:00Z"),
            ("11-20 15:49:24.580 1", "2026-11-20T15:49:24.58Z"),
            ("11-21 01:00:00.000 1", "2026-11-21T01:00:00Z"),
            ("20-Nov-2026 15:49:24.580 x", "2026-11-20T15:49:24.58Z"),
            ("20-Okt.-2026 15:49:24.580 x", "2026-10-20T15:49:24.58Z"),
        ] {
            assert_eq!(read(text).as_deref(), Some(moment), "{text}");
        }
        for text in [
            "Nov 31 15:49:24 h",
            "Nox 20 15:49:24",
            "13-20 15:49:24.580",
            "20-Xyz-2026 15:49:24",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    /// `%tb` of Java 17 in each language of its loggers, January to December.
    #[test]
    fn months_are_known_in_the_languages_of_javas_loggers() {
        for row in [
            "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
            "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
            "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
            "ene feb mar abr may jun jul ago sept oct nov dic",
            "gen feb mar apr mag giu lug ago set ott nov dic",
            "jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez.",
            "1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月",
            "1월 2월 3월 4월 5월 6월 7월 8월 9월 10월 11월 12월",
            "jan. feb. mars apr. maj juni juli aug. sep. okt. nov. dec.",
            "jan. feb. mrt. apr. mei jun. jul. aug. sep. okt. nov. dec.",
            "янв. февр. мар. апр. мая июн. июл. авг. сент. окт. нояб. дек.",
        ] {
            let months: Vec<_> = row.split(' ').map(|m| month(m.as_bytes())).collect();
            let all: Vec<_> = (1..=12).map(Some).collect();
            assert_eq!(months, all, "{row}");
        }
    }
}
