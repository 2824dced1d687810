//! From bytes to records. In: pieces of input, one after another. Out: the records found in them, and how far each origin
//! is decided.
//!
//! No threads and no clock: `now` comes in by value. A chunk is searched once for all openings and its lines are counted
//! in bulk; only from a hit on, and while a record of its lane is open, are lines looked at one by one.

mod back;
mod joined;

use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::Duration;

use jiff::tz::TimeZone;

use crate::assemble::{Around, Assembler, Belief, Place, Raw};
use crate::format::{Meta, TimeContext, stream_key, words};
use crate::language::{LANGUAGES, Language};
use crate::level::Level;
use crate::os::Now;
use crate::scan::{Scanner, count_lines, line_end, line_start};
use crate::source::{Entry, Hold, Input, LaneId, LastLine, Origin, Piece, Source};
use back::{EntryBack, FileBack};
use joined::Joined;

pub use crate::assemble::{Counts, Found};

/// What a pipeline needs to know beside its input.
pub struct Settings {
    /// The languages that read, in the order in which they are asked.
    pub languages: &'static [&'static dyn Language],
    /// The host's zone, for timestamps that carry none in files whose app names none.
    pub zone: TimeZone,
    /// Which timestamps are believed.
    pub belief: Belief,
    /// Whether records come with the log lines before them; where nobody shows them, they need not be read.
    pub breadcrumbs: bool,
    /// For each app, the level from which records without a trace are records too.
    pub messages: Vec<Option<Level>>,
}

/// One search for what opens a trace of these languages; that of all is made once in a process.
fn scanner(languages: &'static [&'static dyn Language]) -> Scanner {
    static ALL: LazyLock<Scanner> = LazyLock::new(|| search(LANGUAGES));
    if std::ptr::eq(languages, LANGUAGES) {
        ALL.clone()
    } else {
        search(languages)
    }
}

fn search(languages: &[&'static dyn Language]) -> Scanner {
    let openings = languages.iter().flat_map(|l| l.openings().iter().copied());
    Scanner::new(&openings.collect::<Vec<&str>>())
}

/// The pure rooms from bytes to records.
pub struct Pipeline {
    scanner: Scanner,
    joined: Joined,
    assembler: Assembler,
    zone: TimeZone,
    zones: HashMap<String, TimeZone>,
    messages: Vec<Option<Level>>,
}

/// Where in its file a piece of bytes stands.
#[derive(Clone, Copy)]
struct Chunk {
    lane: LaneId,
    origin: Origin,
    offset: u64,
}

impl Pipeline {
    /// A pipeline without state.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let grammars = settings
            .languages
            .iter()
            .zip(0..)
            .map(|(language, ix)| (ix, *language as &dyn crate::assemble::Grammar))
            .collect();
        Self {
            scanner: scanner(settings.languages),
            joined: Joined::default(),
            assembler: Assembler::new(grammars, settings.belief, settings.breadcrumbs),
            zone: settings.zone,
            zones: HashMap::new(),
            messages: settings.messages,
        }
    }

    /// Feeds one piece. `source` is asked for its lane, for what was stored of it, and for what stands before a hit.
    pub fn feed(
        &mut self,
        piece: &Piece,
        input: &Input,
        source: &mut dyn Source,
        now: Now,
        out: &mut Found,
    ) {
        match *piece {
            Piece::Bytes {
                lane,
                origin,
                offset,
                last,
                modified,
            } => {
                let (context, messages) = self.context(lane, source, modified);
                let chunk = Chunk {
                    lane,
                    origin,
                    offset,
                };
                out.counts.lines += count_lines(&input.bytes) + u64::from(last != LastLine::Whole);
                out.counts.bytes += input.bytes.len() as u64;
                self.bytes(chunk, &input.bytes, (&context, messages), source, now, out);
            }
            Piece::Entries { lane, origin } => {
                self.entries((lane, origin), &input.entries, source, now, out);
            }
            Piece::AtEnd { lane, modified } => {
                let (context, messages) = self.context(lane, source, modified);
                let mut back = FileBack::without_chunk(source);
                let mut around = around((&context, messages), now, &mut back);
                self.assembler.at_end(lane, &mut around, out);
            }
            Piece::Finished { lane } => {
                let (context, messages) = self.context(lane, source, now.wall);
                let mut back = FileBack::without_chunk(source);
                let mut around = around((&context, messages), now, &mut back);
                self.assembler.finished(lane, &mut around, out);
            }
        }
    }

    fn bytes(
        &mut self,
        chunk: Chunk,
        bytes: &[u8],
        (context, messages): (&TimeContext, Option<Level>),
        source: &mut dyn Source,
        now: Now,
        out: &mut Found,
    ) {
        let Chunk {
            lane,
            origin,
            offset,
        } = chunk;
        self.assembler
            .begin(lane, origin, offset, now, &|| source.stored_hold(origin));
        let mut back = FileBack::new(source, bytes, origin, offset);
        let mut around = around((context, messages), now, &mut back);
        let mut at = 0;
        // While a record goes on, nothing is looked for.
        let mut scan = self.scanner.over(bytes);
        let mut next = |at: usize| scan.next(at);
        while at < bytes.len() {
            if messages.is_none() && !self.assembler.busy(lane) {
                let Some(next) = next(at) else { break };
                at = line_start(bytes, at, next);
            }
            let end = line_end(bytes, at);
            let place = Place::new(lane, origin, offset + at as u64, offset + end as u64);
            let line = Raw::Bytes(bytes.get(at..end).unwrap_or_default());
            let mut opens = || next(at).is_some_and(|hit| hit < end);
            self.assembler
                .line(place, &line, &mut opens, &mut around, out);
            at = end;
        }
        self.assembler
            .fed(lane, offset + bytes.len() as u64, &mut around, out);
    }

    fn entries(
        &mut self,
        (lane, origin): (LaneId, Origin),
        entries: &[Entry],
        source: &mut dyn Source,
        now: Now,
        out: &mut Found,
    ) {
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
            return;
        };
        self.assembler.begin(lane, origin, first.number, now, &|| {
            source.stored_hold(origin)
        });
        let opening = self.joined.opening(&self.scanner, entries);
        for (nth, (entry, opens)) in entries.iter().zip(opening).enumerate() {
            out.counts.lines += 1;
            out.counts.bytes += entry.message.len() as u64;
            let loud = self.messages_of(lane, source).is_some();
            if !opens && !loud && !self.assembler.busy(lane) {
                continue;
            }
            let stream = stream_key(&entry.stream);
            if !opens && !loud && !self.assembler.concerns(lane, stream) {
                continue;
            }
            let place = Place::new(lane, origin, entry.number, entry.number + 1);
            if self.assembler.is_decided(place, stream, out) {
                continue;
            }
            let (context, messages) = self.context(lane, source, entry.time.unwrap_or(now.wall));
            let mut back = EntryBack::new(source, entries, nth);
            let mut lines = around((&context, messages), now, &mut back);
            self.entry(place, entry, opens || loud, &mut lines, out);
        }
        let (context, messages) = self.context(lane, source, now.wall);
        let mut back = FileBack::without_chunk(source);
        let mut around = around((&context, messages), now, &mut back);
        self.assembler.fed(lane, last.number + 1, &mut around, out);
    }

    /// The lines of one entry; at least one, however empty.
    fn entry(
        &mut self,
        place: Place,
        entry: &Entry,
        opens: bool,
        lines: &mut Around<'_>,
        out: &mut Found,
    ) {
        let (message, meta) = (entry.message.as_slice(), entry_meta(entry, opens));
        let mut at = 0;
        let mut count = 0;
        let mut scan = self.scanner.over(message);
        while at < message.len() || at == 0 {
            let end = line_end(message, at);
            let mut opens = || scan.next(at).is_some_and(|hit| hit < end);
            let line = message.get(at..end).unwrap_or_default();
            let goes_on = entry.partial && end >= message.len() && !line.ends_with(b"\n");
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            let raw = if goes_on {
                Raw::Part(line, &meta)
            } else {
                Raw::Entry(line, &meta)
            };
            let place = place.line_at(at);
            self.assembler.line(place, &raw, &mut opens, lines, out);
            at = end.max(at + 1);
            count += 1;
        }
        let is_record = count > 1 && !entry.partial;
        self.assembler
            .entry_ends((place, meta.stream), is_record, lines, out);
    }

    /// The least level that an app of the lane asks for.
    fn messages_of(&self, lane: LaneId, source: &dyn Source) -> Option<Level> {
        let apps = source.lane(lane)?.apps.iter();
        let asked = apps.filter_map(|app| *self.messages.get(usize::from(*app))?);
        asked.min()
    }

    /// How the lane's lines are read: their times, and whether records without a trace count.
    fn context(
        &mut self,
        lane: LaneId,
        source: &dyn Source,
        near: jiff::Timestamp,
    ) -> (TimeContext, Option<Level>) {
        let messages = self.messages_of(lane, source);
        (self.time_context(lane, source, near), messages)
    }

    fn time_context(
        &mut self,
        lane: LaneId,
        source: &dyn Source,
        near: jiff::Timestamp,
    ) -> TimeContext {
        let writing = source.lane(lane).map(|lane| &lane.writing);
        let layout = writing.and_then(|w| w.layout.clone());
        let Some(name) = writing.and_then(|w| w.timezone.as_deref()) else {
            let zone = self.zone.clone();
            return TimeContext { zone, near, layout };
        };
        if let Some(zone) = self.zones.get(name).cloned() {
            return TimeContext { zone, near, layout };
        }
        let zone = TimeZone::get(name).unwrap_or_else(|_| self.zone.clone());
        self.zones.insert(name.to_owned(), zone.clone());
        TimeContext { zone, near, layout }
    }

    /// Lanes with open records that are due at `now`: a read that finds their end lets silence be counted.
    #[must_use]
    pub fn overdue(&self, now: Now) -> Vec<LaneId> {
        let mut lanes: Vec<LaneId> = self
            .assembler
            .deadlines()
            .filter(|(_, due)| *due <= now.mono)
            .map(|(lane, _)| lane)
            .collect();
        lanes.sort_unstable();
        lanes
    }

    /// When the next lane is due, as monotonic time.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Duration> {
        self.assembler.deadlines().map(|(_, due)| due).min()
    }

    /// How far `origin` is covered by decisions; `None` of one that was not fed yet, or of which all is decided.
    #[must_use]
    pub fn hold(&self, origin: Origin) -> Option<Hold> {
        self.assembler.hold(origin)
    }

    /// After a failed commit: what was open is forgotten, the source begins again where the last commit stands.
    pub fn reset(&mut self) {
        self.assembler.reset();
    }
}

fn around<'a>(
    (context, messages): (&'a TimeContext, Option<Level>),
    now: Now,
    back: &'a mut dyn crate::assemble::Back,
) -> Around<'a> {
    Around {
        context,
        now,
        back,
        messages,
    }
}

/// What an entry says of itself; its further fields only where a record may begin.
fn entry_meta(entry: &Entry, further: bool) -> Meta {
    let mut meta = Meta {
        stream: stream_key(&entry.stream),
        time: entry.time,
        level: entry.priority.and_then(words::priority_level),
        route: entry.route,
        ..Meta::default()
    };
    if further {
        crate::format::journal::read(entry, &mut meta);
    }
    meta
}
