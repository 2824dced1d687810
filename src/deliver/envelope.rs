//! Envelopes. In: an event, client reports. Out: the compressed bytes of one request.
//!
//! One event per envelope, first, with its `length`; a client report may ride behind it. `sent_at` is written at each
//! attempt, once, in UTC. `develop.sentry.dev/sdk/data-model/envelopes/`.

use jiff::Timestamp;

use crate::config::Receiver;
use crate::store::packed;

/// What an envelope carries.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Content<'a> {
    /// Id and JSON, packed or not.
    pub(super) event: Option<(&'a [u8; 16], &'a [u8])>,
    /// JSON.
    pub(super) report: Option<&'a [u8]>,
}

/// Writes envelopes.
#[derive(Debug, Default)]
pub(super) struct Packer(packed::Packer);

impl Packer {
    /// One envelope, gzip. An event that is packed already, alone in its envelope, is not compressed again.
    pub(super) fn pack(
        &mut self,
        content: Content<'_>,
        dsn_json: Option<&str>,
        now: Timestamp,
    ) -> Vec<u8> {
        let head = head(content, dsn_json, now);
        if let (Some((_, stored)), None) = (content.event, content.report)
            && let Some(envelope) = packed::behind(head.as_bytes(), stored)
        {
            return envelope;
        }
        let event = content.event.map(|(_, stored)| packed::json(stored));
        let event = event.as_deref().unwrap_or_default();
        let report = content.report.unwrap_or_default();
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
        self.0.gzip(&parts)
    }
}

impl Packer {
    /// How long it is when packed.
    pub(super) fn gzip_bytes(&mut self, json: &[u8]) -> usize {
        self.0.gzip(&[json]).len()
    }
}

/// The envelope's header, and the event's item header.
fn head(content: Content<'_>, dsn_json: Option<&str>, now: Timestamp) -> String {
    let sent_at = format!("{now:.3}");
    let dsn = dsn_json.map_or_else(String::new, |dsn| format!(",\"dsn\":{dsn}"));
    match content.event {
        Some((id, stored)) => {
            let (id, length) = (hex(id), packed::json_len(stored));
            format!(
                "{{\"event_id\":\"{id}\",\"sent_at\":\"{sent_at}\"{dsn}}}\n\
                 {{\"type\":\"event\",\"length\":{length},\"content_type\":\"application/json\"}}\n"
            )
        }
        None => format!("{{\"sent_at\":\"{sent_at}\"{dsn}}}\n"),
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
/// `None`: this receiver has none.
pub(super) fn dsn_json(receiver: &Receiver) -> Option<String> {
    let Receiver::Dsn(dsn) = receiver else {
        return None;
    };
    let url = dsn.envelope_url();
    let server = url
        .strip_suffix(&format!("/api/{}/envelope/", dsn.project_id))
        .unwrap_or(&url);
    let with_key = server.replacen("://", &format!("://{}@", dsn.public_key), 1);
    Some(serde_json::Value::from(format!("{with_key}/{}", dsn.project_id)).to_string())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;
    use crate::config::Dsn;

    const NOW: &str = "2026-11-20T15:00:00.1234Z";

    fn unpacked(packer: &mut Packer, content: Content<'_>) -> String {
        let dsn = Dsn::parse("http://abc@relay.acme.org:3000/p/42").unwrap();
        let dsn = dsn_json(&Receiver::Dsn(dsn));
        let envelope = packer.pack(content, dsn.as_deref(), NOW.parse().unwrap());
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
    fn a_packed_event_is_taken_over_with_and_without_a_report() {
        let json = br#"{"level":"error","extra":{"a":"aaaaaaaaaaaaaaaaaaaaaaaa"}}"#;
        let stored = packed::Packer::default().gzip(&[json]);
        let mut packer = Packer::default();
        for report in [None, Some(&b"{}"[..])] {
            let of = |json| Content {
                event: Some((&[1; 16], json)),
                report,
            };
            let [packed, plain] = [&stored[..], json].map(|json| unpacked(&mut packer, of(json)));
            assert_eq!(packed.trim_end(), plain.trim_end());
        }
    }
}
