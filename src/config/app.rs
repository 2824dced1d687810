//! One app's file. In: its text and what the host file sets for all apps. Out: an [`App`], or problems.

use super::check::Checker;
use super::doubts;
use super::fault::Fault;
use super::given::{self, Given};
use super::host::Defaults;
use super::keys::{APP_KEYS, FILES_KEYS, SOURCE_KEYS};
use super::labels;
use super::layout::{Format, Layout};
use super::problem::{Problem, Severity};
use super::rules;
use super::sample;
use super::setting::{Layers, Section};
use super::{App, Files, Receiver, SourceContext, Writing};
use crate::bounds::APP_NAME_CHARS_MAX;

/// May an app be called so? `[a-z0-9_-]`, 64 at most.
pub(super) fn name_is_valid(name: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-');
    !name.is_empty() && name.len() <= APP_NAME_CHARS_MAX && name.bytes().all(allowed)
}

/// Reads one app's file; `None` if anything in it is wrong.
pub(super) fn app(
    file: &mut Checker<'_>,
    name: &str,
    mode: u32,
    defaults: &Defaults,
) -> Option<App> {
    let section = file.file(APP_KEYS);
    let receiver = receiver(file, &section, mode, defaults);
    let release = match given::release(file, &section) {
        Given::Value(release) => Some(release),
        Given::Nothing => defaults.release.clone(),
        Given::Bad => None,
    };
    let elsewhere = defaults.settings_alone || defaults.routed.iter().any(|app| app == name);
    let files = files(file, &section, elsewhere);
    let journals = super::journal::journals(file, &section);
    let source_context = source_context(file, &section);
    let rules = rules::rules(file, &section);
    let samples = sample::samples(file, &section);
    if file
        .problems
        .iter()
        .any(|problem| problem.severity == Severity::Error)
    {
        return None;
    }
    let both = [&section, &defaults.section];
    let layers = Layers {
        sections: &both,
        keys: APP_KEYS,
        folder: file.folder,
    };
    let root = layers
        .path("project_root")
        .map(|root| root.to_string_lossy().into_owned());
    let app = App {
        name: name.to_owned(),
        receiver: receiver?,
        environment: layers.text("environment").unwrap_or_default(),
        release,
        tags: layers.tags("tags"),
        project_root: root,
        in_app_include: layers.patterns("in_app_include"),
        in_app_exclude: layers.patterns("in_app_exclude"),
        min_level: layers.level("min_level"),
        sample_rate: layers.fraction("sample_rate"),
        dedup_window: layers.window("dedup_window"),
        rate_per_issue: layers.rate("rate_per_issue"),
        rate: layers.rate("rate"),
        files,
        journals,
        source_context,
        labels: labels::labels(&layers),
        rules,
        filters: labels::filters(&layers),
        messages: layers.level_or_off("messages"),
        attach_stacktrace: layers.flag("attach_stacktrace"),
        scrubbing: labels::scrubbing(&layers),
        samples,
    };
    doubts::tell(file, &section, &app);
    Some(app)
}

/// The app's receiver, else the one of all apps; none at all is an error.
fn receiver(
    file: &mut Checker<'_>,
    section: &Section,
    mode: u32,
    defaults: &Defaults,
) -> Option<Receiver> {
    match given::receiver(file, section, mode) {
        Given::Value(receiver) => return Some(receiver),
        Given::Bad => return None,
        Given::Nothing => {}
    }
    if defaults.receiver.is_none() && !file.has_syntax_errors() {
        let message = "this app has no DSN: nothing says where its events go".to_owned();
        let help = "set one of `dsn`, `dsn_file`, `dsn_env`, `dsn_credential`; \"console\" in the place of a DSN prints to the terminal";
        file.problems
            .push(Problem::of_file(file.file.to_path_buf(), message, help));
    }
    defaults.receiver.clone()
}

/// `[[files]]`; at least one unless `optional`, each with paths.
fn files(file: &mut Checker<'_>, section: &Section, optional: bool) -> Vec<Files> {
    let nowhere = ["files", "journal"].map(|key| section.place(key)) == [None, None];
    if nowhere && !optional && !file.has_syntax_errors() {
        let message =
            "this app has no `[[files]]` and no `[[journal]]`: nothing says where it logs";
        let message = message.to_owned();
        let help = "add `[[files]]` with `paths = [\"/var/log/…/*.log\"]`, or `[[journal]]` with `units`, or lead to it by `[[routes]]` of the host file";
        file.problems
            .push(Problem::of_file(file.file.to_path_buf(), message, help));
    }
    files_of(file, section)
}

/// The `[[files]]` of a file, an app's or the host's.
pub(super) fn files_of(file: &mut Checker<'_>, section: &Section) -> Vec<Files> {
    let sections = section.sections("files").iter();
    sections.map(|section| one_files(file, section)).collect()
}

fn one_files(file: &mut Checker<'_>, section: &Section) -> Files {
    let top = [section];
    let layers = Layers {
        sections: &top,
        keys: FILES_KEYS,
        folder: file.folder,
    };
    let paths = layers.texts("paths");
    if paths.is_empty() && section.get("paths").is_some() == section.place("paths").is_some() {
        let span = section
            .place("paths")
            .unwrap_or_else(|| section.span.clone());
        let fault = Fault::new(
            "`files` without `paths` reads nothing",
            "expected `paths = [\"/var/log/…/*.log\"]`",
        );
        file.tell(Severity::Error, "files.paths", &span, fault);
    }
    let format = layers.text("format");
    let format = format.and_then(|name| Format::named(&name));
    Files {
        paths,
        exclude: layers.texts("exclude"),
        start_at: layers.start_at("start_at"),
        writing: Writing {
            timezone: layers.text("timezone"),
            layout: Layout::of(format.unwrap_or_default(), layers.header("header")),
        },
        follow_symlinks: layers.flag("follow_symlinks"),
        poll: layers.flag("poll"),
    }
}

/// `[source_context]`; what is mapped must lie beneath a root, else it would never be read.
fn source_context(file: &mut Checker<'_>, section: &Section) -> SourceContext {
    let Some(section) = section.sections("source_context").first() else {
        return SourceContext::default();
    };
    let top = [section];
    let layers = Layers {
        sections: &top,
        keys: SOURCE_KEYS,
        folder: file.folder,
    };
    let (roots, map) = (layers.paths("roots"), layers.folder_map("map"));
    if section.get("roots").is_none() && section.place("roots").is_some() {
        return SourceContext { roots, map };
    }
    let span = section.place("map").unwrap_or_else(|| section.span.clone());
    for (_, folder) in &map {
        if !roots.iter().any(|root| folder.starts_with(root)) {
            let message = format!(
                "{} lies beneath none of `roots`: nothing would be read from it",
                folder.display()
            );
            let fault = Fault::new(message, "maps to a folder outside the roots")
                .help("add the folder to `roots`");
            file.tell(Severity::Error, "source_context.map", &span, fault);
        }
    }
    SourceContext { roots, map }
}
