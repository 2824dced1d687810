//! Payloads as they are stored. In: an event's JSON. Out: gzip of it, and back.
//!
//! An event is compressed once, before it is stored: the file and its journal write a fifth of the bytes, the outbox holds
//! five times the events, and an envelope takes the stored stream over as it is.

use std::borrow::Cow;
use std::io::Read as _;

use flate2::{Compress, Compression, FlushCompress, Status};

use crate::bounds::PAYLOAD_BYTES_MAX;

/// Bytes that a gzip stream has beyond its content, and more.
const GZIP_OVERHEAD: usize = 64;
/// Length of the header that this compressor writes: no name, no comment, no extra field.
const HEADER_LEN: usize = 10;
const HEADER: [u8; 4] = [0x1f, 0x8b, 8, 0];
const TRAILER_LEN: usize = 8;

/// Compresses; keeps the compressor's 300 kB in between.
#[derive(Debug, Default)]
pub struct Packer {
    gzip: Option<Compress>,
}

impl Packer {
    /// All parts, one behind another, as one gzip stream (every receiver takes it), fast rather than small.
    pub fn gzip(&mut self, parts: &[&[u8]]) -> Vec<u8> {
        let gzip = self
            .gzip
            .get_or_insert_with(|| Compress::new_gzip(Compression::fast(), 15));
        gzip.reset();
        let plain: usize = parts.iter().map(|part| part.len()).sum();
        let mut out = Vec::with_capacity(plain / 4 + GZIP_OVERHEAD);
        for part in parts {
            feed(gzip, part, &mut out, FlushCompress::None);
        }
        feed(gzip, &[], &mut out, FlushCompress::Finish);
        out
    }
}

/// Compresses all of `input`, growing `out` as needed.
fn feed(gzip: &mut Compress, input: &[u8], out: &mut Vec<u8>, flush: FlushCompress) {
    let mut rest = input;
    while flush == FlushCompress::Finish || !rest.is_empty() {
        if out.spare_capacity_mut().len() < GZIP_OVERHEAD {
            out.reserve(out.capacity().max(4_096));
        }
        let before = gzip.total_in();
        let status = gzip.compress_vec(rest, out, flush);
        let taken = (gzip.total_in() - before) as usize;
        rest = rest.get(taken..).unwrap_or_default();
        if matches!(status, Ok(Status::StreamEnd) | Err(_)) {
            return;
        }
    }
}

/// The JSON of a stored payload. What is not gzip is given as it is.
#[must_use]
pub fn json(stored: &[u8]) -> Cow<'_, [u8]> {
    if !stored.starts_with(&HEADER) {
        return Cow::Borrowed(stored);
    }
    let mut json = Vec::with_capacity(stored.len() * 5);
    let limit = PAYLOAD_BYTES_MAX as u64;
    match flate2::read::GzDecoder::new(stored)
        .take(limit)
        .read_to_end(&mut json)
    {
        Ok(_) => Cow::Owned(json),
        Err(_) => Cow::Borrowed(stored),
    }
}

/// Length of the JSON of a stored payload, without unpacking it.
#[must_use]
pub fn json_len(stored: &[u8]) -> usize {
    parts(stored).map_or(stored.len(), |(_, _, len)| len as usize)
}

/// A gzip stream of `head` and, behind it, what is stored, which is not compressed again: one stored block for the head, then
/// the payload's own blocks (RFC 1951 3.2.4), and the checksums of both put together. `None` where the payload is not gzip.
#[must_use]
pub fn behind(head: &[u8], stored: &[u8]) -> Option<Vec<u8>> {
    let (blocks, crc, len) = parts(stored)?;
    let head_len = u16::try_from(head.len()).ok()?;
    let mut sum = crc32fast::Hasher::new();
    sum.update(head);
    sum.combine(&crc32fast::Hasher::new_with_initial_len(
        crc,
        u64::from(len),
    ));
    let mut out = Vec::with_capacity(stored.len() + head.len() + 5);
    out.extend_from_slice(stored.get(..HEADER_LEN)?);
    out.push(0);
    out.extend_from_slice(&head_len.to_le_bytes());
    out.extend_from_slice(&(!head_len).to_le_bytes());
    out.extend_from_slice(head);
    out.extend_from_slice(blocks);
    out.extend_from_slice(&sum.finalize().to_le_bytes());
    out.extend_from_slice(&len.wrapping_add(u32::from(head_len)).to_le_bytes());
    Some(out)
}

/// Compressed blocks, checksum and length of the content.
fn parts(stored: &[u8]) -> Option<(&[u8], u32, u32)> {
    let body = stored
        .strip_prefix(&HEADER)?
        .get(HEADER_LEN - HEADER.len()..)?;
    let (blocks, trailer) = body.split_at_checked(body.len().checked_sub(TRAILER_LEN)?)?;
    let (crc, len) = trailer.split_at_checked(4)?;
    let number = |bytes: &[u8]| bytes.try_into().ok().map(u32::from_le_bytes);
    Some((blocks, number(crc)?, number(len)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text that compresses as JSON does, and text that does not.
    fn texts() -> Vec<Vec<u8>> {
        let mut noise = 1_u64;
        let sizes = [0, 1, 100, 5_000, 70_000, 1_000_000];
        let noisy = sizes.map(|size| {
            (0..size)
                .map(|_| {
                    noise = noise
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    b'a' + (noise >> 60) as u8
                })
                .collect()
        });
        let plain = sizes.map(|size| b"{\"frames\":[]}".repeat(size / 12));
        noisy.into_iter().chain(plain).collect()
    }

    #[test]
    fn what_is_packed_comes_back() {
        let mut packer = Packer::default();
        for text in texts() {
            let stored = packer.gzip(&[&text]);
            assert_eq!(json(&stored), text);
            assert_eq!(json_len(&stored), text.len());
        }
    }

    #[test]
    fn a_head_is_put_before_it_without_compressing_again() {
        let mut packer = Packer::default();
        for text in texts() {
            let head = b"{\"event_id\":\"x\"}\n{\"type\":\"event\"}\n";
            let all = behind(head, &packer.gzip(&[&text])).unwrap();
            assert_eq!(json(&all), [head, &text[..]].concat());
            assert_eq!(json_len(&all), head.len() + text.len());
        }
    }

    #[test]
    fn what_is_not_gzip_is_left_alone() {
        for bytes in [&b"{}"[..], b"", b"\x1f\x8b", b"\x1f\x8b\x08\x00cut"] {
            assert_eq!(json(bytes), bytes);
            assert!(bytes.len() > 6 || behind(b"head", bytes).is_none());
        }
        assert_eq!(
            behind(&b"x".repeat(70_000), &Packer::default().gzip(&[b"{}"])),
            None
        );
    }
}
