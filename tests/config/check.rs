//! `check` on a host on the disk: what settings keep back, what globs match, who reads what.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

struct Host {
    dir: tempfile::TempDir,
}

impl Host {
    fn new(apps: &[(&str, &str)]) -> Self {
        let host = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        for folder in ["apps.d", "logs", "empty"] {
            std::fs::create_dir(host.path(folder)).unwrap();
        }
        host.write("stacktail.toml", "state_dir = \"state\"\n");
        for (name, text) in apps {
            host.write(&format!("apps.d/{name}.toml"), text);
        }
        host
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// The exit code and what was printed.
    fn check(&self) -> (Option<i32>, String) {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_stacktail"));
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("STACKTAIL"))
        {
            command.env_remove(name);
        }
        let config = self.path("stacktail.toml");
        let done = command
            .args(["check", "--config"])
            .arg(config)
            .output()
            .unwrap();
        assert!(done.stderr.is_empty());
        (done.status.code(), String::from_utf8(done.stdout).unwrap())
    }

    /// Every file with what it holds and when it was last touched.
    fn all(&self) -> BTreeMap<PathBuf, (Vec<u8>, std::time::SystemTime)> {
        let mut folders = vec![self.dir.path().to_path_buf()];
        let mut all = BTreeMap::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                let facts = std::fs::symlink_metadata(&path).unwrap();
                let bytes = if facts.is_file() {
                    std::fs::read(&path).unwrap()
                } else {
                    Vec::new()
                };
                all.insert(path.clone(), (bytes, facts.modified().unwrap()));
                if facts.is_dir() {
                    folders.push(path);
                }
            }
        }
        all
    }
}

fn holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part}\nnot in\n{text}");
    }
}

#[test]
fn what_settings_keep_back_is_said() {
    let host = Host::new(&[
        (
            "a",
            "dsn = \"console\"\nsdk = true\nsample_rate = 0.25\n[[files]]\npaths = [\"../logs/*\"]\n",
        ),
        (
            "b",
            "dsn = \"console\"\nenvironment = \"staging\"\nsend_in = [\"production\", \"qa\"]\nmessages = \"error\"\ndebug = true\n\
             [[files]]\npaths = [\"../logs/*\"]\n[user]\nid = \"customer\"\n",
        ),
        (
            "c",
            "dsn = \"console\"\n[[files]]\npaths = [\"../logs/*\"]\n",
        ),
    ]);
    let (code, text) = host.check();
    assert_eq!(code, Some(0), "{text}");
    holds(
        &text,
        &[
            "  sdk: the app reports its own errors",
            "two events of one issue",
            "of known issues 25 % of the events are kept",
            "  debug: nothing is sent, everything is shown",
            "  not sent: the environment staging is not in send_in (production, qa); events are counted and shown",
            "  messages: records without a trace are events from error up\n",
        ],
    );
    let last = text.split("app c -> ").nth(1).unwrap();
    assert!(
        last.lines().nth(1).unwrap().contains("/logs/*: no file"),
        "{last}"
    );
}

#[test]
fn who_reads_the_same_file_is_said_through_links_too() {
    let host = Host::new(&[
        (
            "a",
            "dsn = \"console\"\n[[files]]\npaths = [\"../logs/*.log\"]\n",
        ),
        (
            "b",
            "dsn = \"console\"\n[[files]]\npaths = [\"../empty/link\", \"../logs/y.log\"]\n",
        ),
    ]);
    host.write("logs/x.log", "x\n");
    host.write("logs/y.log", "y\n");
    host.write("logs/z.log", "z\n");
    std::os::unix::fs::symlink(host.path("logs/x.log"), host.path("empty/link")).unwrap();
    let before = host.all();
    let (code, text) = host.check();
    assert_eq!(code, Some(0), "{text}");
    let shared = text.split("read by several apps").nth(1).unwrap();
    let line = |name: &str| format!("  {}: a, b\n", host.path(name).display());
    holds(shared, &[&line("logs/x.log"), &line("logs/y.log")]);
    assert!(!shared.contains("z.log"));
    assert_eq!(host.all(), before, "nothing is touched");
}

#[test]
fn a_glob_that_matches_nothing_says_what_is_there() {
    let app = "dsn = \"console\"\n[[files]]\npaths = [\"../logs/*.log\", \"../empty/*\", \"../gone/*\"]\nexclude = [\"x.log\"]\n";
    let host = Host::new(&[("a", app)]);
    host.write("logs/web.txt", "");
    let (code, text) = host.check();
    assert_eq!(code, Some(0), "{text}");
    let folder = |name: &str| host.path(name).display().to_string();
    holds(
        &text,
        &[
            &format!(
                "nothing matches (yet) in {}/, which has web.txt",
                folder("logs")
            ),
            &format!(
                "nothing matches (yet) in {}/, which is empty",
                folder("empty")
            ),
            &format!("the folder {}/ is not there (yet)", folder("gone")),
        ],
    );
    host.write("logs/x.log", "");
    holds(
        &host.check().1,
        &["nothing is left of it: `exclude` takes out all that match"],
    );
}

#[test]
fn all_errors_of_all_files_come_at_once_and_the_rest_is_looked_at() {
    let host = Host::new(&[
        (
            "a",
            "dsn = \"console\"\nrat = \"1/s\"\nrate = 3\n[[files]]\npaths = [\"../logs/*\"]\n",
        ),
        (
            "b",
            "dsn = \"https://0123456789abcdef0123456789abcdef@h\"\n[[files]]\npaths = [\"/dev/*\"]\n",
        ),
        (
            "c",
            "dsn = \"console\"\n[[files]]\npaths = [\"../logs/*\"]\n",
        ),
        ("Not An App", ""),
    ]);
    host.write(
        "stacktail.toml",
        "state_dir = \"state\"\nhost_rat = 1\nsend_rate = \"fast\"\n",
    );
    host.write("logs/x.log", "x");
    let (code, text) = host.check();
    assert_eq!(code, Some(2), "{text}");
    holds(
        &text,
        &[
            "stacktail.toml:2:1",
            "stacktail.toml:3:13",
            "a.toml:2:1",
            "a.toml:3:8",
            "b.toml:1:7",
            "b.toml:3:10",
            "Not An App.toml",
            "app c -> the terminal",
            "1 usable app, 7 errors",
            "the host file is not usable",
        ],
    );
    assert!(!text.contains("01234567") && !Path::new(&host.path("state")).exists());
}
