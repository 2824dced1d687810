//! What entries of one writer have in common, found out once. In: a [`Writer`], then the entry's other fields. Out: the entry
//! begun with what it shares, and its route, which is looked for anew where another field could change it.

use crate::bounds::JOURNAL_WRITERS_MAX;
use crate::source::Entry;

use super::fields;
use super::pick::Picker;
use super::reader::Writer;

/// Writers met before.
#[derive(Debug, Default)]
pub(super) struct Writers {
    known: Vec<Known>,
}

#[derive(Debug)]
struct Known {
    number: u64,
    /// With the shared fields alone.
    entry: Entry,
    /// What apps ask for and these fields have.
    seen: Vec<bool>,
    /// Who gets an entry of which these are all the fields that count.
    route: Option<u16>,
}

impl Writers {
    /// Begins an entry with what its writer says; gives his place.
    pub(super) fn begin(
        &mut self,
        writer: Writer<'_>,
        picker: &mut Picker,
        entry: &mut Entry,
    ) -> usize {
        let place = self.place(writer, picker);
        if let Some(known) = self.known.get(place) {
            entry.fields.copy(&known.entry.fields);
            entry.priority = known.entry.priority;
            picker.see_again(&known.seen);
        }
        place
    }

    fn place(&mut self, writer: Writer<'_>, picker: &mut Picker) -> usize {
        let same = |known: &Known| known.number == writer.number;
        if let Some(place) = self.known.iter().position(same) {
            return place;
        }
        // Who was met long ago has another number, if he comes again.
        if self.known.len() == JOURNAL_WRITERS_MAX {
            let numbers = self.known.iter().map(|known| known.number).enumerate();
            let oldest = numbers.min_by_key(|(_, number)| *number);
            self.known.swap_remove(oldest.map_or(0, |(place, _)| place));
        }
        self.known.push(Known::of(writer, picker));
        self.known.len() - 1
    }

    /// All fields of the entry are there: gives its route.
    pub(super) fn finish(
        &self,
        writer: Option<usize>,
        picker: &mut Picker,
        entry: &mut Entry,
        realtime: i64,
    ) -> Option<u16> {
        let known = writer.and_then(|place| self.known.get(place));
        if let Some(known) = known.filter(|known| known.is_all_of(entry, picker)) {
            fields::dated(entry, realtime);
            entry.partial = known.entry.partial;
            entry.stream.clone_from(&known.entry.stream);
            return known.route;
        }
        let route = picker.route(entry)?;
        fields::finish(entry, realtime);
        Some(route)
    }
}

impl Known {
    fn of(writer: Writer<'_>, picker: &mut Picker) -> Self {
        let mut entry = Entry::default();
        let lines = writer.fields.split(|byte| *byte == b'\n');
        for (name, value) in lines
            .map(fields::parted)
            .filter(|(name, _)| !name.is_empty())
        {
            picker.see(name, value);
            fields::take(&mut entry, name, value);
        }
        let route = picker.route(&entry);
        fields::finish(&mut entry, 0);
        Self {
            number: writer.number,
            entry,
            seen: picker.seen().to_vec(),
            route,
        }
    }

    /// Does the entry have nothing but these fields, its message apart?
    fn is_all_of(&self, entry: &Entry, picker: &Picker) -> bool {
        entry.fields.count() == self.entry.fields.count()
            && entry.priority == self.entry.priority
            && picker.seen() == self.seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Journal;

    const SHOP: &[u8] = b"_BOOT_ID=0f2e7c11\nPRIORITY=6\n_PID=7\n_SYSTEMD_UNIT=shop.service\n";

    fn picker() -> Picker {
        let pair = |field: &str, value: &str| (field.to_owned(), value.to_owned());
        let mut picker = Picker::new(None);
        let of_shop = |matches| Journal {
            units: vec!["shop.service".to_owned()],
            matches,
            ..Journal::default()
        };
        picker.add(1, &of_shop(vec![]));
        picker.add(2, &of_shop(vec![pair("TENANT", "a")]));
        picker
    }

    /// The entry with these other fields, and its route: of a writer who is known, and field by field.
    fn both_ways(
        writers: &mut Writers,
        fields: &[u8],
        others: &[&str],
    ) -> [(Entry, Option<u16>); 2] {
        let mut picker = picker();
        [true, false].map(|known| {
            let mut entry = Entry::default();
            picker.begin();
            let mut all = Vec::new();
            let writer = known.then(|| {
                let writer = Writer {
                    number: fields.len() as u64,
                    fields,
                };
                writers.begin(writer, &mut picker, &mut entry)
            });
            if !known {
                let text = str::from_utf8(fields).unwrap();
                all.extend(text.lines());
            }
            all.extend(others);
            for field in all {
                let (name, value) = field.split_once('=').unwrap();
                picker.see(name.as_bytes(), value.as_bytes());
                fields::take(&mut entry, name.as_bytes(), value.as_bytes());
            }
            let route = writers.finish(writer, &mut picker, &mut entry, 17);
            (entry, route)
        })
    }

    #[test]
    fn an_entry_is_the_same_whether_its_writer_is_known_or_not() {
        let mut writers = Writers::default();
        for others in [
            &["MESSAGE=hello"][..],
            &["MESSAGE=hello", "_SOURCE_REALTIME_TIMESTAMP=1"],
            &["MESSAGE=hello", "TENANT=a"],
            &["MESSAGE=hello", "TENANT=b"],
            &["MESSAGE=hello", "CONTAINER_PARTIAL_MESSAGE=true"],
            &["PRIORITY=3", "CONTAINER_ID=web"],
            &["_STREAM_ID=ab", "MESSAGE=x"],
        ] {
            for _ in 0..2 {
                let [known, plain] = both_ways(&mut writers, SHOP, others);
                assert_eq!(known.0.fields, plain.0.fields, "{others:?}");
                assert_eq!(format!("{known:?}"), format!("{plain:?}"), "{others:?}");
                assert!(known.1.is_some() && !known.0.stream.is_empty());
            }
        }
        assert_eq!(writers.known.len(), 1);
        let others = ["MESSAGE=hello"];
        let [known, plain] = both_ways(&mut writers, b"_PID=7\n", &others);
        assert_eq!((known.1, plain.1), (None, None));
        assert_eq!(writers.known.len(), 2);
    }

    #[test]
    fn no_more_are_remembered_than_the_bound() {
        let mut writers = Writers::default();
        for number in 0..100 {
            let writer = Writer {
                number,
                fields: SHOP,
            };
            writers.begin(writer, &mut picker(), &mut Entry::default());
        }
        assert_eq!(writers.known.len(), JOURNAL_WRITERS_MAX);
        assert!(writers.known.iter().any(|known| known.number == 99));
    }
}
