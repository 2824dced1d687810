//! What `journalctl -o export` prints (systemd.io/JOURNAL_EXPORT_FORMATS). In: text, in whatever pieces it comes. Out: entries'
//! identities and fields.
//!
//! Most fields of an entry tell who wrote it, and stand before its message, the same in each of a process's entries: what was
//! there before is found again as a whole and not taken apart anew.

use std::ops::Range;

use super::fields;
use super::reader::{Show, Writer};
use crate::bounds::{ENTRY_MESSAGE_BYTES_MAX, JOURNAL_WRITER_BYTES_MAX, JOURNAL_WRITERS_MAX};
use crate::os::journal::{Cursors, EntryId};

const CURSOR: &[u8] = b"__CURSOR=";
/// Microseconds since 1970, of 16 digits until 2286.
const REALTIME: &[u8] = b"__REALTIME_TIMESTAMP=";
const MESSAGE: &[u8] = b"MESSAGE=";
/// When the entry was sent, behind the message of nearly each.
const SENT: &[u8] = b"_SOURCE_REALTIME_TIMESTAMP=";

/// Printed text, taken apart as far as it is there.
#[derive(Debug, Default)]
pub(super) struct Printed {
    bytes: Vec<u8>,
    /// Behind the entry at hand.
    taken: usize,
    /// What was looked at of the next one.
    seen: usize,
    /// Of a field that is too long, bytes that have still to come and to be thrown away.
    too_long: usize,
    /// Where the entry's cursor stands.
    cursor: Option<Range<usize>>,
    cursors: Cursors,
    /// Its fields, but those of its writer.
    fields: Vec<Field>,
    /// Whose entry it is, once that was looked for.
    written_by: Option<WrittenBy>,
    /// Those with the longest fields first.
    writers: Vec<Known>,
    /// Counts how often one was met.
    looked: u64,
}

/// One field: where its name stands, and its value.
#[derive(Debug, Clone)]
struct Field {
    name: Range<usize>,
    value: Range<usize>,
}

/// Where the fields of an entry's writer stand.
#[derive(Debug)]
struct WrittenBy {
    /// Which of those known.
    known: Option<usize>,
    /// His fields; the entry's own stand behind them.
    place: Range<usize>,
}

/// A writer's fields, as they were printed.
#[derive(Debug)]
struct Known {
    number: u64,
    fields: Vec<u8>,
    /// [`tail`] of these.
    tail: u128,
    /// When it was met last.
    met: u64,
}

impl Known {
    /// Does this text begin with these fields? Their end is looked at first: it tells most of them apart.
    fn begins(&self, text: &[u8]) -> bool {
        let text = text.get(..self.fields.len());
        text.is_some_and(|text| tail(text) == self.tail && text == self.fields)
    }
}

impl Show for Known {
    fn show(&self, each: &mut dyn FnMut(&[u8], &[u8])) {
        let lines = self.fields.split(|byte| *byte == b'\n');
        for line in lines.filter(|line| !line.is_empty()) {
            let (name, value) = fields::parted(line);
            each(name, value);
        }
    }
}

/// How long the line of an address is that the text begins with.
fn address_len(text: &[u8]) -> Option<usize> {
    let end = REALTIME.len() + 16;
    if text.get(end) == Some(&b'\n') && text.starts_with(REALTIME) {
        return Some(end);
    }
    memchr::memchr(b'\n', text)
}

/// How long the name is that the text begins with: to the `=`, or to the end of the line. Those of most fields that stand
/// behind a writer's are looked at first.
fn name_len(text: &[u8]) -> Option<usize> {
    match text {
        [b'\n', ..] => Some(0),
        _ if text.starts_with(MESSAGE) => Some(MESSAGE.len() - 1),
        _ if text.starts_with(SENT) => Some(SENT.len() - 1),
        _ => memchr::memchr2(b'=', b'\n', text),
    }
}

/// Its last bytes as a number; 0 where there are fewer.
fn tail(text: &[u8]) -> u128 {
    text.last_chunk::<16>()
        .map_or(0, |last| u128::from_ne_bytes(*last))
}

impl Printed {
    /// Other text comes; writers stay known.
    pub(super) fn begin_anew(&mut self) {
        *self = Self {
            writers: std::mem::take(&mut self.writers),
            looked: self.looked,
            ..Self::default()
        };
    }

    /// Where further text goes. What was taken is forgotten: the entry at hand is not asked for any more.
    pub(super) fn room(&mut self) -> &mut Vec<u8> {
        if self.seen == self.taken {
            self.begin_entry();
        }
        let by = std::mem::take(&mut self.taken);
        if by > 0 {
            self.bytes.drain(..by);
            self.seen -= by;
            let fields = self.fields.iter_mut();
            let places = fields.flat_map(|field| [&mut field.name, &mut field.value]);
            let writer = self.written_by.as_mut().map(|by| &mut by.place);
            for at in places.chain(&mut self.cursor).chain(writer) {
                *at = at.start - by..at.end - by;
            }
        }
        &mut self.bytes
    }

    fn begin_entry(&mut self) {
        self.fields.clear();
        (self.cursor, self.written_by) = (None, None);
    }

    /// Takes the next entry, if all of it is there.
    pub(super) fn next(&mut self, cursor: &mut Option<Vec<u8>>) -> Option<EntryId> {
        if self.seen == self.taken {
            self.begin_entry();
        }
        loop {
            if self.too_long > 0 && self.throw_away() > 0 {
                return None;
            }
            if self.written_by.is_none() {
                self.address()?;
                self.look_for_writer()?;
            }
            if self.field()? {
                continue;
            }
            self.remember_writer();
            self.taken = self.seen;
            if let Some(id) = self.id(cursor) {
                return Some(id);
            }
            self.begin_entry();
        }
    }

    /// The lines of the entry's address, which are no fields, if all of them are there.
    fn address(&mut self) -> Option<()> {
        loop {
            let rest = self.bytes.get(self.seen..)?;
            match rest {
                [] | [b'_'] => return None,
                [b'_', b'_', ..] => {}
                _ => return Some(()),
            }
            let end = address_len(rest)?;
            if rest.starts_with(CURSOR) {
                self.cursor = Some(self.seen + CURSOR.len()..self.seen + end);
            }
            self.seen += end + 1;
        }
    }

    /// The next field, or the blank line behind the last; gives whether it is a field.
    fn field(&mut self) -> Option<bool> {
        let rest = self.bytes.get(self.seen..)?;
        let name = name_len(rest)?;
        let behind = self.seen + name + 1;
        if rest.get(name) == Some(&b'=') {
            let end = behind + memchr::memchr(b'\n', self.bytes.get(behind..)?)?;
            self.fields.push(Field {
                name: self.seen..behind - 1,
                value: behind..end,
            });
            self.seen = end + 1;
        } else if name > 0 {
            self.field_of_bytes(self.seen..behind - 1)?;
        } else {
            self.seen = behind;
            return Some(false);
        }
        Some(true)
    }

    /// A name on its line, a length (64 bits, little-endian), that many bytes, a line end.
    fn field_of_bytes(&mut self, name: Range<usize>) -> Option<()> {
        let from = name.end + 1 + 8;
        let len = self.bytes.get(name.end + 1..from)?;
        let len = usize::try_from(u64::from_le_bytes(len.try_into().ok()?)).ok()?;
        if len > 2 * ENTRY_MESSAGE_BYTES_MAX {
            self.too_long = len.saturating_add(1);
            self.seen = from;
            return Some(());
        }
        self.bytes.get(from + len)?;
        self.fields.push(Field {
            name,
            value: from..from + len,
        });
        self.seen = from + len + 1;
        Some(())
    }

    /// Of a field that is too long, what is there; gives how much has still to come.
    fn throw_away(&mut self) -> usize {
        let there = self
            .too_long
            .min(self.bytes.len() - self.seen.min(self.bytes.len()));
        if there > 0 {
            self.bytes.drain(self.seen..self.seen + there);
            self.too_long -= there;
        }
        self.too_long
    }

    /// At the first field behind the entry's address. `None`: what is there may be the beginning of what is known.
    fn look_for_writer(&mut self) -> Option<()> {
        let rest = self.bytes.get(self.seen..)?;
        let found = self.writers.iter().position(|known| known.begins(rest));
        if found.is_none() && self.writers.iter().any(|k| k.fields.starts_with(rest)) {
            return None;
        }
        let from = self.seen;
        if let Some(known) = found.and_then(|at| self.writers.get_mut(at)) {
            self.seen += known.fields.len();
            self.looked += 1;
            known.met = self.looked;
        }
        self.written_by = Some(WrittenBy {
            known: found,
            place: from..self.seen,
        });
        Some(())
    }

    /// The fields of a writer of whom not all was known: those in front of what is another with each entry.
    fn remember_writer(&mut self) {
        let Some(by) = &self.written_by else {
            return;
        };
        let mut end = by.place.end;
        for field in &self.fields {
            let is_next = field.name.start == end && field.value.start == field.name.end + 1;
            if !is_next || fields::changes(self.at(&field.name)) {
                break;
            }
            end = field.value.end + 1;
        }
        if end == by.place.end {
            return;
        }
        let fields = self.bytes.get(by.place.start..end);
        let short = fields.filter(|fields| fields.len() <= JOURNAL_WRITER_BYTES_MAX);
        let Some(fields) = short.map(<[u8]>::to_vec) else {
            return;
        };
        // Known, but his fields were not all there when he was looked for.
        if self.writers.iter().any(|known| known.fields == fields) {
            return;
        }
        self.looked += 1;
        let writer = Known {
            number: self.looked,
            tail: tail(&fields),
            fields,
            met: self.looked,
        };
        let known = by.known.and_then(|at| self.writers.get(at));
        let number = known.map(|known| known.number);
        self.keep_writer(writer);
        // He may stand elsewhere now.
        if let (Some(number), Some(by)) = (number, &mut self.written_by) {
            by.known = self.writers.iter().position(|each| each.number == number);
        }
    }

    /// Beyond the bound, who was met longest ago is forgotten for him.
    fn keep_writer(&mut self, writer: Known) {
        if self.writers.len() >= JOURNAL_WRITERS_MAX {
            let met = self.writers.iter().enumerate();
            let oldest = met.min_by_key(|(_, known)| known.met).map(|(at, _)| at);
            if let Some(oldest) = oldest {
                self.writers.remove(oldest);
            }
        }
        let longer = |known: &Known| known.fields.len() > writer.fields.len();
        let place = self.writers.partition_point(longer);
        self.writers.insert(place, writer);
    }

    /// The entry's identity.
    fn id(&mut self, cursor: &mut Option<Vec<u8>>) -> Option<EntryId> {
        let found = self.bytes.get(self.cursor.clone()?)?;
        let text = cursor.get_or_insert_default();
        text.clear();
        text.extend_from_slice(found);
        self.cursors.id(found)
    }

    /// Whose entry it is, if that was known before.
    pub(super) fn writer(&self) -> Option<Writer<'_>> {
        let known = self.written_by.as_ref()?.known?;
        let known = self.writers.get(known)?;
        Some(Writer {
            number: known.number,
            fields: known,
        })
    }

    /// Shows the other fields of the entry at hand.
    pub(super) fn show(&self, each: &mut dyn FnMut(&[u8], &[u8])) {
        for field in &self.fields {
            each(self.at(&field.name), self.at(&field.value));
        }
    }

    fn at(&self, place: &Range<usize>) -> &[u8] {
        self.bytes.get(place.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str =
        "__CURSOR=s=11e52a1db1e14d9c9e3c0c2f2d7e4a01;i=1;b=0f2e;m=12;t=6443d1c8f9f00;x=9c3\n";

    fn bytes(name: &str, value: &[u8]) -> Vec<u8> {
        let len = (value.len() as u64).to_le_bytes();
        [name.as_bytes(), b"\n", &len, value, b"\n"].concat()
    }

    /// Entries' fields, the text coming in steps of this size.
    fn read(printed: &[u8], step: usize) -> Vec<Vec<Vec<u8>>> {
        let (mut text, mut cursor, mut entries) = (Printed::default(), None, Vec::new());
        for part in printed.chunks(step) {
            text.room().extend_from_slice(part);
            while text.next(&mut cursor).is_some() {
                let mut fields = Vec::new();
                let mut keep = |name: &[u8], value: &[u8]| {
                    fields.push([name, b"=", value].concat());
                };
                if let Some(writer) = text.writer() {
                    writer.fields.show(&mut keep);
                }
                text.show(&mut keep);
                entries.push(fields);
            }
        }
        entries
    }

    #[test]
    fn entries_are_the_same_however_the_text_comes() {
        let value = b"a\n\nb=c\0";
        let printed = [
            ADDRESS.as_bytes(),
            b"MESSAGE=hello\n\n",
            ADDRESS.as_bytes(),
            &bytes("MESSAGE", value),
            b"PRIORITY=3\n\n",
        ]
        .concat();
        let whole = read(&printed, printed.len());
        assert_eq!(whole.len(), 2);
        assert_eq!(whole[0][0], b"MESSAGE=hello");
        assert_eq!(whole[1][0], [b"MESSAGE=", &value[..]].concat());
        assert_eq!(whole[1][1], b"PRIORITY=3");
        for step in 1..printed.len() {
            assert_eq!(read(&printed, step), whole, "in steps of {step}");
        }
    }

    #[test]
    fn a_giant_field_is_passed_over_and_not_kept() {
        let giant = vec![b'x'; 2 * ENTRY_MESSAGE_BYTES_MAX + 1];
        let printed = [
            ADDRESS.as_bytes(),
            &bytes("COREDUMP", &giant),
            b"MESSAGE=x\n\n",
            ADDRESS.as_bytes(),
            b"MESSAGE=y\n\n",
        ]
        .concat();
        let entries = read(&printed, 65_536);
        let last: Vec<_> = entries.iter().map(|e| e.last().unwrap().clone()).collect();
        assert_eq!(last, [b"MESSAGE=x".to_vec(), b"MESSAGE=y".to_vec()]);
        assert_eq!(entries[0].len(), 1);
    }

    #[test]
    fn fields_of_a_known_writer_are_found_again() {
        let by = |pid: u32, message: &str| {
            format!("{ADDRESS}_BOOT_ID=0f2e\nPRIORITY=6\n_PID={pid}\nMESSAGE={message}\n\n")
        };
        let of_unit = by(7, "e").replace("MESSAGE", "UNIT=shop\nMESSAGE");
        let entries = [
            by(7, "a"),
            by(8, "b"),
            by(7, "c"),
            of_unit.clone(),
            by(77, "d"),
            of_unit,
            by(7, ""),
        ];
        let printed = entries.concat();
        let alone = entries.each_ref().map(|entry| {
            let mut entries = read(entry.as_bytes(), entry.len());
            assert_eq!(entries.len(), 1);
            entries.remove(0)
        });
        for step in 1..printed.len() {
            let found = read(printed.as_bytes(), step);
            assert_eq!(found, alone, "in steps of {step}");
        }
    }

    /// What a service puts behind a field that is passed over must not be taken for fields that were there before.
    #[test]
    fn a_giant_value_does_not_speak_for_its_entry() {
        let fields = "MESSAGE=forged\n\n__CURSOR=x\n_PID=1\n";
        let mut giant = fields.as_bytes().to_vec();
        giant.resize(2 * ENTRY_MESSAGE_BYTES_MAX + 1, b'x');
        let giant = bytes("GIANT", &giant);
        let entry = |giant: &[u8]| {
            let head = format!("{ADDRESS}_PID=7\n");
            [head.as_bytes(), giant, b"UNIT=a\nMESSAGE=x\n\n"].concat()
        };
        let printed = [entry(b""), entry(&giant), entry(&giant), entry(b"")].concat();
        let own = [&b"_PID=7"[..], b"UNIT=a", b"MESSAGE=x"];
        assert_eq!(read(&printed, 65_536), vec![own; 4]);
    }

    #[test]
    fn a_new_printing_knows_the_writers_of_the_one_before() {
        let entry = format!("{ADDRESS}_PID=7\nMESSAGE=x\n\n");
        let (mut text, mut cursor) = (Printed::default(), None);
        let mut numbers = Vec::new();
        for _ in 0..3 {
            text.begin_anew();
            text.room().extend_from_slice(entry.as_bytes());
            assert!(text.next(&mut cursor).is_some());
            numbers.push(text.writer().map(|writer| writer.number));
        }
        assert_eq!(numbers, [None, Some(1), Some(1)]);
    }

    #[test]
    fn writers_are_forgotten_for_others() {
        let (mut text, mut cursor) = (Printed::default(), None);
        let long = "x".repeat(JOURNAL_WRITER_BYTES_MAX);
        for pid in (0..100).map(|n| n.to_string()).chain([long]) {
            let entry = format!("{ADDRESS}_PID={pid}\nMESSAGE=x\n\n");
            text.room().extend_from_slice(entry.as_bytes());
            assert!(text.next(&mut cursor).is_some());
            assert!(text.writers.len() <= JOURNAL_WRITERS_MAX);
        }
        let met: Vec<_> = text.writers.iter().map(|known| known.number).collect();
        assert!(met.contains(&100) && !met.contains(&1));
    }
}
