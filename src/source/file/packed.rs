//! Compressed generations. In: a gzip file. Out: whether it holds what was read, and how much it holds; never its lines.

use std::io::{self, Read};

use flate2::read::GzDecoder;

use super::arrive::open;
use super::name;
use super::siblings::{Marks, Sibling};
use super::tail::hash;
use crate::bounds::PREFIX_BYTES_MAX;
use crate::os::files::Handle;

/// A compressed file, and how long it is when unpacked.
#[derive(Debug, Clone)]
pub(super) struct Packed {
    pub(super) sibling: Sibling,
    /// From the trailer (RFC 1952, section 2.3.1: modulo 2^32).
    pub(super) bytes: u64,
}

/// The gzip files among the siblings, most recently changed first.
pub(super) fn among(siblings: &[Sibling]) -> Vec<Packed> {
    let packed = siblings.iter().filter(|each| each.packed && each.rotated);
    packed
        .filter_map(|sibling| {
            let (handle, facts) = crate::os::files::open(&sibling.path, false).ok()?;
            let mut start = [0; 4];
            handle.read_at(&mut start, 0).ok()?;
            if !start.starts_with(b"\x1f\x8b\x08") || !name::is_compressed(&start) {
                return None;
            }
            let mut trailer = [0; 4];
            let at = facts.size.checked_sub(4)?;
            (handle.read_at(&mut trailer, at).ok()? == 4).then(|| Packed {
                sibling: sibling.clone(),
                bytes: u32::from_le_bytes(trailer).into(),
            })
        })
        .collect()
}

/// Does it begin, unpacked, with the bytes that were read?
pub(super) fn begins_with(packed: &Packed, marks: &Marks) -> bool {
    let Ok(opened) = open(&packed.sibling.path, false) else {
        return false;
    };
    let len = (marks.prefix_len as usize).min(PREFIX_BYTES_MAX);
    let mut prefix = Vec::with_capacity(len);
    let reader = Reader {
        handle: &opened.handle,
        at: 0,
    };
    let unpacked = GzDecoder::new(reader).take(len as u64);
    let read = { unpacked }.read_to_end(&mut prefix);
    read.is_ok() && len > 0 && prefix.len() == len && hash(&prefix) == marks.prefix_hash
}

struct Reader<'a> {
    handle: &'a Handle,
    at: u64,
}

impl Read for Reader<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.handle.read_at(bytes, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}
