//! Asking the running agent: `status`, `reload`, what systemd is told; and clients that mean no good.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::support::home::{Agent, Home, THINNING_OFF, stacktail};
use crate::support::kills::append;
use crate::support::receiver::Act;
use crate::support::sink::Sink;
use crate::support::traces;
use crate::support::wait::wait_until;

const SOON: Duration = Duration::from_secs(20);

fn ask(home: &Home, arguments: &[&str]) -> Output {
    let mut command: Command = stacktail(arguments);
    command.arg("--config").arg(home.config());
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn status(home: &Home) -> Value {
    let output = ask(home, &["status", "--output", "json"]);
    assert!(output.status.success(), "{output:?}\n{}", home.said());
    serde_json::from_slice(&output.stdout).unwrap()
}

fn socket(home: &Home) -> PathBuf {
    home.path().join("state/admin.sock")
}

/// One trace into `log` and the ordinary line that closes it; the lines written.
fn print(home: &Home, log: &str, number: u32) -> u64 {
    let now = Timestamp::now();
    let lines = traces::python(number, u64::from(number), now);
    let text = traces::text(&lines) + &traces::ordinary(0, now) + "\n";
    append(&home.log(log)).write_all(text.as_bytes()).unwrap();
    text.matches('\n').count() as u64
}

/// The row of a list whose field `name` has this value.
fn find<'v>(list: &'v Value, name: &str, value: &str) -> &'v Value {
    let mut rows = list.as_array().unwrap().iter();
    rows.find(|row| row[name].as_str().is_some_and(|text| text.ends_with(value)))
        .expect(value)
}

#[test]
fn status_tells_files_counts_receivers_and_what_is_wrong() {
    let (home, sink) = (Home::new(), Sink::start());
    home.app("shop", &sink.dsn(1), "shop*", "dedup_window = \"1h\"\n");
    home.app("dead", &sink.dsn(2), "dead.log", THINNING_OFF);
    home.app_file("bad", "min_level = \"eror\"\n");
    sink.always(2, Act::status(403));
    fs::write(home.log("shop.gz"), b"\x1f\x8b\x08 packed").unwrap();
    fs::create_dir(home.log("shop.d")).unwrap();
    fs::write(home.log("shop-closed.log"), "x\n").unwrap();
    std::os::unix::fs::symlink("/nowhere/at/all", home.log("shop-link.log")).unwrap();
    let lines = print(&home, "shop.log", 1) + print(&home, "shop.log", 1);
    // What asked whether the DSN is dead is gone with the answer; the others wait.
    (0..40).for_each(|number| {
        print(&home, "dead.log", number);
    });
    let agent = home.start();
    assert!(sink.wait_for(1, SOON), "{}", home.said());
    let done = |status: &Value| {
        let shop = find(&status["apps"], "name", "shop");
        shop["ever"]["delivered_events"] == 1
            && shop["counts"]["thinned"] == 1
            && shop["counts"]["lines"] == lines + 1
            && find(&status["receivers"], "receiver", "/2")["standing"] == "dead"
    };
    assert!(
        wait_until(SOON, || done(&status(&home))),
        "{:#}",
        status(&home)
    );
    told(&home, agent.pid(), lines + 1);
    let now = status(&home);
    // For people; and a DSN's key in neither.
    let page = ask(&home, &["status"]);
    assert!(page.status.success());
    let page = text(&page.stdout);
    for part in [
        "app shop -> ",
        "files: 2 read, ",
        "1 counted into others",
        "): dead: ",
        "error: ",
    ] {
        assert!(page.contains(part), "{part:?} is not in\n{page}");
    }
    let dsn = sink.dsn(1);
    let key = dsn.split(['/', '@']).nth(2).unwrap();
    assert!(key.len() >= 8 && !page.contains(key) && !now.to_string().contains(key));
}

/// What the document says once all has come to rest.
fn told(home: &Home, pid: u32, lines: u64) {
    let now = status(home);
    assert_eq!(now["agent"]["pid"], pid);
    assert_eq!(now["answers"], true);
    assert!(now["agent"]["last_pass"].is_string());
    let shop = find(&now["apps"], "name", "shop");
    assert_eq!(shop["counts"]["lines"], lines);
    assert_eq!(
        (&shop["counts"]["events"], &shop["counts"]["kept"]),
        (&2.into(), &1.into())
    );
    assert_eq!(shop["open_windows"]["occurrences"], 1);
    let log = find(&shop["files"], "path", "shop.log");
    let size = fs::metadata(home.log("shop.log")).unwrap().len();
    assert_eq!(
        (&log["position"], &log["size"]),
        (&size.into(), &size.into())
    );
    assert_eq!(
        (&log["state"], &log["lag_bytes"]),
        (&"read".into(), &0.into())
    );
    let packed = find(&shop["files"], "path", "shop.gz");
    assert_eq!(packed["state"], "not_read");
    assert!(packed["why"].as_str().unwrap().contains("compressed"));
    let dead = find(&now["apps"], "name", "dead");
    let waiting = dead["outbox"]["events"].as_u64().unwrap();
    assert!(waiting > 0 && waiting < 40, "{dead:#}");
    assert!(dead["outbox"]["bytes"].as_u64().unwrap() > 100);
    let ok = find(&now["receivers"], "receiver", "/1");
    assert_eq!(
        (&ok["standing"], &ok["apps"][0]),
        (&"ok".into(), &"shop".into())
    );
    assert!(find(&now["receivers"], "receiver", "/2")["next_in_s"].is_u64());
    let problem = now["problems"][0]["text"].as_str().unwrap();
    assert!(problem.contains("bad.toml:1:13: `min_level`"), "{problem}");
}

#[test]
fn where_no_agent_runs_it_is_said_where_it_was_looked_for() {
    let home = Home::new();
    for command in ["status", "reload"] {
        let output = ask(&home, &[command]);
        assert_eq!(output.status.code(), Some(1));
        let said = text(&output.stderr);
        let place = format!("  {}: no socket is there\n", socket(&home).display());
        assert!(
            said.contains(&place) && said.contains("systemctl status stacktail"),
            "{said}"
        );
        assert!(output.stdout.is_empty());
    }
    let off = Home::with_host("admin = \"off\"\n");
    off.app("a", "console", "a.log", "");
    let _agent = off.start();
    let output = ask(&off, &["status"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("`admin` is \"off\""));
    assert!(!socket(&off).exists());
}

#[test]
fn reload_waits_until_it_has_happened_and_fails_where_it_is_refused() {
    let home = Home::with_host("admin = \"admin.sock\"\n");
    home.app("a", "console", "a.log", "");
    let agent = home.start();
    let place = home.path().join("admin.sock");
    assert!(wait_until(SOON, || place.exists()), "{}", home.said());
    let mode = fs::metadata(&place).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o660);
    home.app("b", "console", "b.log", "");
    let output = ask(&home, &["reload"]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(text(&output.stdout), "configuration reloaded: added b\n");
    let names = |status: Value| {
        let apps = status["apps"].as_array().unwrap().clone();
        apps.iter()
            .map(|app| app["name"].to_string())
            .collect::<Vec<_>>()
    };
    assert!(wait_until(SOON, || names(status(&home)) == ["\"a\"", "\"b\""]));
    // A bad app file fails itself alone; a bad host file the whole.
    home.app_file("b", "min_level = 3\n");
    let output = ask(&home, &["reload"]);
    assert!(output.status.success());
    assert!(text(&output.stdout).contains("kept as before because of errors: b"));
    assert!(text(&output.stderr).contains("b.toml:1:13: `min_level`"));
    let good = fs::read_to_string(home.config()).unwrap();
    fs::write(home.config(), format!("send_rate = 3\n{good}")).unwrap();
    let output = ask(&home, &["reload"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("reload refused: "),
        "{output:?}"
    );
    assert_eq!(names(status(&home)).len(), 2);
    let (ended, _) = agent.stop();
    assert!(ended.success() && !place.exists(), "the socket was left");
}

#[test]
fn hostile_clients_hold_up_nobody() {
    let (home, sink) = (Home::new(), Sink::start());
    home.app("shop", &sink.dsn(1), "shop.log", THINNING_OFF);
    let _agent = home.start();
    assert!(wait_until(SOON, || socket(&home).exists()));
    let mut clients = Vec::new();
    for n in 0..40 {
        let mut client = UnixStream::connect(socket(&home)).unwrap();
        client.set_read_timeout(Some(SOON)).unwrap();
        // Nothing, rubbish without an end, a question whose answer is never taken.
        let _turned_away = match n % 3 {
            0 => Ok(()),
            1 => client.write_all(&vec![b'x'; 100_000]),
            _ => client.write_all(b"status\n"),
        };
        clients.push(client);
    }
    print(&home, "shop.log", 7);
    assert!(sink.wait_for(1, SOON), "{}", home.said());
    // The server hangs up on each of them by itself.
    for mut client in clients {
        let mut rest = Vec::new();
        let end = client.read_to_end(&mut rest);
        let reset = end
            .as_ref()
            .is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionReset);
        assert!(end.is_ok() || reset, "{end:?}");
    }
    assert_eq!(status(&home)["answers"], true);
}

/// What arrives on a socket as systemd has it, in order.
struct Manager {
    socket: UnixDatagram,
    heard: Vec<String>,
}

impl Manager {
    /// The agent under it.
    fn start(home: &Home, watchdog: Option<u64>) -> (Self, Agent) {
        let path = home.path().join("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        socket.set_read_timeout(Some(SOON)).unwrap();
        let mut command = home.run_command();
        command.env("NOTIFY_SOCKET", path);
        if let Some(micros) = watchdog {
            command.env("WATCHDOG_USEC", micros.to_string());
        }
        let agent = home.start_as(command);
        let heard = Vec::new();
        (Self { socket, heard }, agent)
    }

    /// The next message with this line in it.
    fn hears(&mut self, line: &str) -> String {
        loop {
            let mut bytes = [0; 4_096];
            let count = self.socket.recv(&mut bytes);
            assert!(count.is_ok(), "{line}: {:?}", self.heard);
            let count = count.unwrap();
            let message = text(&bytes[..count]);
            self.heard.push(message.clone());
            if message.lines().any(|each| each.starts_with(line)) {
                return message;
            }
        }
    }
}

#[test]
fn systemd_is_told_of_readiness_reloads_work_and_the_end() {
    let (home, sink) = (Home::new(), Sink::start());
    home.app("shop", &sink.dsn(1), "shop.log", THINNING_OFF);
    print(&home, "shop.log", 1);
    let (mut manager, agent) = Manager::start(&home, Some(400_000));
    let ready = manager.hears("READY=1");
    assert!(ready.contains("STATUS=1 app, 1 file, "), "{ready}");
    assert!(!manager.heard.iter().any(|said| said.contains("RELOADING")));
    for _ in 0..3 {
        manager.hears("WATCHDOG=1");
    }
    home.app("more", &sink.dsn(1), "more.log", THINNING_OFF);
    agent.hang_up();
    let reloading = manager.hears("RELOADING=1");
    assert!(reloading.contains("\nMONOTONIC_USEC="));
    let ready = manager.hears("READY=1");
    assert!(ready.contains("STATUS=2 apps, 1 file, "), "{ready}");
    let (ended, _) = agent.stop();
    assert!(ended.success());
    manager.hears("STOPPING=1");
}

#[test]
fn a_process_that_stands_still_is_not_vouched_for() {
    let home = Home::new();
    home.app("a", "console", "a.log", "");
    let (mut manager, agent) = Manager::start(&home, Some(200_000));
    manager.hears("WATCHDOG=1");
    agent.pause();
    manager.socket.set_nonblocking(true).unwrap();
    // What was on its way.
    let mut bytes = [0; 4_096];
    while manager.socket.recv(&mut bytes).is_ok() {}
    manager.socket.set_nonblocking(false).unwrap();
    let two_periods = Some(Duration::from_millis(400));
    manager.socket.set_read_timeout(two_periods).unwrap();
    assert!(manager.socket.recv(&mut bytes).is_err());
    agent.go_on();
    manager.socket.set_read_timeout(Some(SOON)).unwrap();
    manager.hears("WATCHDOG=1");
}
