//! What a key is: its name, its kind, its default, its line of documentation. Data alone; the rows stand in `keys.rs`.

/// One key of a table.
#[derive(Debug)]
pub struct Key {
    /// As written.
    pub name: &'static str,
    /// What its value must be.
    pub kind: Kind,
    /// As TOML; `None`: nothing stands in its place.
    pub default: Option<&'static str>,
    /// May `[defaults]` of the host file set it for all apps?
    pub in_defaults: bool,
    /// One line for people.
    pub doc: &'static str,
}

/// Type and check of a value. One kind has one TOML type, so that errors can be exact.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Any text of one line.
    Text,
    /// A release's name, as Sentry takes it.
    Release,
    /// An environment's name, as Sentry takes it.
    Environment,
    /// A DSN, or `console`.
    Receiver,
    /// The name of an environment variable.
    Variable,
    /// A path; relative ones begin in the folder of the file they stand in.
    Path,
    /// A list of folders.
    Folders,
    /// A table of texts.
    Tags,
    /// A table: prefix in a trace = folder.
    FolderMap,
    /// A list of regexes.
    Patterns,
    /// A list of globs over paths.
    Globs,
    /// A list of globs over names or paths.
    Excludes,
    /// A list of systemd units, `*` and `?` allowed.
    Units,
    /// A list of names.
    Names,
    /// A list of `FIELD=value`.
    Matches,
    /// A level.
    Level,
    /// 0.0 to 1.0.
    Fraction,
    /// `N/unit` or `off`.
    Rate,
    /// A duration or `off`.
    Window,
    /// A duration.
    Duration,
    /// A size.
    Size,
    /// `end`, `beginning`, or an age.
    StartAt,
    /// A time zone by its IANA name.
    Zone,
    /// true or false.
    Flag,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A table with keys of its own.
    Table(&'static [Key]),
    /// A list of tables (`[[…]]`).
    Tables(&'static [Key]),
    /// The app keys that may have a default for all apps.
    Defaults,
    /// Designed, and not there in this version: an error, since without it more would be sent than is wanted.
    Later,
    /// Designed, and not there in this version: a warning, since without it only less is sent.
    Ignored,
}

impl Key {
    pub(super) const fn new(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self {
            name,
            kind,
            default: None,
            in_defaults: false,
            doc,
        }
    }

    /// With this default.
    pub(super) const fn or(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    /// `[defaults]` may set it.
    pub(super) const fn shared(mut self) -> Self {
        self.in_defaults = true;
        self
    }
}
