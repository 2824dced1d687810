//! Spotlight's own server, from npm: what it shows of an event is what it hands to its page, by `/stream`.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::npm;
use crate::support::home::{Home, THINNING_OFF};
use crate::support::sink::nobody;
use crate::support::traces;
use crate::support::wait::wait_until;

/// It asks for hono ^4.12.21 and answers every request with 500 from 4.13 on, where `query()` gives objects without
/// `toString`, which it calls. This is the one it was built with.
const PACKAGES: [&str; 2] = ["@spotlightjs/spotlight@4.11.8", "hono@4.12.25"];

const SOON: Duration = Duration::from_secs(20);

/// The server; it ends with this value.
struct Spotlight {
    address: SocketAddr,
    server: Child,
    log: tempfile::TempDir,
}

impl Spotlight {
    fn start() -> Self {
        let script = npm::with("spotlight", &PACKAGES).join("@spotlightjs/spotlight/dist/run.js");
        let (address, log) = (nobody(), tempfile::tempdir().unwrap());
        let said = fs::File::create(log.path().join("said")).unwrap();
        let server = Command::new("node")
            .arg(script)
            .args(["server", "-p", &address.port().to_string()])
            // It would tell its makers how it is used.
            .env("HTTPS_PROXY", format!("http://{}", nobody()))
            .stdin(Stdio::null())
            .stdout(said.try_clone().unwrap())
            .stderr(said)
            .spawn()
            .unwrap();
        let spotlight = Self {
            address,
            server,
            log,
        };
        let up = wait_until(Duration::from_mins(1), || {
            TcpStream::connect(address).is_ok()
        });
        assert!(up, "Spotlight does not answer:\n{}", spotlight.said());
        spotlight
    }

    fn dsn(&self) -> String {
        format!("spotlight:http://{}", self.address)
    }

    fn said(&self) -> String {
        fs::read_to_string(self.log.path().join("said")).unwrap()
    }

    /// A page's connection, its headers read.
    fn get(&self, path: &str) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(SOON)).unwrap();
        let request = format!("GET {path} HTTP/1.0\r\nHost: {}\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).unwrap();
        let mut reader = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(reader.read_line(&mut head).unwrap() > 0, "{head}");
        }
        assert!(
            head.starts_with("HTTP/1.1 200"),
            "{path}: {head}\n{}",
            self.said()
        );
        reader
    }

    /// The next `count` envelopes that a page is shown, those that came before it was opened included.
    fn shown(&self, count: usize) -> Vec<Value> {
        let lines = self.get("/stream").lines().map(Result::unwrap);
        let data = lines.filter_map(|line| line.strip_prefix("data: ").map(str::to_owned));
        let envelopes = data.map(|data| serde_json::from_str(&data).unwrap());
        envelopes.take(count).collect()
    }

    /// The bytes of an envelope, as it got them.
    fn bytes(&self, envelope: &Value) -> Vec<u8> {
        let id = envelope[0]["__spotlight_envelope_id"].as_str().unwrap();
        let mut bytes = Vec::new();
        let mut reply = self.get(&format!("/envelope/{id}"));
        reply.read_to_end(&mut bytes).unwrap();
        bytes
    }
}

impl Drop for Spotlight {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[test]
fn spotlight_shows_the_issue_with_its_frames() {
    let spotlight = Spotlight::start();
    let home = Home::new();
    home.app("shop", &spotlight.dsn(), "shop.log", THINNING_OFF);
    let now = Timestamp::now();
    let printed = (1..=3).map(|n| traces::text(&traces::python(n, u64::from(n), now)));
    fs::write(home.log("shop.log"), printed.collect::<String>()).unwrap();
    let output = home.once();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{}", spotlight.said());
    let mut distinct = Vec::new();
    for envelope in spotlight.shown(3) {
        assert_eq!(envelope[0]["__spotlight_inferred_source"], "server");
        let [item] = envelope[1].as_array().unwrap().as_slice() else {
            panic!("more than the event: {envelope}");
        };
        let (head, event) = (&item[0], &item[1]);
        assert_eq!(head["type"], "event");
        assert_eq!(event["event_id"], envelope[0]["event_id"]);
        let exception = &event["exception"]["values"][0];
        assert_eq!(exception["type"], "ValueError");
        assert_eq!(traces::frames_of(event), traces::FRAMES);
        let last = &exception["stacktrace"]["frames"][traces::FRAMES - 1];
        assert_eq!(last["abs_path"], "/srv/shop/shop/step3.py");
        assert_eq!(last["lineno"], 37);
        assert_eq!(event["logger"], "shop.orders");
        distinct.push(traces::distinct_of(event).unwrap());
        // What it took for one event is the whole payload, no more and no less.
        let bytes = spotlight.bytes(&envelope);
        let mut lines = bytes.splitn(3, |byte| *byte == b'\n');
        let own: Value = serde_json::from_slice(lines.next().unwrap()).unwrap();
        assert_eq!(own["dsn"], json!(null), "Spotlight has no project");
        let length = lines
            .next()
            .map(|line| serde_json::from_slice::<Value>(line).unwrap()["length"].clone());
        let payload = lines.next().unwrap();
        let payload = payload.strip_suffix(b"\n").unwrap_or(payload);
        assert_eq!(length.unwrap(), payload.len());
    }
    distinct.sort_unstable();
    assert_eq!(distinct, [1, 2, 3]);
    println!(
        "Spotlight 4.11.8: 3 issues, each with {} frames",
        traces::FRAMES
    );
}

#[test]
fn its_commands_say_that_it_takes_what_is_sent() {
    let spotlight = Spotlight::start();
    let home = Home::new();
    home.app("shop", &spotlight.dsn(), "shop.log", "");
    for (command, told) in [("send-test-event", "200"), ("check", "receiver spotlight")] {
        let mut arguments = vec![command, "--config"];
        let config = home.config();
        arguments.push(config.to_str().unwrap());
        if command == "check" {
            arguments.push("--connect");
        }
        let output = crate::support::home::stacktail(&arguments)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && said.contains(told),
            "{command}: {said}"
        );
    }
    let event = &spotlight.shown(1)[0][1][0][1];
    assert!(event["event_id"].is_string(), "{event}");
}
