//! Every byte that goes out, read as Relay reads it.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use stacktail::config::{Dsn, Receiver as Address};
use stacktail::store::{Outcome, Outgoing};

use crate::relay::{Envelope, KEY, Relay, judge};
use crate::rig::{Rig, event, settings, system_clock};

const PROJECT: &str = "42";

fn rig(relay: &Relay) -> Rig {
    let dsn = Dsn::parse(&relay.dsn(PROJECT)).unwrap();
    Rig::to([(PROJECT, Address::Dsn(dsn))], settings(), system_clock())
}

/// An event whose value is this text.
fn saying(number: u32, text: &str) -> Outgoing {
    let mut outgoing = event(number);
    let mut payload: Value = serde_json::from_slice(&outgoing.payload).unwrap();
    payload["exception"]["values"][0]["value"] = json!(text);
    outgoing.payload = serde_json::to_vec(&payload).unwrap();
    outgoing
}

/// Texts that break a framing which counts characters, splits lines or looks for what might begin an item.
fn awkward() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        "one line",
        "two\nlines",
        "carriage\r\nreturn",
        "\u{0}",
        "\u{2028}\u{2029}\u{85}",
        "ärgerlich – 日本語 – 🦀",
        "\u{feff}mark",
        "{\"type\":\"event\",\"length\":2}\n{}\n",
        "\n\n\n",
        "\\n \\\" \\u0000",
        "\u{1f}\u{8b}\u{8}",
    ]
    .map(str::to_owned)
    .to_vec();
    // Around the powers of two at which buffers end.
    for bytes in [255, 4_096, 8_191, 65_535, 131_072] {
        texts.push("x".repeat(bytes));
        texts.push("é\n".repeat(bytes / 3));
    }
    texts
}

/// The envelope that must have been sent for `sent`: built of its parts, byte for byte.
fn expected(relay: &Relay, sent: &Outgoing, envelope: &Envelope) -> Vec<u8> {
    let id = format!("{:032x}", u128::from_be_bytes(sent.event_id));
    let (sent_at, dsn) = (
        envelope.header["sent_at"].as_str().unwrap(),
        relay.dsn(PROJECT),
    );
    let length = sent.payload.len();
    let head = format!(
        "{{\"event_id\":\"{id}\",\"sent_at\":\"{sent_at}\",\"dsn\":\"{dsn}\"}}\n\
         {{\"type\":\"event\",\"length\":{length},\"content_type\":\"application/json\"}}\n"
    );
    [head.as_bytes(), &sent.payload].concat()
}

#[test]
fn every_envelope_is_what_relay_takes_byte_for_byte() {
    let relay = Relay::start(&[]);
    let rig = rig(&relay);
    let texts = awkward();
    let sent: Vec<Outgoing> = texts
        .iter()
        .zip(0..)
        .map(|(text, number)| saying(number, text))
        .collect();
    rig.store(PROJECT, sent.clone());
    rig.wait_settled(sent.len());
    let ends = rig.outbox.ends();
    assert!(
        ends.iter().all(|end| *end == Outcome::Delivered),
        "{ends:?}"
    );
    let requests = relay.requests(sent.len());
    assert_eq!(requests.len(), sent.len());
    for request in &requests {
        let envelope = request.verdict.as_ref().unwrap();
        assert_eq!(envelope.types(), ["event"]);
        let id = envelope.header["event_id"].as_str().unwrap();
        let is_it = |sent: &&Outgoing| id == format!("{:032x}", u128::from_be_bytes(sent.event_id));
        let whole = expected(&relay, sent.iter().find(is_it).unwrap(), envelope);
        // The line feed at the end is nobody's: it may be there.
        let bytes = envelope
            .bytes
            .strip_suffix(b"\n")
            .unwrap_or(&envelope.bytes);
        assert!(bytes == whole, "{id}: {}", String::from_utf8_lossy(bytes));
        let client = concat!("stacktail/", env!("CARGO_PKG_VERSION"));
        let auth = format!(
            "x-sentry-auth: Sentry sentry_version=7, sentry_client={client}, sentry_key={KEY}\r\n"
        );
        assert!(request.head.contains(&auth), "{}", request.head);
        assert_eq!(
            request.head.matches(KEY).count(),
            1,
            "the key stands once among the headers"
        );
    }
}

#[test]
fn a_client_report_stands_behind_the_event_or_alone() {
    // The first is refused for good and counted; the next carries the count.
    let relay = Relay::start(&[400]);
    let rig = rig(&relay);
    rig.store(PROJECT, [event(1)]);
    rig.wait_settled(1);
    rig.store(PROJECT, [event(2)]);
    rig.wait_settled(2);
    let alone = rig.drain(std::time::Duration::from_secs(5));
    assert!(alone.is_empty(), "{alone:?}");
    let requests = relay.requests(2);
    let verdicts: Vec<_> = requests
        .iter()
        .map(|request| request.verdict.as_ref().unwrap())
        .collect();
    let types: Vec<_> = verdicts
        .iter()
        .flat_map(|envelope| envelope.types())
        .collect();
    assert!(types.contains(&"client_report"), "{types:?}");
    let reports = verdicts.iter().flat_map(|envelope| &envelope.items);
    let mut counted = 0;
    for (head, payload) in reports.filter(|(head, _)| head["type"] == "client_report") {
        assert_eq!(head["length"], payload.len());
        let report: Value = serde_json::from_slice(payload).unwrap();
        let rows = report["discarded_events"].as_array().unwrap().iter();
        counted += rows
            .map(|row| row["quantity"].as_u64().unwrap())
            .sum::<u64>();
    }
    assert_eq!(counted, 1);
}

/// A request that is right in every byte.
fn right() -> (String, Vec<u8>) {
    const ID: &str = "9ec79c33ec9942ab8353589fcb2e04dc";
    const REPORT: &str =
        "{\"discarded_events\":[{\"reason\":\"x\",\"category\":\"e\",\"quantity\":2}]}";
    let report = REPORT.len();
    let envelope = format!(
        "{{\"event_id\":\"{ID}\",\"sent_at\":\"2026-11-20T15:00:00.123Z\",\"dsn\":\"http://{KEY}@h:1/42\"}}\n\
         {{\"type\":\"event\",\"length\":47,\"content_type\":\"application/json\"}}\n\
         {{\"event_id\":\"{ID}\"}}\n\
         {{\"type\":\"client_report\",\"length\":{report}}}\n\
         {REPORT}\n"
    );
    (head("gzip"), envelope.into_bytes())
}

fn head(encoding: &str) -> String {
    format!(
        "POST /api/42/envelope/ HTTP/1.1\r\nHost: h:1\r\nUser-Agent: a/1\r\nContent-Type: application/x-sentry-envelope\r\n\
         Content-Encoding: {encoding}\r\nX-Sentry-Auth: Sentry sentry_version=7, sentry_client=a/1, sentry_key={KEY}\r\n\
         Content-Length: LENGTH\r\n\r\n"
    )
}

fn packed(envelope: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(envelope).unwrap();
    packer.finish().unwrap()
}

/// Why the double refuses it; empty: it does not.
fn refusal(head: &str, body: &[u8]) -> String {
    let head = head.replace("LENGTH", &body.len().to_string());
    let verdict = judge("h:1", &head, body);
    verdict
        .err()
        .map_or_else(String::new, |(status, detail)| format!("{status} {detail}"))
}

type Broken = (&'static str, &'static str, &'static str);

/// What is written otherwise in the envelope, and what is said of it.
const ENVELOPES: &[Broken] = &[
    ("\"length\":47", "\"length\":46", "400 missing newline"),
    ("\"length\":47", "\"length\":48", "400 "),
    (
        "\"client_report\",\"length\":",
        "\"client_report\",\"length\":9",
        "400 unexpected end of file",
    ),
    (
        "\"length\":47",
        "\"length\":\"47\"",
        "400 an item without its length",
    ),
    ("\"length\":47,", "", "400 an item without its length"),
    (
        "}\n{\"type\":\"event\"",
        "}\r\n{\"type\":\"event\"",
        "400 invalid envelope header",
    ),
    (
        "{\"event_id\":\"9ec79c33ec9942ab8353589fcb2e04dc\",\"sent",
        "\n{\"event_id\":\"9ec79c33ec9942ab8353589fcb2e04dc\",\"sent",
        "400 invalid envelope header",
    ),
    (
        "\n{\"type\":\"client_report\"",
        "\n\n{\"type\":\"client_report\"",
        "400 invalid envelope header",
    ),
    ("client_report", "event", "413 a second event"),
    ("15:00:00.123Z", "15:00:00.123+01:00", "400 sent_at"),
    ("@h:1/42", "@h:1/43", "400 public key header mismatch"),
    (
        "\"event_id\":\"9ec79c33ec9942ab8353589fcb2e04dc\",\"sent",
        "\"event_id\":\"0ec79c33ec9942ab8353589fcb2e04dc\",\"sent",
        "400 the event's id",
    ),
    ("\"quantity\":2", "\"quantity\":x", "400 a payload"),
];

/// The same of the request line and the headers.
const HEADS: &[Broken] = &[
    ("POST ", "PUT ", "405 "),
    ("/envelope/", "/envelope", "404 "),
    ("/api/42/", "/api/x/", "404 "),
    ("Host: h:1", "Host: h:2", "400 another host"),
    (
        "X-Sentry-Auth: Sentry",
        "X-Sentry-Auth:  Sentry",
        "400 white space",
    ),
    (
        "X-Sentry-Auth: Sentry ",
        "Authorization: Sentry ",
        "401 multiple",
    ),
    ("X-Sentry-Auth: Sentry ", "X-Other: Sentry ", "401 missing"),
    (
        "sentry_version=7",
        "sentry_version=99",
        "400 unsupported protocol",
    ),
    ("sentry_key=0", "sentry_key=", "400 bad sentry DSN"),
    ("User-Agent: a/1", "User-Agent: b/1", "400 the client"),
    ("application/x-sentry-envelope", "application/json", "415 "),
    (
        "Content-Encoding: gzip",
        "Content-Encoding: zstd",
        "415 unsupported encoding",
    ),
    ("LENGTH", "1", "400 content length"),
    (
        "Host: h:1\r\n",
        "Host: h:1\r\nHost: h:1\r\n",
        "400 Host twice",
    ),
];

#[test]
fn the_double_refuses_what_relay_refuses() {
    let (good_head, good) = right();
    let text = String::from_utf8(good.clone()).unwrap();
    assert_eq!(refusal(&good_head, &packed(&good)), "");
    let shorter = packed(text.trim_end().as_bytes());
    assert_eq!(refusal(&good_head, &shorter), "", "the last line feed");
    for (from, to, why) in ENVELOPES {
        assert!(text.contains(from), "{from}");
        let broken = text.replacen(from, to, 1);
        let told = refusal(&good_head, &packed(broken.as_bytes()));
        assert!(
            told.starts_with(why) && !told.is_empty(),
            "{to:?}: {told:?}"
        );
    }
    let body = packed(&good);
    for (from, to, why) in HEADS {
        assert!(good_head.contains(from), "{from}");
        let told = refusal(&good_head.replacen(from, to, 1), &body);
        assert!(told.starts_with(why), "{to:?}: {told:?}");
    }
    let behind = [body.clone(), b"x".to_vec()].concat();
    assert!(refusal(&good_head, &behind).contains("1 bytes behind the gzip member"));
    assert!(refusal(&good_head, body.get(..body.len() - 1).unwrap()).starts_with("400 gzip"));
    assert!(refusal(&good_head, &good).starts_with("400 no gzip"));
}
