//! A double that reads requests as Relay does, byte by byte, and answers what it would: nothing is forgiven that a receiver
//! need not forgive. It keeps every request with its verdict.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};

use serde_json::Value;

use crate::receiver::PATIENCE;

/// The public key of its projects.
pub(crate) const KEY: &str = "0123456789abcdef0123456789abcdef";
/// Items in one envelope.
const ITEMS: usize = 500;
/// Longest header line that every receiver takes.
const HEADER_BYTES: usize = 8 << 10;
/// Largest event that every receiver takes.
const EVENT_BYTES: usize = 1 << 20;

/// Status and `detail` of a refusal.
pub(crate) type Refusal = (u16, String);

/// One request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// The request line and the headers, each line with its end.
    pub(crate) head: String,
    /// What was made of it.
    pub(crate) verdict: Result<Envelope, Refusal>,
}

/// An envelope, taken apart.
#[derive(Debug, Clone)]
pub(crate) struct Envelope {
    /// Unpacked.
    pub(crate) bytes: Vec<u8>,
    pub(crate) header: Value,
    /// Item header, payload.
    pub(crate) items: Vec<(Value, Vec<u8>)>,
}

impl Envelope {
    /// The types of its items.
    pub(crate) fn types(&self) -> Vec<&str> {
        let items = self.items.iter();
        items
            .map(|(head, _)| head["type"].as_str().unwrap())
            .collect()
    }
}

fn no<T>(status: u16, detail: impl Into<String>) -> Result<T, Refusal> {
    Err((status, detail.into()))
}

/// What Relay makes of a request. `address`: whom it was sent to.
pub(crate) fn judge(address: &str, head: &str, body: &[u8]) -> Result<Envelope, Refusal> {
    let (project, key) = authorised(address, head)?;
    let bytes = unpacked(head, body)?;
    let envelope = taken_apart(&bytes)?;
    let dsn = format!("http://{key}@{address}/{project}");
    if envelope.header["dsn"] != dsn {
        return no(400, "public key header mismatch");
    }
    whole(&envelope)?;
    Ok(envelope)
}

/// The headers by their names in lower case; none twice.
fn headers(head: &str) -> Result<BTreeMap<String, &str>, Refusal> {
    let mut headers = BTreeMap::new();
    let Some(lines) = head.strip_suffix("\r\n\r\n") else {
        return no(400, "no end of headers");
    };
    for line in lines.split("\r\n").skip(1) {
        let Some((name, value)) = line.split_once(": ") else {
            return no(400, format!("no header: {line:?}"));
        };
        if value.trim() != value || value.contains(['\r', '\n']) {
            return no(400, format!("white space around {name}"));
        }
        if headers.insert(name.to_lowercase(), value).is_some() {
            return no(400, format!("{name} twice"));
        }
    }
    Ok(headers)
}

/// Project and key, as the request line and the one authorisation name them.
fn authorised<'h>(address: &str, head: &'h str) -> Result<(&'h str, &'h str), Refusal> {
    let headers = headers(head)?;
    let line = head.split("\r\n").next().unwrap_or_default();
    let path = line
        .strip_prefix("POST ")
        .and_then(|rest| rest.strip_suffix(" HTTP/1.1"));
    let Some(path) = path else {
        return no(405, format!("not posted: {line}"));
    };
    let project = path
        .strip_prefix("/api/")
        .and_then(|rest| rest.strip_suffix("/envelope/"));
    let Some(project) = project.filter(|project| project.parse::<u64>().is_ok()) else {
        return no(404, format!("no such path: {path}"));
    };
    if headers.get("host") != Some(&address) {
        return no(400, "another host");
    }
    if headers.contains_key("authorization") {
        return no(401, "multiple authorization payloads detected");
    }
    let auth = headers.get("x-sentry-auth").copied().unwrap_or_default();
    let Some(pairs) = auth.strip_prefix("Sentry ") else {
        return no(401, "missing authorization information");
    };
    let pairs: BTreeMap<&str, &str> = pairs
        .split(", ")
        .filter_map(|pair| pair.split_once('='))
        .collect();
    let of = |name: &str| pairs.get(name).copied().unwrap_or_default();
    if of("sentry_version") != "7" {
        return no(400, "unsupported protocol version");
    }
    if of("sentry_key").len() != 32 {
        return no(400, "bad sentry DSN public key");
    }
    if headers.get("user-agent") != Some(&of("sentry_client")) || !of("sentry_client").contains('/')
    {
        return no(400, "the client is not its user agent");
    }
    if headers.get("content-type") != Some(&"application/x-sentry-envelope") {
        return no(415, "no envelope");
    }
    Ok((project, of("sentry_key")))
}

/// One member of gzip, whole, nothing behind it; its length as announced.
fn unpacked(head: &str, body: &[u8]) -> Result<Vec<u8>, Refusal> {
    let headers = headers(head)?;
    let length = headers.get("content-length").copied().unwrap_or_default();
    if headers.contains_key("transfer-encoding") || length != body.len().to_string() {
        return no(400, "content length");
    }
    if headers.get("content-encoding") != Some(&"gzip") {
        return no(415, "unsupported encoding");
    }
    if !body.starts_with(&[0x1f, 0x8b, 8]) {
        return no(400, "no gzip");
    }
    let mut unpacked = Vec::new();
    let mut rest = body;
    let read = flate2::bufread::GzDecoder::new(&mut rest).read_to_end(&mut unpacked);
    if let Err(error) = read {
        return no(400, format!("gzip: {error}"));
    }
    if !rest.is_empty() {
        return no(400, format!("{} bytes behind the gzip member", rest.len()));
    }
    Ok(unpacked)
}

/// A line of JSON, an object, and what follows its line feed.
fn header_line(bytes: &[u8]) -> Result<(Value, &[u8]), Refusal> {
    let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
        return no(400, "unexpected end of file");
    };
    let (line, rest) = bytes.split_at(end);
    if line.len() > HEADER_BYTES {
        return no(413, "header line too long");
    }
    if !(line.starts_with(b"{") && line.ends_with(b"}")) {
        return no(400, "invalid envelope header");
    }
    match serde_json::from_slice(line) {
        Ok(header) => Ok((header, rest.get(1..).unwrap_or_default())),
        Err(error) => no(400, format!("invalid envelope header: {error}")),
    }
}

fn taken_apart(bytes: &[u8]) -> Result<Envelope, Refusal> {
    let (header, mut rest) = header_line(bytes)?;
    let mut items = Vec::new();
    while !rest.is_empty() {
        let (item, behind) = header_line(rest)?;
        let length = item["length"]
            .as_u64()
            .and_then(|n| usize::try_from(n).ok());
        let Some(length) = length else {
            return no(400, "an item without its length");
        };
        let Some((payload, behind)) = behind.split_at_checked(length) else {
            return no(400, "unexpected end of file");
        };
        rest = match behind.split_first() {
            None => &[],
            Some((b'\n', rest)) => rest,
            Some(_) => return no(400, "missing newline after header or payload"),
        };
        items.push((item, payload.to_vec()));
    }
    if items.len() > ITEMS {
        return no(400, "too many individual items");
    }
    Ok(Envelope {
        bytes: bytes.to_vec(),
        header,
        items,
    })
}

/// What stands in it, in which order, and that it belongs together.
fn whole(envelope: &Envelope) -> Result<(), Refusal> {
    let sent_at = envelope.header["sent_at"].as_str().unwrap_or_default();
    if !(sent_at.ends_with('Z') && sent_at.parse::<jiff::Timestamp>().is_ok()) {
        return no(400, "sent_at is not RFC 3339 in UTC");
    }
    for (nth, (item, payload)) in envelope.items.iter().enumerate() {
        let Ok(json @ Value::Object(_)) = serde_json::from_slice::<Value>(payload) else {
            return no(400, "a payload that is no JSON object");
        };
        match item["type"].as_str() {
            Some("event") if nth > 0 => {
                return no(413, "a second event, or one behind another item");
            }
            Some("event") => {
                let id = json["event_id"].as_str().unwrap_or_default();
                let digits = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
                if id.len() != 32 || !id.bytes().all(digits) || envelope.header["event_id"] != id {
                    return no(400, "the event's id is not the envelope's");
                }
                if payload.len() > EVENT_BYTES {
                    return no(413, "envelope exceeded size limits for type 'event'");
                }
                if item["content_type"] != "application/json" {
                    return no(400, "an event's content type");
                }
            }
            Some("client_report") => {
                let discarded = json["discarded_events"].as_array();
                let counted = |row: &Value| {
                    row["reason"].is_string()
                        && row["category"].is_string()
                        && row["quantity"].is_u64()
                };
                if !discarded.is_some_and(|rows| !rows.is_empty() && rows.iter().all(counted)) {
                    return no(400, "a report that counts nothing");
                }
            }
            other => return no(400, format!("an item of type {other:?}")),
        }
    }
    if envelope.items.is_empty() {
        return no(400, "an empty envelope");
    }
    Ok(())
}

#[derive(Default)]
struct Shared {
    requests: Mutex<Vec<Request>>,
    changed: Condvar,
    /// Answers that come before the verdict's, one each.
    first: Mutex<Vec<u16>>,
}

/// The double; its listener ends with the test's process.
pub(crate) struct Relay {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Relay {
    /// On a port of its own. `first`: how the first requests are answered whatever they hold.
    pub(crate) fn start(first: &[u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        first
            .iter()
            .rev()
            .for_each(|status| shared.first.lock().unwrap().push(*status));
        let relay = Self {
            address,
            shared: Arc::clone(&shared),
        };
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || serve(&shared, address, &connection.unwrap()));
            }
        });
        relay
    }

    pub(crate) fn dsn(&self, project: &str) -> String {
        format!("http://{KEY}@{}/{project}", self.address)
    }

    /// All requests, once there are so many.
    pub(crate) fn requests(&self, number: usize) -> Vec<Request> {
        let requests = self.shared.requests.lock().unwrap();
        let few = |requests: &mut Vec<Request>| requests.len() < number;
        let waited = self
            .shared
            .changed
            .wait_timeout_while(requests, PATIENCE, few);
        let (requests, timeout) = waited.unwrap();
        assert!(!timeout.timed_out(), "{} of {number}", requests.len());
        requests.clone()
    }
}

fn serve(shared: &Shared, address: SocketAddr, mut connection: &TcpStream) {
    let mut reader = BufReader::new(connection);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head).unwrap_or(0) == 0 {
                return;
            }
        }
        let lower = head.to_lowercase();
        let length = lower
            .split("content-length: ")
            .nth(1)
            .and_then(|rest| rest.lines().next());
        let length = length.and_then(|digits| digits.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        let verdict = judge(&address.to_string(), &head, &body);
        let first = shared.first.lock().unwrap().pop();
        let (status, text) = match (first, &verdict) {
            (Some(status), _) => (status, "{}".to_owned()),
            (None, Ok(envelope)) => (
                200,
                serde_json::json!({"id": envelope.header["event_id"]}).to_string(),
            ),
            (None, Err((status, detail))) => {
                (*status, serde_json::json!({ "detail": detail }).to_string())
            }
        };
        shared
            .requests
            .lock()
            .unwrap()
            .push(Request { head, verdict });
        shared.changed.notify_all();
        let reply = format!(
            "HTTP/1.1 {status} X\r\nContent-Length: {}\r\n\r\n{text}",
            text.len()
        );
        if connection.write_all(reply.as_bytes()).is_err() {
            return;
        }
    }
}
