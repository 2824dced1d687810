//! A receiver in the test process: speaks enough HTTP to be posted to, remembers every event by its id.
//!
//! It outlives the agents that post to it, so what was received before a `kill -9` counts. How it answers is scripted
//! per project.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;
use serde_json::Value;

/// What a request gets.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// 200 and the event is stored.
    Take,
    /// 200 with these headers, and the event is stored.
    TakeWith(Vec<(String, String)>),
    /// This status with these headers; nothing is stored.
    Refuse(u16, Vec<(String, String)>),
    /// Bytes that are not HTTP.
    Garbage,
    /// No answer until the peer gives up.
    Hang,
}

/// One event, received.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    /// From the URL.
    pub project: String,
    /// From the envelope's header.
    pub id: String,
    /// The payload.
    pub event: Value,
    /// When its request was read.
    pub at: Instant,
}

type Script = Box<dyn Fn(u64) -> Answer + Send + Sync>;

#[derive(Default)]
struct Memory {
    events: Vec<Received>,
    ids: HashSet<(String, String)>,
    requests: BTreeMap<String, Vec<Instant>>,
    resent: u64,
    refused: Vec<Received>,
    discarded: BTreeMap<(String, String), u64>,
    faults: Vec<String>,
}

#[derive(Default)]
struct Shared {
    memory: Mutex<Memory>,
    changed: Condvar,
    scripts: Mutex<HashMap<String, Script>>,
    closed: AtomicBool,
}

/// The receiver.
pub(crate) struct Sink {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Sink {
    /// On a free port of the loopback.
    pub(crate) fn start() -> Self {
        Self::start_at(SocketAddr::from(([127, 0, 0, 1], 0)))
    }

    /// On this address, as a receiver that comes back.
    pub(crate) fn start_at(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if theirs.closed.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let shared = Arc::clone(&theirs);
                thread::spawn(move || serve(&stream, &shared));
            }
        });
        Self { address, shared }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The DSN of one of its projects.
    pub(crate) fn dsn(&self, project: u32) -> String {
        dsn(self.address, project)
    }

    /// How `project` answers its nth request (from 0).
    pub(crate) fn script(
        &self,
        project: u32,
        script: impl Fn(u64) -> Answer + Send + Sync + 'static,
    ) {
        let mut scripts = self.shared.scripts.lock().unwrap();
        scripts.insert(project.to_string(), Box::new(script));
    }

    /// Every distinct event so far, in order.
    pub(crate) fn events(&self) -> Vec<Received> {
        self.shared.memory.lock().unwrap().events.clone()
    }

    /// The events of one project.
    pub(crate) fn events_of(&self, project: u32) -> Vec<Received> {
        let mut events = self.events();
        events.retain(|event| event.project == project.to_string());
        events
    }

    /// How many distinct events so far.
    pub(crate) fn count(&self) -> usize {
        self.shared.memory.lock().unwrap().events.len()
    }

    /// How many requests came again with an id that was already stored.
    pub(crate) fn resent(&self) -> u64 {
        self.shared.memory.lock().unwrap().resent
    }

    /// The events that were refused, one per request.
    pub(crate) fn refused(&self) -> Vec<Received> {
        self.shared.memory.lock().unwrap().refused.clone()
    }

    /// When each request of `project` was read.
    pub(crate) fn requests(&self, project: u32) -> Vec<Instant> {
        let memory = self.shared.memory.lock().unwrap();
        memory
            .requests
            .get(&project.to_string())
            .cloned()
            .unwrap_or_default()
    }

    /// Σ of the client reports, by reason and category.
    pub(crate) fn discarded(&self) -> BTreeMap<(String, String), u64> {
        self.shared.memory.lock().unwrap().discarded.clone()
    }

    /// What was not a proper request.
    pub(crate) fn faults(&self) -> Vec<String> {
        self.shared.memory.lock().unwrap().faults.clone()
    }

    /// Waits until `count` distinct events are here.
    pub(crate) fn wait_for(&self, count: usize, within: Duration) -> bool {
        let memory = self.shared.memory.lock().unwrap();
        let (memory, _) = self
            .shared
            .changed
            .wait_timeout_while(memory, within, |memory| memory.events.len() < count)
            .unwrap();
        memory.events.len() >= count
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

/// The DSN of `project` at `address`.
pub(crate) fn dsn(address: SocketAddr, project: u32) -> String {
    format!("http://{project:032x}@{address}/{project}")
}

/// An address nobody listens on.
pub(crate) fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
}

struct Request {
    project: String,
    body: Vec<u8>,
}

fn serve(stream: &TcpStream, shared: &Shared) {
    let _ = stream.set_nodelay(true);
    let mut reader = BufReader::new(stream);
    loop {
        match read_request(&mut reader) {
            Ok(Some(request)) => {
                if !answer(&request, shared, stream) {
                    return;
                }
            }
            Ok(None) => return,
            Err(fault) => {
                shared.memory.lock().unwrap().faults.push(fault);
                return;
            }
        }
    }
}

/// One request; `None` when the peer has hung up between two.
fn read_request(reader: &mut impl BufRead) -> Result<Option<Request>, String> {
    let mut line = String::new();
    if !matches!(reader.read_line(&mut line), Ok(read) if read > 0) {
        return Ok(None);
    }
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let project = path
        .strip_prefix("/api/")
        .and_then(|rest| rest.strip_suffix("/envelope/"))
        .ok_or_else(|| format!("not an envelope's path: {line:?}"))?
        .to_owned();
    let (mut length, mut gzip, mut auth) = (0, false, false);
    loop {
        line.clear();
        if reader
            .read_line(&mut line)
            .map_err(|error| error.to_string())?
            == 0
        {
            return Ok(None);
        }
        if line.trim().is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').unwrap_or((line.as_str(), ""));
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap_or(0),
            "content-encoding" => gzip = value.trim() == "gzip",
            "x-sentry-auth" => {
                auth = value.contains("sentry_version=7") && value.contains("sentry_key=");
            }
            _ => {}
        }
    }
    let mut body = vec![0; length];
    if reader.read_exact(&mut body).is_err() {
        return Ok(None);
    }
    if !auth {
        return Err("no X-Sentry-Auth with version and key".to_owned());
    }
    if gzip {
        let mut plain = Vec::new();
        GzDecoder::new(body.as_slice())
            .read_to_end(&mut plain)
            .map_err(|error| format!("not gzip: {error}"))?;
        body = plain;
    }
    Ok(Some(Request { project, body }))
}

/// Answers; `false` where the connection is over.
fn answer(request: &Request, shared: &Shared, mut stream: &TcpStream) -> bool {
    let nth = {
        let mut memory = shared.memory.lock().unwrap();
        let times = memory.requests.entry(request.project.clone()).or_default();
        times.push(Instant::now());
        times.len() as u64 - 1
    };
    let answer = {
        let scripts = shared.scripts.lock().unwrap();
        scripts
            .get(&request.project)
            .map_or(Answer::Take, |script| script(nth))
    };
    let (status, headers) = match answer {
        Answer::Take => (200, Vec::new()),
        Answer::TakeWith(headers) => (200, headers),
        Answer::Refuse(status, headers) => (status, headers),
        Answer::Garbage => {
            let _ = stream.write_all(b"\x00\x01garbage\xff\r\n\r\n");
            return false;
        }
        Answer::Hang => {
            let _ = stream.read(&mut [0; 64]);
            return false;
        }
    };
    remember(request, shared, status == 200);
    let mut reply = format!("HTTP/1.1 {status} X\r\nContent-Length: 2\r\n");
    for (name, value) in headers {
        reply.extend([name.as_str(), ": ", value.as_str(), "\r\n"]);
    }
    reply.push_str("\r\n{}");
    stream.write_all(reply.as_bytes()).is_ok()
}

/// Takes the envelope apart and keeps what was in it.
fn remember(request: &Request, shared: &Shared, stored: bool) {
    let at = Instant::now();
    let mut memory = shared.memory.lock().unwrap();
    let memory = &mut *memory;
    for (kind, payload) in items(&request.body) {
        match kind.as_str() {
            "event" => {
                let id = payload["event_id"]
                    .as_str()
                    .unwrap_or_default()
                    .replace('-', "");
                let received = Received {
                    project: request.project.clone(),
                    id: id.clone(),
                    event: payload,
                    at,
                };
                if !stored {
                    memory.refused.push(received);
                } else if memory.ids.insert((request.project.clone(), id)) {
                    memory.events.push(received);
                } else {
                    memory.resent += 1;
                }
            }
            "client_report" if stored => {
                for row in payload["discarded_events"].as_array().into_iter().flatten() {
                    let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
                    let key = (text("reason"), text("category"));
                    *memory.discarded.entry(key).or_default() +=
                        row["quantity"].as_u64().unwrap_or(0);
                }
            }
            _ => {}
        }
    }
    shared.changed.notify_all();
}

/// The items of an envelope: type and payload.
fn items(mut body: &[u8]) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let _envelope_header = take_line(&mut body);
    while !body.is_empty() {
        let header: Value = serde_json::from_slice(take_line(&mut body)).unwrap_or_default();
        let Some(kind) = header["type"].as_str() else {
            continue;
        };
        let length = header["length"]
            .as_u64()
            .map_or(body.len(), |length| length as usize);
        let (payload, rest) = body.split_at(length.min(body.len()));
        found.push((
            kind.to_owned(),
            serde_json::from_slice(payload).unwrap_or_default(),
        ));
        body = rest.strip_prefix(b"\n").unwrap_or(rest);
    }
    found
}

fn take_line<'a>(body: &mut &'a [u8]) -> &'a [u8] {
    let end = body
        .iter()
        .position(|&byte| byte == b'\n')
        .unwrap_or(body.len());
    let (line, rest) = body.split_at(end);
    *body = rest.get(1..).unwrap_or_default();
    line
}
