//! A real Bugsink on the loopback, with strict validation: an event that breaks Sentry's schema makes no issue.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::sink::nobody;
use crate::support::wait::wait_until;
use crate::venv;

const SETTINGS: &str = r#"
BUGSINK.update({"PHONEHOME": False, "VALIDATE_ON_DIGEST": "strict", "INGEST_STORE_BASE_DIR": "./ingestion"})
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
"#;

const PROJECTS: &str = r#"
from teams.models import Team
from projects.models import Project
team, _ = Team.objects.get_or_create(name="t")
for name in ("one", "two", "sdk"):
    project, _ = Project.objects.get_or_create(name=name, defaults={"team": team})
    print("DSN", project.dsn)
"#;

/// The server; it ends with this value.
pub(crate) struct Bugsink {
    address: SocketAddr,
    dir: TempDir,
    server: Child,
    token: String,
    /// The DSNs of its three projects, whose numbers are 1, 2 and 3.
    pub dsns: Vec<String>,
}

impl Bugsink {
    /// Installed if need be, migrated, with projects, answering.
    pub(crate) fn start() -> Self {
        let bin = venv::with("bugsink==2.6.1");
        let dir = tempfile::tempdir().unwrap();
        let address = nobody();
        let command = |name: &str| {
            let mut command = Command::new(bin.join(name));
            command
                .current_dir(dir.path())
                .env("DJANGO_SETTINGS_MODULE", "bugsink_conf")
                .env("PYTHONPATH", dir.path());
            command
        };
        let port = address.port().to_string();
        venv::must(command("bugsink-create-conf").args([
            "--template=local",
            "--host",
            "127.0.0.1",
            "--port",
            &port,
        ]));
        let conf = dir.path().join("bugsink_conf.py");
        let text = fs::read_to_string(&conf).unwrap() + SETTINGS;
        fs::write(conf, text).unwrap();
        venv::must(command("bugsink-manage").arg("migrate"));
        venv::must(command("bugsink-manage").args(["migrate", "snappea", "--database=snappea"]));
        let said = venv::must(command("bugsink-manage").args(["shell", "-c", PROJECTS]));
        let dsns = said
            .lines()
            .filter_map(|line| line.strip_prefix("DSN "))
            .map(str::to_owned)
            .collect();
        let token = venv::must(command("bugsink-manage").arg("create_auth_token"));
        let token = token.lines().last().unwrap().to_owned();
        let log = fs::File::create(dir.path().join("server.log")).unwrap();
        let server = command("gunicorn")
            .args([
                "--bind",
                &address.to_string(),
                "--workers",
                "1",
                "--threads",
                "4",
                "--no-control-socket",
                "bugsink.wsgi",
            ])
            .stdout(Stdio::from(log.try_clone().unwrap()))
            .stderr(log)
            .spawn()
            .unwrap();
        let bugsink = Self {
            address,
            dir,
            server,
            token,
            dsns,
        };
        let up = wait_until(Duration::from_mins(1), || {
            TcpStream::connect(address).is_ok()
        });
        assert!(up, "Bugsink does not answer:\n{}", bugsink.said());
        bugsink
    }

    /// What the server has said: why it refused an event.
    pub(crate) fn said(&self) -> String {
        fs::read_to_string(self.log()).unwrap_or_default()
    }

    fn log(&self) -> PathBuf {
        self.dir.path().join("server.log")
    }

    /// Every event of a project, read back, oldest first.
    pub(crate) fn events(&self, project: u32) -> Vec<Value> {
        let mut rows = Vec::new();
        for issue in self.list(&format!("issues/?project={project}")) {
            let issue = issue["id"].as_str().unwrap().to_owned();
            rows.extend(self.list(&format!("events/?issue={issue}")));
        }
        rows.sort_by_key(|row| row["digested_at"].as_str().unwrap().to_owned());
        let ids = rows.iter().map(|row| row["id"].as_str().unwrap());
        ids.map(|id| self.get(&format!("events/{id}/"))["data"].clone())
            .collect()
    }

    fn list(&self, path: &str) -> Vec<Value> {
        let page = self.get(path);
        assert!(page["next"].is_null(), "more than one page of {path}");
        page["results"]
            .as_array()
            .unwrap_or_else(|| panic!("{path}: {page}"))
            .clone()
    }

    fn get(&self, path: &str) -> Value {
        let mut stream = TcpStream::connect(self.address).unwrap();
        let request = format!(
            "GET /api/canonical/0/{path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\r\n",
            self.address, self.token
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        let (head, body) = reply.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{path}: {head}");
        serde_json::from_str(body).unwrap()
    }
}

impl Drop for Bugsink {
    fn drop(&mut self) {
        // gunicorn's parent ends its worker on SIGTERM; a kill would leave the worker behind.
        let pid = rustix::process::Pid::from_child(&self.server);
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        let _ = self.server.wait();
    }
}
