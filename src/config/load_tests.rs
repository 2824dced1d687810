//! Whole configurations, read from memory.

use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::level::Level;
use crate::limit::Limit;
use crate::os::surroundings::MemorySurroundings;

const KEY: &str = "0123456789abcdef0123456789abcdef";
const HOST: &str = "/etc/stacktail/stacktail.toml";
const APP: &str = "/etc/stacktail/apps.d/checkout.toml";
const MINIMAL: &str = "dsn = \"console\"\n[[files]]\npaths = [\"/var/log/a.log\"]\n";

fn machine(host: &str, app: &str) -> MemorySurroundings {
    let mut machine = MemorySurroundings::default();
    machine.file(HOST, host);
    machine.file(APP, app);
    machine
}

/// The problems' texts, one behind the other.
fn problems(machine: &MemorySurroundings) -> String {
    let reading = read(Path::new(HOST), machine);
    let texts: Vec<_> = reading.problems.iter().map(ToString::to_string).collect();
    texts.join("\n")
}

#[test]
fn an_app_with_a_dsn_and_files_works() {
    let Loaded {
        config, problems, ..
    } = load(Path::new(HOST), &machine("", MINIMAL)).unwrap();
    assert_eq!(problems, []);
    assert_eq!(config.host.state_dir, Path::new("/var/lib/stacktail"));
    assert_eq!(config.host.apps_dir, Path::new("/etc/stacktail/apps.d"));
    assert_eq!(
        (config.host.outbox_dsn_bytes, config.host.outbox_host_bytes),
        (64 << 20, 256 << 20)
    );
    assert_eq!(
        (config.host.hold_max, config.host.age_max),
        (Duration::from_hours(1), Duration::from_hours(168))
    );
    assert_eq!(
        config.host.send_rate,
        Limit::Rate {
            count: 10,
            per: Duration::from_secs(1)
        }
    );
    let app = &config.apps[0];
    assert_eq!(
        (app.name.as_str(), &app.receiver),
        ("checkout", &Receiver::Console)
    );
    assert_eq!(
        (app.environment.as_str(), app.release.as_deref()),
        ("production", None)
    );
    assert_eq!((app.min_level, app.sample_rate), (Level::Error, 1.0));
    assert_eq!(app.dedup_window, Some(Duration::from_mins(5)));
    assert_eq!(
        app.rate,
        Limit::Rate {
            count: 300,
            per: Duration::from_mins(1)
        }
    );
    assert_eq!(app.files[0].start_at, StartAt::End);
    assert!(!app.files[0].follow_symlinks && !app.files[0].poll);
}

#[test]
fn apps_come_before_defaults_and_tags_are_laid_over() {
    let host = "[defaults]\ndsn_env = \"D\"\nrate = \"off\"\nenvironment = \"staging\"\ntags = { a = \"1\", b = \"2\" }\n";
    let app =
        "environment = \"qa\"\ntags = { b = \"3\" }\n[[files]]\npaths = [\"../logs/*.log\"]\n";
    let mut machine = machine(host, app);
    machine.set("D", &format!("http://{KEY}@[::1]:8000/3"));
    let config = load(Path::new(HOST), &machine).unwrap().config;
    let app = &config.apps[0];
    assert_eq!((app.environment.as_str(), app.rate), ("qa", Limit::Off));
    assert_eq!(
        app.tags,
        [
            ("a".to_owned(), "1".to_owned()),
            ("b".to_owned(), "3".to_owned())
        ]
    );
    assert_eq!(app.files[0].paths, ["/etc/stacktail/logs/*.log"]);
    assert!(matches!(&app.receiver, Receiver::Dsn(dsn) if dsn.port == 8000));
}

#[test]
fn dsn_and_release_come_from_files() {
    let app =
        "dsn_file = \"a.dsn\"\nrelease_file = \"/srv/REVISION\"\n[[files]]\npaths = [\"/l/*\"]\n";
    let mut machine = machine("", app);
    machine.file_with_mode(
        "/etc/stacktail/apps.d/a.dsn",
        format!("https://{KEY}@h.org/3\n").as_bytes(),
        0o644,
    );
    machine.file("/srv/REVISION", "checkout@1.2\nbuilt by hand\n");
    let loaded = load(Path::new(HOST), &machine).unwrap();
    assert_eq!(
        loaded.config.apps[0].release.as_deref(),
        Some("checkout@1.2")
    );
    assert_eq!(loaded.problems.len(), 1);
    assert_eq!(loaded.problems[0].severity, Severity::Warning);
    assert!(loaded.problems[0].message.contains("everybody"));
    assert!(!format!("{loaded:?}").contains("01234567"));
}

#[test]
fn a_credential_comes_from_systemds_folder() {
    let app = "dsn_credential = \"shop\"\n[[files]]\npaths = [\"/l/*\"]\n";
    let mut machine = machine("", app);
    let dsn = |port: u16| format!("https://{KEY}@h.org:{port}/3");
    let port = |machine: &MemorySurroundings| match &load(Path::new(HOST), machine)
        .unwrap()
        .config
        .apps[..]
    {
        [
            App {
                receiver: Receiver::Dsn(dsn),
                ..
            },
        ] => Some(dsn.port),
        _ => None,
    };
    assert_eq!(port(&machine), None);
    machine.file("/run/credentials/stacktail.service/shop", &dsn(1));
    assert_eq!(port(&machine), Some(1));
    machine.file("/run/credentials/other/shop", &dsn(2));
    machine.set("CREDENTIALS_DIRECTORY", "/run/credentials/other");
    assert_eq!(port(&machine), Some(2));
}

#[test]
fn mapped_folders_lie_beneath_a_root() {
    let app =
        |map: &str| format!("{MINIMAL}[source_context]\nroots = [\"/srv\"]\nmap = {{ {map} }}\n");
    let fine = app("\"/\" = \"/srv/rootfs\", \"/app/\" = \"/srv/app/\"");
    let config = load(Path::new(HOST), &machine("", &fine)).unwrap().config;
    let map = &config.apps[0].source_context.map;
    assert_eq!(map[0], ("/".to_owned(), PathBuf::from("/srv/rootfs")));
    assert_eq!(map[1], ("/app".to_owned(), PathBuf::from("/srv/app")));
    for bad in [
        "\"/app\" = \"/opt\"",
        "\"/app\" = \"/srv/../etc\"",
        "\"/app\" = \"/\"",
    ] {
        assert!(
            load(Path::new(HOST), &machine("", &app(bad)))
                .unwrap()
                .config
                .apps
                .is_empty(),
            "{bad}"
        );
    }
}

#[test]
fn a_bad_app_disables_only_itself() {
    let mut machine = machine("", MINIMAL);
    machine.file("/etc/stacktail/apps.d/other.toml", "dsn = 3\n");
    machine.file("/etc/stacktail/apps.d/Wrong Name.toml", MINIMAL);
    machine.file("/etc/stacktail/apps.d/note.txt", "not an app");
    let Loaded {
        config, problems, ..
    } = load(Path::new(HOST), &machine).unwrap();
    assert_eq!(config.apps.len(), 1);
    assert_eq!(config.apps[0].name, "checkout");
    assert_eq!(problems.len(), 3, "{problems:#?}");
}

#[test]
fn a_bad_host_file_is_fatal_and_the_apps_are_read_all_the_same() {
    let machine = machine("host_rat = \"1/min\"\n", "min_level = \"eror\"\n");
    let problems = load(Path::new(HOST), &machine).unwrap_err();
    let keys: Vec<_> = problems
        .iter()
        .map(|problem| problem.key.as_str())
        .collect();
    assert_eq!(keys, ["", "min_level", "", ""]);
}

#[test]
fn every_error_of_a_file_is_told_at_its_place() {
    let app = "enviroment = \"x\"\nrate = \"300 per minute\"\nsample_rate = 2\nmin_level = \"eror\"\n\
        tests = \"error\"\nstate_dir = \"/x\"\nin_app_include = [\"^a\", \"b(c\"]\n\
        dsn = \"console\"\ndsn_env = \"X\"\n[[files]]\npaths = \"/var/log/a.log\"\npoll = \"yes\"\n\
        timezone = \"Europe/Berlim\"\n[[files]]\nstart_at = \"begin\"\npaths = [\"/proc/*\"]\n";
    let told = problems(&machine("", app));
    for part in [
        "unknown key `enviroment`\n --> /etc/stacktail/apps.d/checkout.toml:1:1",
        "did you mean `environment`?",
        "`rate` is not a limit: \"300 per minute\"",
        "2 | rate = \"300 per minute\"\n  |        ^^^^^^^^^^^^^^^^ expected \"N/unit\"",
        "`sample_rate` is out of range",
        "did you mean \"error\"?",
        "`tests` must be a list of tables, found a text",
        "it belongs in the host file (stacktail.toml)",
        "7 | in_app_include = [\"^a\", \"b(c\"]\n  |                           ^ unclosed group",
        "`dsn` and `dsn_env` are both set",
        "`paths` must be a list, found a text",
        "put it in brackets",
        "`poll` must be true or false, found a text",
        "did you mean \"Europe/Berlin\"?",
        "did you mean \"beginning\"?",
        "the glob reaches into /proc",
    ] {
        assert!(told.contains(part), "{part}\nnot in\n{told}");
    }
    assert_eq!(told.matches("error: ").count(), 13, "{told}");
}

#[test]
fn syntax_errors_are_all_told_and_nothing_is_made_up_behind_them() {
    let told = problems(&machine(
        "",
        "rate = \nmin_level = \"eror\"\n= 3\n[[files]\n",
    ));
    assert!(told.contains("checkout.toml:1:"), "{told}");
    assert!(told.contains("checkout.toml:3:"), "{told}");
    assert!(told.contains("`min_level`"), "{told}");
    assert!(!told.contains("no DSN"), "{told}");
}

#[test]
fn a_dsn_with_a_typo_says_what_and_not_which() {
    let app = format!("dsn = \"https:/{KEY}@h.org/3\"\n[[files]]\npaths = [\"/l/*\"]\n");
    let told = problems(&machine("", &app));
    assert!(told.contains("the DSN has no scheme"), "{told}");
    assert!(told.contains(":1:7"), "{told}");
    for file in [
        app.replace("dsn =", "dns ="),
        app.replace("dsn =", "dsn_env ="),
        app.replace("dsn =", "dsn"),
        app,
    ] {
        let told = problems(&machine("", &file));
        assert!(!told.contains("01234567"), "{told}");
    }
}

#[test]
fn nothing_given_is_said_once_each() {
    let told = problems(&machine("", ""));
    assert!(
        told.contains("this app has no DSN") && told.contains("no `[[files]]`"),
        "{told}"
    );
    let told = problems(&machine("", "dsn = \"console\"\n[[files]]\n"));
    assert!(
        told.contains("`files` without `paths`") && told.contains("checkout.toml:2:1"),
        "{told}"
    );
    assert_eq!(told.matches("error: ").count(), 1, "{told}");
}

#[test]
fn hostile_files_are_bounded() {
    let mut machine = machine("", &"x = 1\n".repeat(20_000));
    let many = read(Path::new(HOST), &machine).problems.len();
    assert!(many <= crate::bounds::PROBLEMS_PER_FILE_MAX + 2, "{many}");
    let deep = format!("tags = {}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let wide = format!(
        "in_app_include = [{}]",
        "\"(a{1,1000}){1,1000}\",".repeat(30_000)
    );
    for text in [
        deep.as_str(),
        wide.as_str(),
        "dsn = \"\u{0}\u{1b}[31m\"",
        "\u{feff}dsn = 1",
        "[[files]]\n".repeat(50_000).as_str(),
    ] {
        machine.file(APP, text);
        assert!(!problems(&machine).contains('\u{1b}'));
    }
    machine.file_with_mode(APP, b"a = 1\n\xff\xfe", 0o640);
    assert!(problems(&machine).contains("not UTF-8 (line 2)"));
    machine.file_with_mode(APP, &vec![b'#'; 2 << 20], 0o640);
    assert!(problems(&machine).contains("cannot read this file"));
}

#[test]
fn the_demo_loads() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/config/demo");
    let file = Path::new(folder).join("stacktail.toml");
    let loaded = load(&file, &crate::os::surroundings::SystemSurroundings).unwrap();
    assert_eq!(loaded.config.apps.len(), 2);
    let app = &loaded.config.apps[0];
    assert_eq!(app.files[0].paths, [format!("{folder}/logs/checkout.log")]);
    assert_eq!(
        app.source_context.map[0].1,
        Path::new(folder).join("programs/checkout")
    );
    assert!(
        loaded
            .problems
            .iter()
            .all(|problem| problem.severity == Severity::Warning)
    );
}

/// Pieces of configurations, whole and broken.
const PIECES: [&str; 38] = [
    "dsn",
    "dsn_file",
    "rate",
    "tags",
    "files",
    "paths",
    "[[files]]",
    "[source_context]",
    "map",
    "roots",
    " = ",
    "=",
    "\"",
    "\"\"\"",
    "'",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\n",
    "\"https://0123456789abcdef@h/1\"",
    "\"/var/**/[a\"",
    "1.5",
    "contexts",
    "user",
    "scrub",
    "patterns",
    "ignore_errors",
    "send_in",
    "messages",
    "dsn_credential",
    "release_field",
    "[defaults.scrub]",
    "\"/a(\\\\d/\"",
    "\"\\u00e9.b\"",
    "true",
    "{ a = { b = 1 } }",
];

proptest! {
    /// Any text: problems that print, no panic, no key.
    #[test]
    fn any_configuration_is_read(
        pieces in prop::collection::vec(prop_oneof![8 => prop::sample::select(PIECES.to_vec()).prop_map(str::to_owned), 1 => ".{0,8}"], 0..60),
    ) {
        let text = pieces.concat();
        for machine in [machine(&text, MINIMAL), machine("", &text)] {
            let reading = read(Path::new(HOST), &machine);
            let told = format!("{}{:?}{:?}", problems(&machine), reading.problems, reading.made_of);
            prop_assert!(!told.contains("0123456789abcdef"), "{}", told);
        }
    }

    /// Any variables: problems that print, no panic, no key.
    #[test]
    fn any_environment_is_read(
        variables in prop::collection::vec(
            ("(OUTBOX|DEFAULTS|HOST_RATE|DSN|X)?(__)?(DSN|DSN_BYTES|TAGS|SDK|SCRUB__EMAILS|RATE)?", ".{0,12}|https?:/?/?0123456789abcdef@h/1"),
            0..5,
        ),
    ) {
        let mut machine = machine("[defaults]\ndsn = \"console\"\n", MINIMAL);
        for (name, value) in variables {
            machine.set(&format!("STACKTAIL_{name}"), &value);
        }
        let reading = read(Path::new(HOST), &machine);
        let told = format!("{}{reading:?}", problems(&machine));
        prop_assert!(!told.contains("0123456789abcdef"), "{}", told);
    }

    /// A DSN reads back from its own parts, and no text breaks the reader.
    #[test]
    fn any_dsn_is_read(text in "(https?:/?/?)?[a-f0-9:@]{0,40}[@:/.a-z0-9\\[\\]-]{0,30}") {
        if let Ok(dsn) = Dsn::parse(&text) {
            let Dsn { scheme, public_key, host, port, path, project_id } = dsn.clone();
            let again = format!("{scheme}://{public_key}@{host}:{port}{path}/{project_id}");
            prop_assert_eq!(Dsn::parse(&again), Ok(dsn));
        }
    }
}
