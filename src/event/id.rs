//! Identity of events. In: where a record stands. Out: an id that is the same however often the record is read.

use sha2::{Digest, Sha256};

use crate::source::Origin;

/// SHA-256, cut to 16 bytes, of machine id, app, file, generation, offset of the head, ordinal.
#[must_use]
pub fn event_id(machine_id: &[u8], app: &str, origin: Origin, head: u64, ordinal: u32) -> [u8; 16] {
    let mut hash = Sha256::new();
    for part in [machine_id, app.as_bytes()] {
        // Lengths keep the parts apart.
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    hash.update(origin.uid);
    hash.update(origin.generation.to_be_bytes());
    hash.update(head.to_be_bytes());
    hash.update(ordinal.to_be_bytes());
    let mut id = [0; 16];
    for (to, from) in id.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    id
}

/// 32 lower-case hex digits.
pub(super) fn hex(id: [u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_counts() {
        let origin = Origin {
            uid: [1; 16],
            generation: 0,
        };
        let other = Origin {
            uid: [1; 16],
            generation: 1,
        };
        let ids = [
            event_id(b"m", "app", origin, 5, 0),
            event_id(b"n", "app", origin, 5, 0),
            event_id(b"ma", "pp", origin, 5, 0),
            event_id(b"m", "app", other, 5, 0),
            event_id(b"m", "app", origin, 6, 0),
            event_id(b"m", "app", origin, 5, 1),
        ];
        for (at, id) in ids.iter().enumerate() {
            assert_eq!(ids.iter().position(|other| other == id), Some(at));
        }
        assert_eq!(event_id(b"m", "app", origin, 5, 0), ids[0]);
        assert_eq!(hex([0xab; 16]), "ab".repeat(16));
    }
}
