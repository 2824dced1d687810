//! The manual pages and the completions say what the command line does.

#[path = "../../packaging/docs/pages.rs"]
mod pages;

use clap::Command;
use stacktail::cli;

/// The page of this name.
fn page(name: &str) -> String {
    let all = pages::man().unwrap();
    let found = all.into_iter().find(|file| file.name == name);
    found.map(|file| file.text).unwrap()
}

/// As it stands in roff.
fn roff(text: &str) -> String {
    text.replace('-', "\\-")
}

/// The long options that help shows.
fn options(command: &Command) -> Vec<String> {
    let shown = command.get_arguments().filter(|one| !one.is_hide_set());
    let long = shown.filter_map(clap::Arg::get_long);
    long.map(|name| format!("--{name}")).collect()
}

#[test]
fn every_subcommand_has_a_page_with_its_options() {
    let whole = pages::command();
    let first = page("stacktail.1");
    let mut seen = 0;
    for one in pages::shown(&whole) {
        let name = one.get_name();
        assert!(
            first.contains(&roff(&format!("stacktail-{name}(1)"))),
            "stacktail.1 does not lead to {name}"
        );
        let page = page(&format!("stacktail-{name}.1"));
        let about = one.get_about().unwrap().to_string();
        let words = about.split_whitespace().next().unwrap().to_owned();
        assert!(page.contains(&words), "{name}: {about}");
        for option in options(one) {
            assert!(page.contains(&roff(&option)), "{name} {option}");
            seen += 1;
        }
    }
    assert!(seen >= 10, "{seen} options");
    let pages = pages::man().unwrap().len();
    assert_eq!(pages, pages::shown(&whole).count() + 2);
}

#[test]
fn what_is_written_by_hand_agrees_with_the_code() {
    for code in [cli::EXIT_PROBLEM, cli::EXIT_USAGE] {
        assert!(pages::BY_HAND.contains(&format!("\n\\fB{code}\\fR\n")));
    }
    for name in [cli::CONFIG_VARIABLE, cli::DEFAULT_CONFIG] {
        assert!(pages::BY_HAND.contains(name), "{name}");
    }
    // Each page that is pointed at is made, or another program's.
    let made = pages::man().unwrap();
    let pointed = pages::BY_HAND.split("\\fB").filter_map(|part| {
        let (name, rest) = part.split_once("\\fR(")?;
        let (section, _) = rest.split_once(')')?;
        Some(format!("{}.{section}", name.replace("\\-", "-")))
    });
    let ours: Vec<_> = pointed
        .filter(|name| name.starts_with("stacktail"))
        .collect();
    assert!(ours.len() >= 4, "{ours:?}");
    for name in ours {
        assert!(made.iter().any(|file| file.name == name), "{name}");
    }
    // Options that are named in running text exist.
    let whole = pages::command();
    let known: Vec<_> = pages::shown(&whole).flat_map(options).collect();
    let text = pages::BY_HAND.replace("\\-", "-");
    let named = text.split(|c: char| !(c.is_ascii_lowercase() || c == '-'));
    let named: Vec<_> = named.filter(|word| word.starts_with("--")).collect();
    assert!(named.len() >= 3, "{named:?}");
    for option in named {
        assert!(known.iter().any(|one| one == option), "{option}");
    }
}

#[test]
fn the_configuration_page_holds_both_references_line_by_line() {
    let page = page("stacktail.toml.5");
    let plain = page
        .replace("\\-", "-")
        .replace("\\*(Aq", "'")
        .replace("\\e", "\\");
    let plain = plain.replace("\n\\&.", "\n.");
    for text in [
        include_str!("../../config/stacktail.toml"),
        include_str!("../../config/apps.d/example.toml"),
    ] {
        assert!(plain.contains(text));
    }
}

#[test]
fn shells_complete_every_subcommand_and_option() {
    let whole = pages::command();
    let files = pages::completions();
    assert_eq!(files.len(), 3);
    for file in files {
        for one in pages::shown(&whole) {
            assert!(
                file.text.contains(one.get_name()),
                "{}: {}",
                file.name,
                one.get_name()
            );
            for option in options(one) {
                let name = if file.name.ends_with("fish") {
                    option.trim_start_matches("--")
                } else {
                    &option
                };
                assert!(file.text.contains(name), "{}: {option}", file.name);
            }
        }
    }
}
