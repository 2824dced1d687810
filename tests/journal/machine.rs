//! The journal of another machine, mounted: what its kernel and its service manager say there, at the apps that ask for it.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::home::{Home, THINNING_OFF};

/// What Linux printed of a process that it killed, line by line.
const KERNEL: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/language/kernel/oom_memcg_618.log"
);
const BOOT: &str = "474d30b8f2dc4f28bdcb186bcbfc1eb5";

/// One entry in the export format (`systemd.dev/JOURNAL_EXPORT_FORMATS`).
fn entry(number: usize, fields: &[(&str, &str)]) -> String {
    let at = 1_795_295_984_000_000 + number;
    let mut text = format!(
        "__REALTIME_TIMESTAMP={at}\n__MONOTONIC_TIMESTAMP={at}\n_BOOT_ID={BOOT}\n_HOSTNAME=till7\n"
    );
    for (name, value) in fields {
        writeln!(text, "{name}={value}").unwrap();
    }
    text + "\n"
}

/// The program that writes entries as they are given, and its libraries: the machine's, or unpacked from apt.
fn journal_remote(folder: &Path) -> (PathBuf, PathBuf) {
    let installed = PathBuf::from("/lib/systemd/systemd-journal-remote");
    if installed.exists() {
        return (installed, PathBuf::new());
    }
    let unpacked = folder.join("unpacked");
    let script = "mkdir \"$1\"; cd \"$1\"; chmod 777 .; apt-get -qq download systemd-journal-remote libmicrohttpd12 2>/dev/null
        for package in *.deb; do dpkg -x \"$package\" .; done";
    let done = Command::new("bash")
        .args(["-euc", script, "-"])
        .arg(&unpacked)
        .status();
    assert!(
        done.is_ok_and(|status| status.success()),
        "needs apt's systemd-journal-remote"
    );
    let program = unpacked.join("lib/systemd/systemd-journal-remote");
    (program, unpacked.join("usr/lib/x86_64-linux-gnu"))
}

/// Its journal, in a folder.
fn journal(folder: &Path, work: &Path) {
    let printed = std::fs::read_to_string(KERNEL).unwrap();
    let kernel = printed.lines().map(|line| line.split_once("] ").unwrap().1);
    let kernel = kernel.map(|text| {
        vec![
            ("_TRANSPORT", "kernel"),
            ("SYSLOG_IDENTIFIER", "kernel"),
            ("PRIORITY", "4"),
            ("MESSAGE", text),
        ]
    });
    let failed = |pid: &'static str| {
        vec![
            ("_PID", pid),
            ("_UID", "0"),
            ("SYSLOG_IDENTIFIER", "systemd"),
            ("PRIORITY", "4"),
            ("UNIT", "shop.service"),
            ("UNIT_RESULT", "oom-kill"),
            ("MESSAGE", "shop.service: Failed with result 'oom-kill'."),
        ]
    };
    let entries = kernel.chain([failed("1"), failed("77")]).enumerate();
    let text: String = entries.map(|(nth, fields)| entry(nth, &fields)).collect();
    let (program, libraries) = journal_remote(work);
    let mut child = Command::new(program)
        .env("LD_LIBRARY_PATH", libraries)
        .arg("-o")
        .arg(folder.join("till7.journal"))
        .arg("-")
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("systemd-journal-remote");
    let mut input = child.stdin.take().unwrap();
    input.write_all(text.as_bytes()).unwrap();
    drop(input);
    assert!(child.wait().unwrap().success());
}

/// The events of one app.
fn events(home: &Home, app: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(home.path().join(app)).unwrap_or_default();
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn kernel_and_units_of_a_mounted_machine() {
    let (home, folder) = (Home::new(), tempfile::tempdir().unwrap());
    journal(folder.path(), home.path());
    for (app, table) in [
        ("kernel", "kernel = true"),
        ("shop", "units = [\"shop\"]\nunit_failures = true"),
        ("unasked", "units = [\"shop\"]"),
    ] {
        let (file, folder) = (home.path().join(app), folder.path().display());
        home.app_file(
            app,
            &format!(
                "dsn = \"file:{}\"\n{THINNING_OFF}[[journal]]\ndirectory = \"{folder}\"\n{table}\n",
                file.display()
            ),
        );
    }
    let output = home.once();
    assert!(output.status.success(), "{output:?}");
    let kernel = events(&home, "kernel");
    assert_eq!(kernel.len(), 1, "{kernel:#?}");
    let exception = &kernel[0]["exception"]["values"][0];
    assert_eq!(exception["type"], "Out of memory");
    assert_eq!(exception["value"], "Killed process 15039 (python3)");
    assert_eq!(kernel[0]["tags"]["unit"], "shop.service");
    assert_eq!(kernel[0]["server_name"], "till7");
    let shop = events(&home, "shop");
    assert_eq!(
        shop.len(),
        1,
        "only the manager's own word counts: {shop:#?}"
    );
    let exception = &shop[0]["exception"]["values"][0];
    assert_eq!(exception["value"], "shop.service: oom-kill");
    assert_eq!(shop[0]["level"], "error");
    assert_eq!(shop[0]["server_name"], "till7");
    assert_eq!(events(&home, "unasked").len(), 0);
}
