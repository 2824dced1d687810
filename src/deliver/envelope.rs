//! Envelopes. In: an event, client reports. Out: the compressed bytes of one request.
//!
//! One event per envelope, first, with its `length`; a client report may ride behind it. `sent_at` is written at each
//! attempt, once, in UTC. `develop.sentry.dev/sdk/data-model/envelopes/`.

use flate2::{Compress, Compression, FlushCompress, Status};
use jiff::Timestamp;

use crate::config::Dsn;

/// Bytes that a gzip stream has beyond its content, and more.
const GZIP_OVERHEAD: usize = 64;

/// What an envelope carries.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Content<'a> {
    /// Id and JSON.
    pub(super) event: Option<(&'a [u8; 16], &'a [u8])>,
    /// JSON.
    pub(super) report: Option<&'a [u8]>,
}

/// Writes envelopes; keeps the compressor's 300 kB between them.
#[derive(Debug, Default)]
pub(super) struct Packer {
    gzip: Option<Compress>,
}

impl Packer {
    /// One envelope, gzip (every receiver takes it), fast rather than small.
    pub(super) fn pack(&mut self, content: Content<'_>, dsn_json: &str, now: Timestamp) -> Vec<u8> {
        let head = head(content, dsn_json, now);
        let (event, report) = (
            content.event.map_or(&[][..], |(_, json)| json),
            content.report.unwrap_or_default(),
        );
        let report_head = match (content.event, content.report) {
            (Some(_), Some(report)) => format!("\n{}", report_head(report)),
            (None, Some(report)) => report_head(report),
            _ => String::new(),
        };
        let parts = [
            head.as_bytes(),
            event,
            report_head.as_bytes(),
            report,
            b"\n",
        ];
        self.compress(&parts)
    }

    fn compress(&mut self, parts: &[&[u8]]) -> Vec<u8> {
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

/// The envelope's header, and the event's item header.
fn head(content: Content<'_>, dsn_json: &str, now: Timestamp) -> String {
    let sent_at = format!("{now:.3}");
    match content.event {
        Some((id, json)) => {
            let (id, length) = (hex(id), json.len());
            format!(
                "{{\"event_id\":\"{id}\",\"sent_at\":\"{sent_at}\",\"dsn\":{dsn_json}}}\n\
                 {{\"type\":\"event\",\"length\":{length},\"content_type\":\"application/json\"}}\n"
            )
        }
        None => format!("{{\"sent_at\":\"{sent_at}\",\"dsn\":{dsn_json}}}\n"),
    }
}

fn report_head(report: &[u8]) -> String {
    let length = report.len();
    format!("{{\"type\":\"client_report\",\"length\":{length}}}\n")
}

/// 32 lower-case digits.
pub(super) fn hex(id: &[u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(*id))
}

/// The DSN with its key as a JSON string, as the envelope's header wants it. For the wire alone, never for a log.
pub(super) fn dsn_json(dsn: &Dsn) -> String {
    let url = dsn.envelope_url();
    let server = url
        .strip_suffix(&format!("/api/{}/envelope/", dsn.project_id))
        .unwrap_or(&url);
    let with_key = server.replacen("://", &format!("://{}@", dsn.public_key), 1);
    serde_json::Value::from(format!("{with_key}/{}", dsn.project_id)).to_string()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    const NOW: &str = "2026-11-20T15:00:00.1234Z";

    fn unpacked(packer: &mut Packer, content: Content<'_>) -> String {
        let dsn = Dsn::parse("http://abc@relay.acme.org:3000/p/42").unwrap();
        let envelope = packer.pack(content, &dsn_json(&dsn), NOW.parse().unwrap());
        let mut text = String::new();
        flate2::read::GzDecoder::new(&envelope[..])
            .read_to_string(&mut text)
            .unwrap();
        text
    }

    #[test]
    fn an_event_with_a_report_behind_it() {
        let content = Content {
            event: Some((&[0xab; 16], br#"{"level":"error"}"#)),
            report: Some(br#"{"discarded_events":[]}"#),
        };
        assert_eq!(
            unpacked(&mut Packer::default(), content),
            "{\"event_id\":\"abababababababababababababababab\",\"sent_at\":\"2026-11-20T15:00:00.123Z\",\
             \"dsn\":\"http://abc@relay.acme.org:3000/p/42\"}\n\
             {\"type\":\"event\",\"length\":17,\"content_type\":\"application/json\"}\n\
             {\"level\":\"error\"}\n\
             {\"type\":\"client_report\",\"length\":23}\n\
             {\"discarded_events\":[]}\n"
        );
    }

    #[test]
    fn a_report_alone_has_no_event_id() {
        let content = Content {
            event: None,
            report: Some(b"{}"),
        };
        assert_eq!(
            unpacked(&mut Packer::default(), content),
            "{\"sent_at\":\"2026-11-20T15:00:00.123Z\",\"dsn\":\"http://abc@relay.acme.org:3000/p/42\"}\n\
             {\"type\":\"client_report\",\"length\":2}\n\
             {}\n"
        );
    }

    #[test]
    fn any_size_survives_and_the_packer_is_used_again() {
        let mut packer = Packer::default();
        let mut noise = 1_u64;
        for size in [0, 1, 100, 5_000, 70_000, 1_000_000] {
            let json: Vec<u8> = (0..size)
                .map(|_| {
                    noise = noise
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    b'a' + (noise >> 60) as u8
                })
                .collect();
            let content = Content {
                event: Some((&[1; 16], &json)),
                report: None,
            };
            let text = unpacked(&mut packer, content);
            let payload = text.splitn(3, '\n').nth(2).unwrap();
            assert_eq!(payload.as_bytes().strip_suffix(b"\n"), Some(&json[..]));
        }
    }
}
