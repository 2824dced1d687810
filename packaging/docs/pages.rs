//! The manual pages and the completions. In: the command line's definition, the reference files, `stacktail.roff` for what no
//! definition holds (files, signals, exit codes). Out: files with a name and a text.

use std::io;

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;
use clap_mangen::Man;

/// What is written by hand: the sections of stacktail(1) behind its options.
pub(crate) const BY_HAND: &str = include_str!("stacktail.roff");
const HOST_REFERENCE: &str = include_str!("../../config/stacktail.toml");
const APP_REFERENCE: &str = include_str!("../../config/apps.d/example.toml");

/// A file to install.
pub(crate) struct File {
    /// Its name, without a folder.
    pub(crate) name: String,
    /// Its content.
    pub(crate) text: String,
}

/// The whole command line, every subcommand filled in.
pub(crate) fn command() -> Command {
    let command = stacktail::cli::Cli::command().after_help(None::<&str>);
    let mut command = command.disable_help_subcommand(true);
    command.build();
    command
}

/// Subcommands that are shown.
pub(crate) fn shown(command: &Command) -> impl Iterator<Item = &Command> {
    let all = command.get_subcommands();
    all.filter(|one| !one.is_hide_set())
}

/// stacktail(1), a page for each subcommand, stacktail.toml(5).
pub(crate) fn man() -> io::Result<Vec<File>> {
    let whole = command();
    let mut files = vec![File {
        name: "stacktail.1".to_owned(),
        text: page(whole.clone(), BY_HAND)?,
    }];
    for one in shown(&whole) {
        let name = format!("stacktail-{}", one.get_name());
        let section = ".SH \"SEE ALSO\"\n\\fBstacktail\\fR(1), \\fBstacktail.toml\\fR(5)\n";
        let one = one.clone().version(env!("CARGO_PKG_VERSION"));
        files.push(File {
            name: format!("{name}.1"),
            text: page(one, section)?,
        });
    }
    files.push(File {
        name: "stacktail.toml.5".to_owned(),
        text: configuration(),
    });
    Ok(files)
}

/// A page, with `more` behind what its definition gives.
fn page(command: Command, more: &str) -> io::Result<String> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    let title = title(name, 1);
    let has_subcommands = shown(&command).next().is_some();
    let man = Man::new(command);
    let mut out = Vec::new();
    man.render_name_section(&mut out)?;
    man.render_synopsis_section(&mut out)?;
    man.render_description_section(&mut out)?;
    man.render_options_section(&mut out)?;
    if has_subcommands {
        man.render_subcommands_section(&mut out)?;
    }
    let text = String::from_utf8(out).map_err(io::Error::other)?;
    Ok(title + &text + more)
}

/// What a page begins with: how an apostrophe is written, and its title; no date, so that the same source makes the same page.
fn title(name: &str, section: u8) -> String {
    let (name, version) = (name.to_uppercase(), env!("CARGO_PKG_VERSION"));
    format!(
        ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n\
        .TH {name} {section} \"\" \"stacktail {version}\" stacktail\n"
    )
}

/// The configuration: both reference files as they are, which a test loads.
fn configuration() -> String {
    let title = title("stacktail.toml", 5);
    format!(
        "{title}.SH NAME\nstacktail.toml, apps.d/*.toml \\- the host and the apps that stacktail reads for\n\
        .SH DESCRIPTION\n\
        One file for the host, which may be empty, and one for each app, whose name is the app\\*(Aqs. Below stand both with every \
        key. \\fBstacktail check\\fR tells everything that is wrong, at its place; \\fBstacktail schema\\fR prints JSON Schemas \
        for editors; \\fBsystemctl reload stacktail\\fR takes over what the files say.\n\
        .SH \"/etc/stacktail/stacktail.toml\"\n{}\
        .SH \"/etc/stacktail/apps.d/NAME.toml\"\n{}\
        .SH \"SEE ALSO\"\n\\fBstacktail\\fR(1), \\fBstacktail\\-check\\fR(1)\n",
        verbatim(HOST_REFERENCE),
        verbatim(APP_REFERENCE)
    )
}

/// A text as it is, line by line.
fn verbatim(text: &str) -> String {
    let mut roff = String::from(".nf\n");
    for line in text.lines() {
        let escaped = line.replace('\\', "\\e").replace('-', "\\-");
        // In front of a dot or a quote at the margin, a character without width: it is no request.
        let escaped = escaped.replace('\'', "\\*(Aq");
        if escaped.starts_with('.') {
            roff.push_str("\\&");
        }
        roff.push_str(&escaped);
        roff.push('\n');
    }
    roff.push_str(".fi\n");
    roff
}

/// Where a shell looks for a command's completions, by file name.
pub(crate) fn completions() -> Vec<File> {
    let shells = [
        (Shell::Bash, "stacktail"),
        (Shell::Zsh, "_stacktail"),
        (Shell::Fish, "stacktail.fish"),
    ];
    let made = shells.map(|(shell, name)| {
        let mut out = Vec::new();
        clap_complete::generate(shell, &mut command(), "stacktail", &mut out);
        File {
            name: name.to_owned(),
            text: String::from_utf8_lossy(&out).into_owned(),
        }
    });
    made.into()
}
