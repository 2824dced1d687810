//! What entries of one writer have in common, found out once. In: a [`Writer`], and an entry with its other fields. Out: the
//! entry with all of them, and its route, which is looked for anew where another field could change it.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::bounds::JOURNAL_KNOWN_MAX;
use crate::source::{Entry, Fields};

use super::fields;
use super::pick::Picker;
use super::reader::Writer;

/// Writers met before, by number.
#[derive(Debug, Default)]
pub(super) struct Writers {
    known: BTreeMap<u64, Known>,
}

#[derive(Debug)]
struct Known {
    fields: Rc<Fields>,
    /// What follows from these alone.
    priority: Option<u8>,
    stream: Vec<u8>,
    partial: bool,
    /// What apps ask for and these fields have.
    seen: Vec<bool>,
    /// Who gets an entry of which these are all the fields that count.
    route: Option<u16>,
}

impl Writers {
    /// All other fields of the entry are there: adds what its writer says; gives its route.
    pub(super) fn finish(
        &mut self,
        writer: Option<Writer<'_>>,
        picker: &mut Picker,
        entry: &mut Entry,
        realtime: i64,
    ) -> Option<u16> {
        if let Some(known) = writer.map(|writer| self.known(writer, picker)) {
            let is_all = known.is_all_of(entry, picker);
            entry.fields.put_before(&known.fields);
            entry.priority = entry.priority.or(known.priority);
            if is_all {
                fields::dated(entry, realtime);
                entry.partial = known.partial;
                entry.stream.clone_from(&known.stream);
                return known.route;
            }
            picker.see_again(&known.seen);
        }
        let route = picker.route(entry)?;
        fields::finish(entry, realtime);
        Some(route)
    }

    fn known(&mut self, writer: Writer<'_>, picker: &mut Picker) -> &Known {
        // Who was met long ago has another number, if he comes again.
        if self.known.len() >= JOURNAL_KNOWN_MAX && !self.known.contains_key(&writer.number) {
            self.known.pop_first();
        }
        let known = self.known.entry(writer.number);
        known.or_insert_with(|| Known::of(writer, picker))
    }
}

impl Known {
    fn of(writer: Writer<'_>, picker: &mut Picker) -> Self {
        let of_others = picker.seen().to_vec();
        picker.begin();
        let mut entry = Entry::default();
        writer.fields.show(&mut |name, value| {
            picker.see(name, value);
            fields::take(&mut entry, name, value);
        });
        let route = picker.route(&entry);
        fields::finish(&mut entry, 0);
        let seen = picker.seen().to_vec();
        picker.begin();
        picker.see_again(&of_others);
        Self {
            fields: Rc::new(entry.fields),
            priority: entry.priority,
            stream: entry.stream,
            partial: entry.partial,
            seen,
            route,
        }
    }

    /// Does the entry say nothing beside these fields but its message?
    fn is_all_of(&self, entry: &Entry, picker: &Picker) -> bool {
        let adds = |(other, own): (&bool, &bool)| *other && !own;
        entry.fields.count() == 0
            && (entry.priority.is_none() || entry.priority == self.priority)
            && !picker.seen().iter().zip(&self.seen).any(adds)
    }
}

#[cfg(test)]
mod tests {
    use super::super::reader::Show;
    use super::*;
    use crate::config::Journal;

    /// Fields, `NAME=value`.
    struct Shared(&'static [&'static str]);

    impl Show for Shared {
        fn show(&self, each: &mut dyn FnMut(&[u8], &[u8])) {
            for field in self.0 {
                let (name, value) = field.split_once('=').unwrap();
                each(name.as_bytes(), value.as_bytes());
            }
        }
    }

    const SHOP: Shared = Shared(&[
        "_BOOT_ID=0f2e7c11",
        "PRIORITY=6",
        "_PID=7",
        "_SYSTEMD_UNIT=shop.service",
    ]);

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
        shared: &Shared,
        others: &[&str],
    ) -> [(Entry, Option<u16>); 2] {
        let mut picker = picker();
        [true, false].map(|known| {
            let mut entry = Entry::default();
            picker.begin();
            let writer = known.then_some(Writer {
                number: shared.0.len() as u64,
                fields: shared,
            });
            let first = if known { &[][..] } else { shared.0 };
            for field in [first, others].concat() {
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
                let [known, plain] = both_ways(&mut writers, &SHOP, others);
                assert_eq!(known, plain, "{others:?}");
                assert!(known.1.is_some() && !known.0.stream.is_empty());
            }
        }
        assert_eq!(writers.known.len(), 1);
        let others = ["MESSAGE=hello"];
        let [known, plain] = both_ways(&mut writers, &Shared(&["_PID=7"]), &others);
        assert_eq!((known.1, plain.1), (None, None));
        assert_eq!(writers.known.len(), 2);
    }

    #[test]
    fn no_more_are_remembered_than_the_bound() {
        let mut writers = Writers::default();
        let last = 2 * JOURNAL_KNOWN_MAX as u64;
        for number in 0..=last {
            let writer = Writer {
                number,
                fields: &SHOP,
            };
            let entry = &mut Entry::default();
            writers.finish(Some(writer), &mut picker(), entry, 0);
        }
        assert_eq!(writers.known.len(), JOURNAL_KNOWN_MAX);
        assert!(writers.known.contains_key(&last));
    }
}
