//! A Sentry-like receiver for tests: HTTP over a std listener, a thread per connection. It takes envelopes apart by the
//! rules of the protocol, remembers them, and answers as it was told to, per project.

#![expect(
    clippy::unwrap_used,
    reason = "a test double stops at what it cannot do"
)]

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::net::sockopt::set_socket_reuseaddr;
use rustix::net::{AddressFamily, SocketType, bind, getsockname, socket};
use serde_json::Value;
use stacktail::os::clock::{Clock as _, SystemClock};

/// How long a test waits for what it expects before it fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// How one request is answered.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// A whole answer.
    Reply {
        status: u16,
        headers: Vec<(String, String)>,
        body: String,
    },
    /// A whole 200, after a while.
    Slow(Duration),
    /// Nothing, until `release`; then a 200.
    Hang,
    /// Bytes that are no HTTP.
    Garbage,
    /// The connection is closed without a word.
    Close,
    /// The connection is closed in the middle of a 200.
    CloseMidway,
    /// These bytes, then the connection is closed; `taken`: an HTTP client must take them for a 200.
    Raw { bytes: Vec<u8>, taken: bool },
    /// These bytes one at a time, each after a moment, until the client is gone.
    Dribble(Vec<u8>),
}

impl Act {
    /// 200 and an empty object.
    pub(crate) fn ok() -> Self {
        Self::status(200)
    }

    pub(crate) fn status(status: u16) -> Self {
        Self::Reply {
            status,
            headers: Vec::new(),
            body: "{}".to_owned(),
        }
    }

    /// With one more header.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        if let Self::Reply { headers, .. } = &mut self {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// With another body.
    pub(crate) fn saying(mut self, text: &str) -> Self {
        if let Self::Reply { body, .. } = &mut self {
            text.clone_into(body);
        }
        self
    }
}

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    /// Since the receiver was made.
    pub(crate) at: Duration,
    pub(crate) project: String,
    pub(crate) path: String,
    /// Names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) envelope: Envelope,
    /// The status of the answer, if it was to get a whole one at once.
    pub(crate) status: Option<u16>,
}

/// An envelope taken apart.
#[derive(Debug, Clone)]
pub(crate) struct Envelope {
    pub(crate) header: Value,
    /// Item header, payload.
    pub(crate) items: Vec<(Value, Vec<u8>)>,
}

impl Envelope {
    /// By the rules: one-line headers, exact lengths, a line feed or the end behind each payload.
    fn parse(bytes: &[u8]) -> Self {
        let (header, mut rest) = json_line(bytes);
        let mut items = Vec::new();
        while !rest.is_empty() {
            let (item, behind) = json_line(rest);
            let length = usize::try_from(item["length"].as_u64().unwrap()).unwrap();
            let (payload, behind) = behind.split_at(length);
            assert!(behind.is_empty() || behind.starts_with(b"\n"), "length");
            rest = behind.strip_prefix(b"\n").unwrap_or(behind);
            items.push((item, payload.to_vec()));
        }
        Self { header, items }
    }

    /// The payload of the first item of a type.
    pub(crate) fn item(&self, ty: &str) -> Option<Value> {
        let (_, payload) = self.items.iter().find(|(header, _)| header["type"] == ty)?;
        Some(serde_json::from_slice(payload).unwrap())
    }
}

impl Received {
    pub(crate) fn event(&self) -> Option<Value> {
        self.envelope.item("event")
    }

    /// Of the envelope's header; empty where there is no event.
    pub(crate) fn event_id(&self) -> String {
        let id = self.envelope.header["event_id"].as_str();
        id.unwrap_or_default().to_owned()
    }

    pub(crate) fn accepted(&self) -> bool {
        self.status == Some(200)
    }
}

fn json_line(bytes: &[u8]) -> (Value, &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap();
    let (line, rest) = bytes.split_at(end);
    (
        serde_json::from_slice(line).unwrap(),
        rest.get(1..).unwrap(),
    )
}

#[derive(Debug, Default)]
struct Script {
    next: VecDeque<Act>,
    then: Option<Act>,
}

#[derive(Default)]
struct State {
    received: Vec<Received>,
    scripts: BTreeMap<String, Script>,
    connections: Vec<TcpStream>,
    connections_made: usize,
    released: u64,
    resets: usize,
    down: bool,
}

struct Shared {
    clock: SystemClock,
    state: Mutex<State>,
    changed: Condvar,
}

/// The receiver. Down when dropped.
pub(crate) struct Receiver {
    address: SocketAddr,
    /// Bound and never listening: the port stays this receiver's own while it is down.
    _port: OwnedFd,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

impl Receiver {
    /// Up, on a port of its own, every project answered with 200.
    pub(crate) fn start() -> Self {
        let (port, address) = port();
        let mut receiver = Self {
            address,
            _port: port,
            shared: Arc::new(Shared {
                clock: SystemClock::new(),
                state: Mutex::default(),
                changed: Condvar::new(),
            }),
            acceptor: None,
        };
        receiver.listen();
        receiver
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn dsn(&self, project: &str) -> String {
        format!(
            "http://0123456789abcdef0123456789abcdef@{}/{project}",
            self.address
        )
    }

    /// The next requests of this project, one act each; then as before.
    pub(crate) fn next(&self, project: &str, acts: impl IntoIterator<Item = Act>) {
        let mut state = self.state();
        let script = state.scripts.entry(project.to_owned()).or_default();
        script.next.extend(acts);
    }

    /// All further requests of this project.
    pub(crate) fn always(&self, project: &str, act: Act) {
        let mut state = self.state();
        let script = state.scripts.entry(project.to_owned()).or_default();
        script.then = Some(act);
    }

    /// Lets go all that hang.
    pub(crate) fn release(&self) {
        self.state().released += 1;
        self.shared.changed.notify_all();
    }

    /// Resets the next connections.
    pub(crate) fn reset_next(&self, number: usize) {
        self.state().resets = number;
    }

    /// Refuses connections from now on, and breaks those that are there.
    pub(crate) fn down(&mut self) {
        {
            let mut state = self.state();
            state.down = true;
            for connection in state.connections.drain(..) {
                let _gone_already = connection.shutdown(Shutdown::Both);
            }
        }
        self.shared.changed.notify_all();
        if let Some(acceptor) = self.acceptor.take() {
            let _wakes_the_acceptor = TcpStream::connect(self.address);
            acceptor.join().unwrap();
        }
    }

    /// Again on the same port.
    pub(crate) fn up(&mut self) {
        self.state().down = false;
        self.listen();
    }

    /// What came so far, oldest first.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.look(<[_]>::to_vec)
    }

    /// Looks at what came so far, oldest first.
    pub(crate) fn look<T>(&self, at: impl FnOnce(&[Received]) -> T) -> T {
        at(&self.state().received)
    }

    /// How many connections were made.
    pub(crate) fn connections(&self) -> usize {
        self.state().connections_made
    }

    /// Waits until what came is enough; fails the test if it never is.
    pub(crate) fn wait(&self, what: &str, enough: impl Fn(&[Received]) -> bool) -> Vec<Received> {
        let waited = self
            .shared
            .changed
            .wait_timeout_while(self.state(), PATIENCE, |state| !enough(&state.received));
        let (state, timeout) = waited.unwrap();
        let received = state.received.clone();
        drop(state);
        let came: Vec<(String, Option<u16>)> = received
            .iter()
            .map(|received| (received.event_id(), received.status))
            .collect();
        assert!(
            !timeout.timed_out(),
            "{what}: never came; there came {came:?}"
        );
        received
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared
            .state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn listen(&mut self) {
        let listener = TcpListener::bind(self.address).unwrap();
        let shared = Arc::clone(&self.shared);
        self.acceptor = Some(std::thread::spawn(move || {
            for connection in listener.incoming() {
                let connection = connection.unwrap();
                let mut state = shared.state.lock().unwrap();
                if state.down {
                    return;
                }
                if state.resets > 0 {
                    state.resets -= 1;
                    // Closed with bytes unread: the kernel sends a reset.
                    let _some_came = (&connection).read(&mut [0]);
                    continue;
                }
                state.connections.push(connection.try_clone().unwrap());
                state.connections_made += 1;
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || serve(&shared, connection));
            }
        }));
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.down();
    }
}

/// A free port, which nobody else is given; who knows it may still listen on it.
fn port() -> (OwnedFd, SocketAddr) {
    let port = socket(AddressFamily::INET, SocketType::STREAM, None).unwrap();
    set_socket_reuseaddr(&port, true).unwrap();
    bind(&port, &SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let address = getsockname(&port).unwrap().try_into().unwrap();
    (port, address)
}

/// Requests of one connection, one after the other; then it is closed, whoever else holds it.
fn serve(shared: &Shared, mut connection: TcpStream) {
    requests(shared, &mut connection);
    let _gone_already = connection.shutdown(Shutdown::Both);
}

fn requests(shared: &Shared, connection: &mut TcpStream) {
    let mut reader = BufReader::new(connection.try_clone().unwrap());
    while let Some((path, headers, body)) = read_request(&mut reader) {
        let project = path.rsplit('/').nth(2).unwrap().to_owned();
        let mut plain = Vec::new();
        assert_eq!(headers.get("content-encoding").unwrap(), "gzip");
        flate2::read::GzDecoder::new(&body[..])
            .read_to_end(&mut plain)
            .unwrap();
        let (act, released) = {
            let mut state = shared.state.lock().unwrap();
            let script = state.scripts.entry(project.clone()).or_default();
            let act = script.next.pop_front().or_else(|| script.then.clone());
            let act = act.unwrap_or_else(Act::ok);
            let status = match act {
                Act::Reply { status, .. } => Some(status),
                Act::Raw { taken: true, .. } => Some(200),
                _ => None,
            };
            state.received.push(Received {
                at: shared.clock.now().mono,
                project,
                path,
                headers,
                envelope: Envelope::parse(&plain),
                status,
            });
            (act, state.released)
        };
        shared.changed.notify_all();
        if !answer(shared, connection, act, released) {
            return;
        }
    }
}

type Request = (String, BTreeMap<String, String>, Vec<u8>);

fn read_request(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let path = line.split(' ').nth(1).unwrap().to_owned();
    assert!(line.starts_with("POST "), "{line}");
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let mut body = vec![0; headers.get("content-length").unwrap().parse().unwrap()];
    reader.read_exact(&mut body).ok()?;
    Some((path, headers, body))
}

/// False if the connection is to be closed. `released`: as it stood when the request came.
fn answer(shared: &Shared, connection: &mut TcpStream, act: Act, released: u64) -> bool {
    let bytes = match act {
        Act::Reply {
            status,
            headers,
            body,
        } => {
            let headers = headers.iter().fold(String::new(), |sum, (name, value)| {
                format!("{sum}{name}: {value}\r\n")
            });
            let length = body.len();
            format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\n\r\n{body}")
        }
        Act::Slow(pause) => {
            let state = shared.state.lock().unwrap();
            let _down_or_over = shared
                .changed
                .wait_timeout_while(state, pause, |state| !state.down);
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".to_owned()
        }
        Act::Hang => {
            let state = shared.state.lock().unwrap();
            let _released = shared
                .changed
                .wait_while(state, |state| state.released == released && !state.down);
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".to_owned()
        }
        Act::Garbage => "\x16\x03\x01 this is no HTTP\r\n\r\n".to_owned(),
        Act::Close => return false,
        Act::Raw { bytes, .. } => {
            let _gone_already = connection.write_all(&bytes);
            return false;
        }
        Act::Dribble(bytes) => {
            for byte in bytes {
                let state = shared.state.lock().unwrap();
                let moment = Duration::from_millis(20);
                let _down_or_over = shared
                    .changed
                    .wait_timeout_while(state, moment, |state| !state.down);
                if connection.write_all(&[byte]).is_err() {
                    break;
                }
            }
            return false;
        }
        Act::CloseMidway => {
            let half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":";
            let _gone_already = connection.write_all(half);
            return false;
        }
    };
    connection.write_all(bytes.as_bytes()).is_ok() && !bytes.starts_with('\x16')
}

#[test]
fn the_double_does_what_it_says() {
    let mut receiver = Receiver::start();
    let limited = Act::status(429).with("Retry-After", "7").saying("no");
    receiver.next(
        "1",
        [limited, Act::Slow(Duration::from_millis(1)), Act::Hang],
    );
    receiver.always("1", Act::Garbage);
    receiver.next("2", [Act::Close, Act::CloseMidway]);
    let post = |project: &str| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let head = "{\"event_id\":\"00\"}\n{\"type\":\"event\",\"length\":2}\n{}\n";
        packed.write_all(head.as_bytes()).unwrap();
        let body = packed.finish().unwrap();
        let mut connection = TcpStream::connect(receiver.address).unwrap();
        let length = body.len();
        let head = format!(
            "POST /api/{project}/envelope/ HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: {length}\r\n\r\n"
        );
        connection.write_all(head.as_bytes()).unwrap();
        connection.write_all(&body).unwrap();
        connection.shutdown(Shutdown::Write).unwrap();
        connection
    };
    let text = |mut connection: TcpStream| {
        let mut text = String::new();
        connection.read_to_string(&mut text).unwrap();
        text
    };
    let limited = "HTTP/1.1 429 X\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\nno";
    assert_eq!(text(post("1")), limited);
    assert!(text(post("1")).starts_with("HTTP/1.1 200"));
    let hanging = post("1");
    receiver.wait("the third", |came| came.len() == 3);
    receiver.release();
    assert!(text(hanging).starts_with("HTTP/1.1 200"));
    assert!(text(post("1")).contains("no HTTP"));
    assert_eq!(text(post("2")), "");
    assert!(text(post("2")).ends_with("{\"id\":"));
    assert!(receiver.dsn("2").ends_with("/2") && receiver.address() == receiver.address);
    let came = receiver.received();
    assert_eq!((came.len(), receiver.connections()), (6, 6));
    let first = came.first().unwrap();
    assert!(first.at <= PATIENCE && !first.accepted() && first.event().is_some());
    assert_eq!(
        (first.project.as_str(), first.path.as_str()),
        ("1", "/api/1/envelope/")
    );
    assert_eq!(first.headers.get("content-encoding").unwrap(), "gzip");
    receiver.down();
    assert!(TcpStream::connect(receiver.address).is_err());
    receiver.up();
    let hanging = TcpStream::connect(receiver.address);
    assert!(hanging.is_ok());
}
