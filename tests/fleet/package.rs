//! The .deb on a booted machine, from installation to purge, while a program fails twenty times a second.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::machine::Machine;
use crate::support::home::{STACKTAIL, THINNING_OFF};
use crate::trouble;

const REPOSITORY: &str = env!("CARGO_MANIFEST_DIR");
const LOG: &str = "/var/log/shop/app.log";
const APP: &str = "dsn_credential = \"checkout-dsn\"\n[[files]]\npaths = [\"/var/log/shop/*.log\"]\nstart_at = \"beginning\"\n";
const DSN: &str = "http://0123456789abcdef0123456789abcdef@127.0.0.1:9000/1\n";

/// The binary under test, or the one that is named.
fn packaged() -> OsString {
    std::env::var_os("STACKTAIL_PACKAGED").unwrap_or_else(|| STACKTAIL.into())
}

/// What `packaging/build` makes of it.
fn packages() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("packages");
        drop(fs::remove_dir_all(&out));
        let made = Command::new(format!("{REPOSITORY}/packaging/build"))
            .arg("--binary")
            .arg(packaged())
            .arg("--out")
            .arg(&out)
            .output()
            .expect("bash");
        let said = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "{said}");
        out
    })
}

/// The package of this ending.
pub(crate) fn made(ending: &str) -> PathBuf {
    let entries = fs::read_dir(packages()).unwrap();
    let mut paths = entries.map(|entry| entry.unwrap().path());
    let found = paths.find(|path| path.to_string_lossy().ends_with(ending));
    found.expect("a package")
}

/// The same package under another version.
fn as_version(deb: &Path, version: &str, to: &Path) {
    let script = r#"dpkg-deb -R "$1" "$4"; sed -i "s/^Version: .*/Version: $2/" "$4/DEBIAN/control"; dpkg-deb -Zgzip -z1 -b "$4" "$3""#;
    let folder = tempfile::tempdir().unwrap();
    let done = Command::new("bash")
        .args(["-euc", script, "-"])
        .arg(deb)
        .arg(version)
        .arg(to)
        .arg(folder.path().join("unpacked"))
        .output()
        .expect("bash");
    assert!(done.status.success(), "{done:?}");
}

#[test]
fn lintian_finds_no_errors_and_no_warnings() {
    let output = Command::new("lintian")
        .args(["--allow-root", "--fail-on", "error,warning"])
        .arg(made("_amd64.deb"))
        .output()
        .expect("lintian");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
}

#[test]
fn the_rpm_lays_down_what_the_deb_does() {
    let folder = tempfile::tempdir().unwrap();
    let listed = |program: &str, arguments: &[&str]| {
        let output = Command::new(program)
            .args(arguments)
            .output()
            .expect("dpkg and rpm");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let (deb, rpm) = (made("_amd64.deb"), made(".rpm"));
    listed(
        "dpkg",
        &[
            "-x",
            &deb.to_string_lossy(),
            &folder.path().to_string_lossy(),
        ],
    );
    let files = listed("rpm", &["-qpl", &rpm.to_string_lossy()]);
    let mut compared = 0;
    for path in files
        .lines()
        .filter(|path| !path.starts_with("/usr/share/"))
    {
        if path != "/etc/stacktail/apps.d" {
            let here = folder.path().join(path.trim_start_matches('/'));
            assert!(here.exists(), "{path} is not in the .deb");
            compared += 1;
        }
    }
    assert!(compared >= 4, "{files}");
    let scripts = listed("rpm", &["-qp", "--scripts", &rpm.to_string_lossy()]);
    for line in ["m stacktail adm", "try-restart", "disable --now"] {
        assert!(scripts.contains(line), "{scripts}");
    }
}

/// At other places, with another umask, time zone and language: of the last commit, and of one binary, to spare two long builds.
#[test]
fn two_clones_make_the_same_packages() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let made = Command::new(format!("{REPOSITORY}/packaging/reproduce"))
        .arg("--binary")
        .arg(packaged())
        .env("CARGO_TARGET_DIR", target)
        .output()
        .expect("bash");
    let said = String::from_utf8_lossy(&made.stdout);
    assert!(made.status.success(), "{made:?}");
    println!("{said}");
    assert!(said.contains("the same twice: 4 files"), "{said}");
}

/// A machine with a program that fails, a receiver, and the packages; booted.
fn machine() -> Machine {
    let machine = Machine::new();
    for (name, text) in [
        ("receiver.py", include_str!("receiver.py")),
        ("writer.py", include_str!("writer.py")),
    ] {
        machine.write(&format!("/srv/{name}"), text);
    }
    machine.service(
        "receiver",
        "/usr/bin/python3 /srv/receiver.py /srv/received.jsonl 9000",
    );
    machine.service("writer", &format!("/usr/bin/python3 /srv/writer.py {LOG}"));
    machine.write(LOG, "");
    let deb = made("_amd64.deb");
    fs::copy(&deb, machine.path("/srv/first.deb")).unwrap();
    as_version(&deb, "99.0-1", &machine.path("/srv/second.deb"));
    machine.boot();
    machine
}

/// Installed, enabled, waiting for an app, and not failed.
fn installs(machine: &Machine) {
    machine.done(&["dpkg", "-i", "/srv/first.deb"]);
    assert_eq!(
        machine.done(&["systemctl", "is-enabled", "stacktail"]),
        "enabled"
    );
    assert_eq!(machine.shows("ConditionResult"), "no");
    assert_eq!(machine.shows("ActiveState"), "inactive");
    assert_eq!(machine.done(&["systemctl", "--failed", "--quiet"]), "");
    let groups = machine.done(&["id", "-nG", "stacktail"]);
    assert_eq!(groups, "stacktail adm systemd-journal");
    for (path, wanted) in [
        ("/etc/stacktail", "750 root stacktail"),
        ("/etc/stacktail/apps.d", "750 root stacktail"),
        ("/etc/stacktail/stacktail.toml", "640 root stacktail"),
        ("/var/lib/stacktail", "700 stacktail stacktail"),
    ] {
        assert_eq!(
            machine.done(&["stat", "-c", "%a %U %G", path]),
            wanted,
            "{path}"
        );
    }
    let unit = "/usr/lib/systemd/system/stacktail.service";
    let verified = machine.run(&[
        "systemd-analyze",
        "verify",
        "--man=no",
        "--recursive-errors=no",
        unit,
    ]);
    assert!(verified.status.success(), "{verified:?}");
    // The operator's own host file, and a credential that root alone may read.
    machine.write(
        "/etc/stacktail/stacktail.toml",
        "host_rate = \"off\"\nsend_rate = \"off\"\n",
    );
    let credential = "/etc/stacktail/credentials/checkout-dsn";
    machine.write(credential, DSN);
    fs::set_permissions(machine.path(credential), fs::Permissions::from_mode(0o600)).unwrap();
    let example =
        fs::read_to_string(machine.path("/usr/share/doc/stacktail/examples/credentials.conf"));
    machine.write(
        "/etc/systemd/system/stacktail.service.d/credentials.conf",
        &example.unwrap(),
    );
    machine.done(&["systemctl", "daemon-reload"]);
}

/// A first app starts it, a second one comes by a reload, a bad one harms itself alone.
fn takes_apps(machine: &Machine) {
    let app =
        |name: &str, text: &str| machine.write(&format!("/etc/stacktail/apps.d/{name}.toml"), text);
    app(
        "first",
        "dsn = \"file:/var/lib/stacktail/first.jsonl\"\n[[files]]\npaths = [\"/var/log/first.log\"]\n",
    );
    machine.done(&["systemctl", "reload-or-restart", "stacktail"]);
    assert_eq!(machine.shows("ActiveState"), "active");
    machine.wait("the state file", || {
        machine.path("/var/lib/stacktail/state.db").exists()
    });
    assert!(machine.received().is_empty());
    app("checkout", &format!("{THINNING_OFF}{APP}"));
    machine.done(&["systemctl", "reload", "stacktail"]);
    machine.goes_on(LOG, "an app that a reload brought");
    app("bad", "dsn_file = \"/nowhere\"\nno_such_key = 1\n");
    machine.run(&["systemctl", "reload", "stacktail"]);
    let said = || {
        machine.done(&[
            "systemctl",
            "status",
            "stacktail",
            "--no-pager",
            "-n",
            "50",
            "-l",
        ])
    };
    machine.wait("a word on the bad file", || {
        said().contains("apps.d/bad.toml")
    });
    let status = said();
    println!("{status}");
    assert!(
        status.contains("active (running)") && status.contains("no_such_key"),
        "{status}"
    );
    machine.goes_on(LOG, "others beside a bad app");
    fs::remove_file(machine.path("/etc/stacktail/apps.d/bad.toml")).unwrap();
    // It runs as its own user, reads the credential from systemd alone, writes nowhere else.
    let pid = machine.shows("MainPID");
    assert_eq!(
        machine.done(&["stat", "-c", "%U", &format!("/proc/{pid}")]),
        "stacktail"
    );
}

/// Killed, rebooted, upgraded.
fn survives(machine: &Machine) {
    machine.done(&["systemctl", "kill", "--signal=KILL", "stacktail"]);
    machine.wait("a restart after kill -9", || {
        machine.shows("NRestarts") == "1"
    });
    machine.goes_on(LOG, "after kill -9");
    machine.reboot();
    machine.goes_on(LOG, "after a reboot");
    let before = machine.shows("MainPID");
    machine.done(&["dpkg", "-i", "/srv/second.deb"]);
    assert_ne!(machine.shows("MainPID"), before, "an upgrade restarts it");
    assert_eq!(machine.shows("ActiveState"), "active");
    let host_file = fs::read_to_string(machine.path("/etc/stacktail/stacktail.toml")).unwrap();
    assert!(
        host_file.starts_with("host_rate"),
        "the operator's: {host_file}"
    );
    machine.goes_on(LOG, "after an upgrade");
}

/// Every occurrence once.
fn nothing_lost_nothing_twice(machine: &Machine) {
    machine.done(&["systemctl", "stop", "writer"]);
    let written = machine.written(LOG);
    machine.wait("all of it", || machine.received().len() as u64 >= written);
    let received = machine.received();
    let missing: Vec<_> = (0..written)
        .filter(|number| !received.contains_key(number))
        .collect();
    let twice: Vec<_> = received.iter().filter(|(_, ids)| **ids > 1).collect();
    println!("{written} traces written, {} received", received.len());
    assert!(
        missing.is_empty() && twice.is_empty(),
        "missing {missing:?}, twice {twice:?}"
    );
}

/// Removed, with all that an upgrade would need; purged, with nothing but the operator's own.
fn goes(machine: &Machine) {
    machine.done(&["dpkg", "-r", "stacktail"]);
    let processes = machine.run(&["sh", "-c", "cat /proc/[0-9]*/comm"]).stdout;
    let processes = String::from_utf8_lossy(&processes).into_owned();
    let mut names = processes.lines();
    assert!(names.clone().any(|name| name == "systemd"), "{processes}");
    assert!(names.all(|name| name != "stacktail"), "{processes}");
    assert!(machine.path("/var/lib/stacktail/state.db").exists());
    machine.done(&["dpkg", "--purge", "stacktail"]);
    let left = machine.done(&[
        "find",
        "/etc",
        "/usr",
        "/var/lib",
        "/run",
        "-xdev",
        "-path",
        "*stacktail*",
        "!",
        "-type",
        "d",
    ]);
    let mut left: Vec<_> = left.lines().collect();
    left.sort_unstable();
    assert_eq!(
        left,
        [
            "/etc/stacktail/apps.d/checkout.toml",
            "/etc/stacktail/apps.d/first.toml",
            "/etc/stacktail/credentials/checkout-dsn",
            "/etc/systemd/system/stacktail.service.d/credentials.conf",
        ]
    );
    assert!(!machine.path("/var/lib/stacktail").exists());
    assert!(!machine.run(&["id", "stacktail"]).status.success());
    assert_eq!(machine.done(&["systemctl", "--failed", "--quiet"]), "");
}

#[test]
fn from_installation_to_purge() {
    let machine = machine();
    installs(&machine);
    takes_apps(&machine);
    survives(&machine);
    trouble::refuses_a_bad_host_file(&machine, LOG);
    trouble::hangs(&machine, LOG);
    trouble::refuses_a_newer_state(&machine, LOG);
    nothing_lost_nothing_twice(&machine);
    goes(&machine);
}
