//! Fields that entries have in common. In: an entry's fields, in the order in which libsystemd shows them. Out: which of them
//! were met in this order before, and with that whose entry it is.
//!
//! A journal stores each field once and names an entry's by their place in the file: what came first stands first. So the
//! fields that tell of a machine, a service, a process stand in the same order in front of what is another with each entry, and
//! a field that was met behind the same fields before is found by comparing it with one or two.

use super::fields;
use super::reader::{Show, Writer};
use crate::bounds::{JOURNAL_BARREN_MAX, JOURNAL_SHARED_BYTES_MAX, JOURNAL_SHARED_MAX};

/// What was met, as a tree: below a field those that came behind it.
#[derive(Debug)]
pub(super) struct Shared {
    nodes: Vec<Node>,
    /// The last field of the entry at hand that was met before; the root where none was.
    at: usize,
    /// The first field that was not met before, and what came behind it: a line each.
    fresh: Vec<u8>,
    /// Nodes made so far.
    made: u64,
}

/// A field behind others.
#[derive(Debug, Default)]
struct Node {
    /// Never that of another, in whatever tree; 0 is the root's.
    number: u64,
    /// `NAME=value`.
    field: Vec<u8>,
    /// The field before it.
    before: usize,
    /// The fields behind it, each with its [`tail`](fields::tail); the one met last is the first.
    behind: Vec<(u64, usize)>,
    /// How many were made behind it since one of them was met again.
    barren: usize,
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            nodes: vec![Node::default()],
            at: 0,
            fresh: Vec::new(),
            made: 0,
        }
    }
}

impl Shared {
    /// An entry begins.
    pub(super) fn begin(&mut self) {
        if self.nodes.len() == JOURNAL_SHARED_MAX {
            // Whoever still writes is soon met again.
            self.nodes = vec![Node::default()];
        }
        self.at = 0;
        self.fresh.clear();
    }

    /// Its next field: name and value, unless it is one of its [`Writer`]'s.
    pub(super) fn own<'f>(&mut self, field: &'f [u8]) -> Option<(&'f [u8], &'f [u8])> {
        if self.fresh.is_empty() && (self.meet_first(field) || self.meet(field)) {
            return None;
        }
        let (name, value) = fields::parted(field);
        if is_lasting(field, name) {
            self.fresh.extend_from_slice(field);
            self.fresh.push(b'\n');
        }
        Some((name, value))
    }

    /// Goes to the field, if it is the one that was met last behind the one at hand.
    fn meet_first(&mut self, field: &[u8]) -> bool {
        let node = self.nodes.get(self.at);
        let Some((_, first)) = node.and_then(|node| node.behind.first().copied()) else {
            return false;
        };
        let is_it = self.nodes.get(first).is_some_and(|n| n.field == field);
        if is_it {
            self.comes_again();
            self.at = first;
        }
        is_it
    }

    /// What stands behind the one at hand is met again.
    fn comes_again(&mut self) {
        if let Some(node) = self.nodes.get_mut(self.at) {
            node.barren = 0;
        }
    }

    /// Goes to the field, if it was met behind the one at hand.
    fn meet(&mut self, field: &[u8]) -> bool {
        let Some(node) = self.nodes.get(self.at) else {
            return false;
        };
        let tail = fields::tail(field);
        let is_it = |(known, at): &(u64, usize)| {
            *known == tail && self.nodes.get(*at).is_some_and(|n| n.field == field)
        };
        let Some(place) = node.behind.iter().position(is_it) else {
            return false;
        };
        if let Some(node) = self.nodes.get_mut(self.at) {
            node.behind.swap(0, place);
        }
        self.meet_first(field)
    }

    /// It had no further field. What was not met before is remembered behind what was; the entry's writer is not another for it.
    pub(super) fn end(&mut self) {
        if self.fresh.is_empty() {
            return;
        }
        let fresh = std::mem::take(&mut self.fresh);
        let mut at = self.at;
        for line in fresh.split(|byte| *byte == b'\n') {
            match self.make(at, line) {
                Some(made) => at = made,
                None => break,
            }
        }
        self.fresh = fresh;
    }

    /// Remembers a field behind another, if there is room, and if what stands there comes again at all.
    fn make(&mut self, before: usize, field: &[u8]) -> Option<usize> {
        let made = self.nodes.len();
        let node = self.nodes.get_mut(before)?;
        let is_room = made < JOURNAL_SHARED_MAX && node.barren < JOURNAL_BARREN_MAX;
        if !is_room || field.is_empty() {
            return None;
        }
        node.barren += 1;
        node.behind.insert(0, (fields::tail(field), made));
        self.made += 1;
        self.nodes.push(Node {
            number: self.made,
            field: field.to_vec(),
            before,
            ..Node::default()
        });
        Some(made)
    }

    /// Whose entry it is.
    pub(super) fn writer(&self) -> Option<Writer<'_>> {
        let node = self.nodes.get(self.at).filter(|node| node.number > 0)?;
        Some(Writer {
            number: node.number,
            fields: self,
        })
    }
}

impl Show for Shared {
    fn show(&self, each: &mut dyn FnMut(&[u8], &[u8])) {
        let node = |at: usize| self.nodes.get(at).filter(|node| node.number > 0);
        let last = node(self.at);
        let path = std::iter::successors(last, |last| node(last.before));
        let path: Vec<&Node> = path.collect();
        for node in path.iter().rev() {
            let (name, value) = fields::parted(&node.field);
            each(name, value);
        }
    }
}

/// May the field of this name come again, and can it stand on a line?
fn is_lasting(field: &[u8], name: &[u8]) -> bool {
    !fields::changes(name)
        && name.len() < field.len()
        && field.len() <= JOURNAL_SHARED_BYTES_MAX
        && memchr::memchr(b'\n', field).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who wrote the entry, by number, his fields, and the others.
    fn read(shared: &mut Shared, fields: &[&str]) -> (u64, String, Vec<String>) {
        shared.begin();
        let mut others = Vec::new();
        for field in fields {
            if shared.own(field.as_bytes()).is_some() {
                others.push((*field).to_owned());
            }
        }
        shared.end();
        let Some(writer) = shared.writer() else {
            return (0, String::new(), others);
        };
        let mut text = Vec::new();
        writer.fields.show(&mut |name, value| {
            text.extend([name, b"=", value, b"\n"].concat());
        });
        (writer.number, String::from_utf8(text).unwrap(), others)
    }

    /// Nothing is lost and nothing added, whatever was met before.
    fn all_there(shared: &mut Shared, fields: &[&str]) -> u64 {
        let (number, known, others) = read(shared, fields);
        let mut all: Vec<_> = known.lines().map(ToOwned::to_owned).collect();
        all.extend(others);
        all.sort_unstable();
        let mut wanted = fields.to_vec();
        wanted.sort_unstable();
        assert_eq!(all, wanted);
        number
    }

    #[test]
    fn what_came_in_this_order_before_is_the_writers() {
        let mut shared = Shared::default();
        let of_shop = ["_BOOT_ID=0f", "PRIORITY=6", "_PID=7", "MESSAGE=a"];
        assert_eq!(all_there(&mut shared, &of_shop), 0);
        let (number, fields, others) = read(&mut shared, &of_shop);
        assert!(number > 0);
        assert_eq!(fields, "_BOOT_ID=0f\nPRIORITY=6\n_PID=7\n");
        assert_eq!(others, ["MESSAGE=a"]);
        // What changes with each entry may stand anywhere.
        let again = ["_BOOT_ID=0f", "MESSAGE=b", "PRIORITY=6", "_PID=7"];
        assert_eq!(all_there(&mut shared, &again), number);
        // Another process of the same machine, and the first again.
        let of_till = ["_BOOT_ID=0f", "PRIORITY=6", "_PID=8", "MESSAGE=a"];
        let common = all_there(&mut shared, &of_till);
        let till = all_there(&mut shared, &of_till);
        assert!(common != till && till != number && common != 0);
        assert_eq!(all_there(&mut shared, &of_shop), number);
    }

    #[test]
    fn fields_that_do_not_come_again_are_not_remembered_for_ever() {
        let mut shared = Shared::default();
        for n in 0..10_000 {
            let id = format!("REQUEST={n}");
            all_there(&mut shared, &["_PID=7", &id, "MESSAGE=a", "LATE=x"]);
        }
        assert!(shared.nodes.len() < 3 * JOURNAL_BARREN_MAX);
        let (_, fields, others) = read(&mut shared, &["_PID=7", "REQUEST=x"]);
        assert_eq!((fields.as_str(), others.len()), ("_PID=7\n", 1));
    }

    #[test]
    fn writers_come_and_go_and_memory_is_bounded() {
        let mut shared = Shared::default();
        let mut last = 0;
        for n in 0..10 * JOURNAL_SHARED_MAX {
            let (boot, pid) = (format!("_BOOT_ID={}", n / 50), format!("_PID={n}"));
            for _ in 0..2 {
                last = all_there(&mut shared, &[&boot, &pid, "MESSAGE=x"]).max(last);
            }
            assert!(shared.nodes.len() <= JOURNAL_SHARED_MAX);
        }
        assert!(last > JOURNAL_SHARED_MAX as u64);
    }

    #[test]
    fn what_stands_on_no_line_or_is_too_long_stays_the_entrys_own() {
        let mut shared = Shared::default();
        let long = format!("LONG={}", "x".repeat(JOURNAL_SHARED_BYTES_MAX));
        for _ in 0..3 {
            let forged = "A=b\n_PID=1";
            let number = all_there(&mut shared, &["_PID=7", forged, "nothing", &long, "Z=1"]);
            let (known, fields, _) = read(&mut shared, &["_PID=7", forged, "nothing", &long]);
            assert!(known > 0 && (number == 0 || number > known));
            assert_eq!(fields, "_PID=7\n");
        }
    }

    #[test]
    fn many_services_in_turns_are_all_known() {
        let mut shared = Shared::default();
        let mut numbers = Vec::new();
        for turn in 0..4 {
            for n in 0..200 {
                let (name, pid) = (format!("SYSLOG_IDENTIFIER=svc{n}"), format!("_PID={n}"));
                let fields = ["_BOOT_ID=0f", &name, &pid, "MESSAGE=x"];
                let number = all_there(&mut shared, &fields);
                numbers.push(number);
                let others = read(&mut shared, &fields).2;
                assert!(turn == 0 || others == ["MESSAGE=x"], "{others:?}");
            }
        }
        assert_eq!(numbers[200..400], numbers[600..]);
    }
}
