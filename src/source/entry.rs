//! Entries, where a source has these rather than bytes. In: numbered messages with fields. Out: the same, in buffers that are
//! used again.

use std::rc::Rc;

use jiff::Timestamp;

/// One entry of a source that has entries rather than bytes, as the journal. Its buffers are used again and again.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Entry {
    /// Its number in its origin; rises.
    pub number: u64,
    /// What tells streams apart (`_PID`, `_STREAM_ID`, container).
    pub stream: Vec<u8>,
    /// When it was written, if the source knows.
    pub time: Option<Timestamp>,
    /// syslog priority, 0 to 7.
    pub priority: Option<u8>,
    /// The message, any bytes, maybe of several lines.
    pub message: Vec<u8>,
    /// Further fields by name.
    pub fields: Fields,
    /// The message goes on in the stream's next entry.
    pub partial: bool,
    /// Who gets it ([`Source::routed`](super::Source::routed)).
    pub route: u16,
}

impl Entry {
    /// Becomes an empty one with the same buffers.
    pub fn clear(&mut self) {
        let Self {
            number,
            stream,
            time,
            priority,
            message,
            fields,
            partial,
            route,
        } = self;
        (*number, *time, *priority, *partial, *route) = (0, None, None, false, 0);
        stream.clear();
        message.clear();
        fields.clear();
    }

    /// Bytes of its message and its fields' values.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.message.len() + self.fields.bytes()
    }

    /// Was it written by the system, whose word on other units is taken? By root, or by systemd-coredump, which gives up
    /// root's rights before it reads the dump. These fields are journald's own: nobody can forge them.
    #[must_use]
    pub fn is_of_system(&self) -> bool {
        self.fields.iter().any(|(name, value)| match name {
            "_UID" => value == b"0",
            "_SYSTEMD_UNIT" => value.starts_with(b"systemd-coredump@"),
            "_EXE" => value.ends_with(b"/systemd-coredump"),
            _ => false,
        })
    }
}

/// Fields of an entry, their values in one buffer; those that it has in common with others are there once for all of them.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    shared: Option<Rc<Self>>,
    names: Vec<(&'static str, usize)>,
    values: Vec<u8>,
}

impl PartialEq for Fields {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Fields {}

impl Fields {
    /// Adds a field; of several of one name the first counts.
    pub fn push(&mut self, name: &'static str, value: &[u8]) {
        self.values.extend_from_slice(value);
        self.names.push((name, self.values.len()));
    }

    /// The value of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.iter()
            .find_map(|(known, value)| (known == name).then_some(value))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        let shared = self.shared.iter().flat_map(|shared| shared.own());
        shared.chain(self.own())
    }

    fn own(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        let mut from = 0;
        self.names.iter().map(move |(name, to)| {
            let value = self.values.get(from..*to).unwrap_or_default();
            from = *to;
            (*name, value)
        })
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.names.len() + self.shared.as_ref().map_or(0, |shared| shared.names.len())
    }

    /// Puts others, which share no fields themselves, before them.
    pub fn put_before(&mut self, others: &Rc<Self>) {
        self.shared = Some(Rc::clone(others));
    }

    /// None any more.
    pub fn clear(&mut self) {
        self.shared = None;
        self.names.clear();
        self.values.clear();
    }

    /// Bytes of the values.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.values.len() + self.shared.as_ref().map_or(0, |shared| shared.values.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_keep_their_order_and_the_first_of_a_name_counts() {
        let mut fields = Fields::default();
        for (name, value) in [("A", "1"), ("B", ""), ("A", "2")] {
            fields.push(name, value.as_bytes());
        }
        assert_eq!(fields.get("A"), Some(&b"1"[..]));
        assert_eq!(fields.get("B"), Some(&b""[..]));
        assert_eq!((fields.get("C"), fields.bytes()), (None, 2));
        fields.clear();
        assert_eq!(fields.iter().count(), 0);
    }

    #[test]
    fn shared_fields_stand_before_its_own() {
        let mut shared = Fields::default();
        shared.push("A", b"1");
        let shared = Rc::new(shared);
        let (mut one, mut other) = (Fields::default(), Fields::default());
        one.push("B", b"22");
        one.put_before(&shared);
        for (name, value) in [("A", "1"), ("B", "22")] {
            other.push(name, value.as_bytes());
        }
        assert_eq!(one, other);
        assert_ne!(one, *shared);
        assert_eq!((one.count(), one.bytes()), (2, 3));
        one.clear();
        assert_eq!(one, Fields::default());
    }
}
