//! The Kubernetes manifest: held against the schemas, laid out as a node would, and the agent run in what lies there.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::home::stacktail;
use crate::venv;

const MANIFEST: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/packaging/kubernetes/stacktail.yaml"
);
/// Brings the schemas of all releases of Kubernetes, and a reader of YAML.
const SCHEMAS: &str = "kubernetes-validate==1.37.0";
const NODE: &str = "node-7";

/// Its documents.
fn documents() -> Vec<Value> {
    let script =
        "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1])))))";
    let python = venv::with(SCHEMAS).join("python");
    let read = venv::must(Command::new(python).args(["-c", script, MANIFEST]));
    serde_json::from_str(&read).unwrap()
}

/// The document of this kind and, where one is given, of this name.
fn document<'a>(all: &'a [Value], kind: &str, name: Option<&Value>) -> &'a Value {
    let fits = |one: &&Value| {
        one["kind"] == kind && name.is_none_or(|name| one["metadata"]["name"] == *name)
    };
    all.iter().find(fits).expect("a document")
}

fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    let found = value.pointer(pointer).and_then(Value::as_array);
    found.expect("a list")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn pod(all: &[Value]) -> &Value {
    &document(all, "DaemonSet", None)["spec"]["template"]["spec"]
}

#[test]
fn the_schemas_of_kubernetes_find_nothing_wrong() {
    let judged = |release: &str, path: &Path| {
        let mut judge = Command::new(venv::with(SCHEMAS).join("kubernetes-validate"));
        judge.args(["--strict", "-k", release]).arg(path);
        judge.output().unwrap()
    };
    for release in ["1.25", "1.37"] {
        let judged = judged(release, Path::new(MANIFEST));
        assert!(judged.status.success(), "{release}: {judged:?}");
    }
    // They would.
    let wrong = tempfile::NamedTempFile::new().unwrap();
    let manifest = fs::read_to_string(MANIFEST).unwrap();
    fs::write(&wrong, manifest.replace("hostPath:", "hostpath:")).unwrap();
    assert!(!judged("1.37", wrong.path()).status.success());
}

#[test]
fn it_may_write_its_state_alone_and_has_limits() {
    let all = documents();
    let set = &document(&all, "DaemonSet", None)["spec"];
    assert_eq!(
        set["selector"]["matchLabels"],
        set["template"]["metadata"]["labels"]
    );
    let container = &list(pod(&all), "/containers")[0];
    let mounts = list(container, "/volumeMounts");
    assert_eq!(mounts.len(), list(pod(&all), "/volumes").len());
    for mount in mounts {
        let state = mount["mountPath"] == "/var/lib/stacktail";
        assert_eq!(mount["readOnly"] == true, !state, "{mount}");
    }
    for limit in ["/limits/memory", "/limits/cpu", "/requests/memory"] {
        assert!(container["resources"].pointer(limit).is_some(), "{limit}");
    }
    let context = &container["securityContext"];
    assert_eq!(context["readOnlyRootFilesystem"], true);
    assert_eq!(context["allowPrivilegeEscalation"], false);
    assert_eq!(
        context["capabilities"],
        serde_json::json!({ "drop": ["ALL"], "add": ["DAC_READ_SEARCH"] })
    );
}

/// What a container of the pod sees, below a folder of its own.
struct Container {
    folder: tempfile::TempDir,
    all: Vec<Value>,
}

impl Container {
    fn new() -> Self {
        let container = Self {
            folder: tempfile::tempdir().unwrap(),
            all: documents(),
        };
        for mount in list(pod(&container.all), "/containers/0/volumeMounts") {
            container.mount(mount);
        }
        container
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path.trim_start_matches('/'))
    }

    /// Its paths as they are here.
    fn moved(&self, text: &str) -> String {
        let here = self.folder.path().display();
        ["/etc/stacktail", "/var/log", "/var/lib/stacktail"]
            .iter()
            .fold(text.to_owned(), |text, path| {
                text.replace(path, &format!("{here}{path}"))
            })
    }

    fn write(&self, path: &Path, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, self.moved(text)).unwrap();
        // Secrets are among them.
        fs::set_permissions(path, fs::Permissions::from_mode(0o440)).unwrap();
    }

    /// Lays out the volume of a mount as the kubelet does.
    fn mount(&self, mount: &Value) {
        let volumes = list(pod(&self.all), "/volumes");
        let mut named = volumes.iter().filter(|one| one["name"] == mount["name"]);
        let volume = named.next().expect("the volume");
        let at = self.path(text(&mount["mountPath"]));
        let source = if volume["configMap"].is_object() {
            let name = &volume["configMap"]["name"];
            &document(&self.all, "ConfigMap", Some(name))["data"]
        } else if volume["secret"].is_object() {
            let name = &volume["secret"]["secretName"];
            &document(&self.all, "Secret", Some(name))["stringData"]
        } else {
            return fs::create_dir_all(at).unwrap();
        };
        let files: Vec<(&str, &str)> = match volume["configMap"]["items"].as_array() {
            Some(items) => items
                .iter()
                .map(|item| (text(&item["path"]), text(&source[text(&item["key"])])))
                .collect(),
            None => source
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, content)| (name.as_str(), text(content)))
                .collect(),
        };
        match mount["subPath"].as_str() {
            Some(part) => {
                let mut files = files.into_iter();
                let (_, content) = files.find(|(name, _)| *name == part).expect("the part");
                self.write(&at, content);
            }
            None => files
                .into_iter()
                .for_each(|(name, content)| self.write(&at.join(name), content)),
        }
    }

    /// A container's log as the kubelet keeps it: lines in the runtime's layout, and a link that names pod, namespace and container.
    fn log(&self, name: &str, lines: &[&str]) {
        let link = self.path("/var/log/containers").join(name);
        let log = self.path("/var/log/pods").join(name).join("0.log");
        if !log.exists() {
            fs::create_dir_all(link.parent().unwrap()).unwrap();
            fs::create_dir_all(log.parent().unwrap()).unwrap();
            symlink(&log, link).unwrap();
        }
        let before = fs::read_to_string(&log).unwrap_or_default();
        let told = |line: &&str| format!("2026-11-22T08:00:00.000000001Z stderr F {line}\n");
        let lines: String = lines.iter().map(told).collect();
        fs::write(&log, before + &lines).unwrap();
    }

    /// The agent with these words and the container's environment.
    fn agent(&self, words: &[&str]) -> Output {
        let mut agent = stacktail(words);
        for variable in list(pod(&self.all), "/containers/0/env") {
            assert_eq!(
                variable["valueFrom"]["fieldRef"]["fieldPath"],
                "spec.nodeName"
            );
            agent.env(text(&variable["name"]), NODE);
        }
        agent.env("STACKTAIL_STATE_DIR", self.path("/var/lib/stacktail"));
        agent.env("STACKTAIL_AGE_MAX", "36500d");
        let output = agent.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        output
    }
}

#[test]
fn what_it_mounts_is_a_configuration_that_delivers() {
    let container = Container::new();
    let words = list(pod(&container.all), "/containers/0/args");
    let words: Vec<String> = words.iter().map(|w| container.moved(text(w))).collect();
    assert_eq!((words[0].as_str(), words[1].as_str()), ("run", "--config"));
    let (shop, own) = (
        "web-1_shop_web-0123abcd.log",
        "stacktail-x7_stacktail_stacktail-4567cdef.log",
    );
    container.log(shop, &["ready"]);
    container.log(own, &["ready"]);
    let checked = container.agent(&["check", "--config", &words[2]]);
    let said = String::from_utf8_lossy(&checked.stdout);
    assert!(said.contains(shop) && !said.contains(own), "{said}");

    let sent = "/var/lib/stacktail/sent.jsonl";
    fs::remove_file(container.path("/etc/stacktail/dsns/misc")).unwrap();
    container.write(
        &container.path("/etc/stacktail/dsns/misc"),
        &format!("file:{sent}"),
    );
    let once = ["run", "--config", &words[2], "--once"];
    container.agent(&once);
    let trace = [
        "Traceback (most recent call last):",
        "  File \"/srv/shop/till.py\", line 7, in pay",
        "    raise ValueError(\"no such card\")",
        "ValueError: no such card",
        "on with it",
    ];
    container.log(shop, &trace);
    container.log(own, &trace);
    container.agent(&once);
    let sent = fs::read_to_string(container.path(sent)).unwrap();
    let events: Vec<Value> = sent
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(events.len(), 1, "{sent}");
    assert_eq!(events[0]["exception"]["values"][0]["value"], "no such card");
    assert_eq!(events[0]["server_name"], NODE, "{sent}");
    assert_eq!(events[0]["environment"], "production");
    assert_eq!(events[0]["tags"]["cluster"], "main");
}
