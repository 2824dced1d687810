//! Programs that a signal ended, told of by systemd-coredump: an issue with the frames of the thread that crashed, once.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::support::home::{Home, THINNING_OFF};
use crate::support::sink::Sink;
use crate::support::state;
use crate::support::wait::{pass, wait_until};
use crate::world::{Journald, apart};

const PROGRAMS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/language/coredump/programs"
);

fn run(command: &mut Command) {
    let status = command.status();
    assert!(
        status.as_ref().is_ok_and(std::process::ExitStatus::success),
        "{command:?}: {status:?}"
    );
}

fn bash(script: &str, dir: &Path) {
    run(Command::new("bash")
        .args(["-euc", script, "-", PROGRAMS])
        .arg(dir)
        .stdout(Stdio::null()));
}

/// The programs, and systemd-coredump where systemd looks for it, in this namespace alone: unpacked rather than installed,
/// because its package would make it the machine's handler of crashes.
fn install(dir: &Path) {
    bash(
        r#"mkdir -p "$2/programs" "$2/upper" "$2/coredump"
        mount -t tmpfs programs /srv; mount -t tmpfs state /var/lib/systemd
        mkdir -p /srv/shop /srv/cart /srv/till
        gcc -g -O1 -pthread -o /srv/shop/shop "$1/shop.c"
        g++ -g -O1 -o /srv/cart/cart "$1/cart.cpp"
        rustc -g -O -C panic=abort -C force-frame-pointers=yes -o /srv/till/till "$1/till.rs"
        [ -x /lib/systemd/systemd-coredump ] && exit
        cd "$2/coredump"; chmod 777 .; apt-get -qq download systemd-coredump 2>/dev/null; dpkg -x ./*.deb .
        mount -t tmpfs over "$2/upper"; mkdir "$2/upper/u" "$2/upper/w"; cp lib/systemd/systemd-coredump "$2/upper/u/"
        mount -t overlay over -o "lowerdir=/lib/systemd,upperdir=$2/upper/u,workdir=$2/upper/w" /lib/systemd"#,
        dir,
    );
}

/// What listens at systemd-coredump.socket.
struct Listener(Child);

impl Listener {
    fn start() -> Self {
        let child = Command::new("systemd-socket-activate")
            .args(["--accept", "--seqpacket", "-l", "/run/systemd/coredump"])
            .arg("/lib/systemd/systemd-coredump")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("systemd-socket-activate");
        assert!(wait_until(Duration::from_secs(10), || Path::new(
            "/run/systemd/coredump"
        )
        .exists()));
        Self(child)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _gone = self.0.wait();
    }
}

/// Runs a program as its unit until a signal ends it.
fn crash(program: &str, signal: u32, how: &str) {
    run(Command::new(format!("{PROGRAMS}/crash.sh"))
        .arg(format!("{program}.service"))
        .arg(signal.to_string())
        .arg(format!("/srv/{program}/{program}"))
        .arg(how)
        .current_dir("/srv")
        .stdout(Stdio::null())
        .stderr(Stdio::null()));
}

/// The functions of an event's only exception, the crash first.
fn functions(event: &Value) -> Vec<&str> {
    let values = event["exception"]["values"].as_array().unwrap();
    assert_eq!(values.len(), 1, "{event}");
    let frames = values[0]["stacktrace"]["frames"].as_array().unwrap();
    let names = frames.iter().rev();
    names
        .map(|f| f["function"].as_str().unwrap_or(""))
        .collect()
}

#[test]
fn a_core_dump_is_an_issue_with_the_frames_of_the_crash() {
    let name = "coredumps::a_core_dump_is_an_issue_with_the_frames_of_the_crash";
    apart(name, |dir| {
        install(dir);
        let (home, sink, _journald) = (Home::new(), Sink::start(), Journald::start());
        for (project, unit) in [(1, "shop"), (2, "cart"), (3, "till")] {
            let dsn = sink.dsn(project);
            home.app_file(
                unit,
                &format!(
                    "dsn = \"{dsn}\"\n{THINNING_OFF}\n[[journal]]\nunits = [\"{unit}.service\"]\n"
                ),
            );
        }
        let _listener = Listener::start();
        let agent = home.start();
        assert!(wait_until(Duration::from_secs(20), || state::cursor(&home).is_some()));
        let event = |project: u32, nth: usize| {
            let here = wait_until(Duration::from_secs(30), || {
                sink.events_of(project).len() > nth
            });
            assert!(here, "{project} {nth}: {}", home.said());
            sink.events_of(project).swap_remove(nth).event
        };
        crash("shop", 11, "null");
        let shop = event(1, 0);
        println!("{shop:#}");
        assert_eq!(functions(&shop)[..3], ["charge", "checkout", "main"]);
        let exception = &shop["exception"]["values"][0];
        assert_eq!(
            (&exception["type"], &exception["value"]),
            (&"SIGSEGV".into(), &"Segfault".into())
        );
        assert_eq!(exception["mechanism"]["type"], "signalhandler");
        assert_eq!(exception["mechanism"]["meta"]["signal"]["number"], 11);
        assert_eq!(shop["level"], "fatal");
        assert_eq!(shop["tags"]["unit"], "shop.service");
        assert_eq!(shop["contexts"]["process"]["executable"], "/srv/shop/shop");
        let threads = shop["threads"]["values"].as_array().unwrap();
        assert_eq!(threads.len(), 2);
        assert_eq!(threads[0]["id"], exception["thread_id"]);
        assert_eq!(threads[0]["crashed"], true);
        let other = threads[1]["stacktrace"]["frames"].as_array().unwrap();
        assert!(other.iter().any(|f| f["function"] == "wait_for_orders"));

        crash("cart", 8, "");
        let cart = event(2, 0);
        assert_eq!(cart["exception"]["values"][0]["type"], "SIGFPE");
        assert!(functions(&cart)[0].starts_with("cart::Discount<cart::Item>::of("));

        crash("till", 11, "null");
        let till = event(3, 0);
        assert_eq!(
            functions(&till)[..3],
            ["till::charge", "till::till::Till::open", "till::main"]
        );
        // It says on stderr, too, that it panicked: one crash, one issue, whichever is read first.
        crash("till", 6, "panic");
        event(3, 1);
        crash("shop", 6, "abort");
        let abort = event(1, 1);
        assert_eq!(functions(&abort)[3..5], ["checkout", "main"]);
        pass(Duration::from_secs(6));
        assert_eq!(sink.events_of(3).len(), 2, "{}", home.said());
        let (status, _) = agent.stop();
        assert!(status.success());
    });
}
