//! What a key is: its name, its kind, its default, its documentation. Data alone; the rows stand in `keys/`.

/// One key of a table.
#[derive(Debug)]
pub struct Key {
    /// As written.
    pub name: &'static str,
    /// What its value must be.
    pub kind: Kind,
    /// As TOML; `None`: nothing stands in its place.
    pub default: Option<&'static str>,
    /// A valid value as TOML, for people; the default shows itself.
    pub example: Option<&'static str>,
    /// May `[defaults]` of the host file set it for all apps?
    pub in_defaults: bool,
    /// One line for people.
    pub doc: &'static str,
    /// What else is to be known; empty where that is all.
    pub more: &'static str,
}

/// Type and check of a value. One kind has one TOML type, so that errors can be exact.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A name of one line, at most this many characters.
    Name(usize),
    /// A text of any number of lines.
    Lines,
    /// A whole number from 1 on.
    Count,
    /// A release's name, as Sentry takes it.
    Release,
    /// Sentry's `dist`.
    Dist,
    /// An environment's name, as Sentry takes it.
    Environment,
    /// A list of environments' names.
    Environments,
    /// A DSN, or `console`.
    Receiver,
    /// The name of an environment variable.
    Variable,
    /// The name of a systemd credential.
    Credential,
    /// The name of an app's file.
    App,
    /// A path; relative ones begin in the folder of the file they stand in.
    Path,
    /// A path, or `off`.
    PathOrOff,
    /// A list of folders.
    Folders,
    /// A table of texts.
    Tags,
    /// A field of the record, a path with dots.
    Field,
    /// A table: tag = field of the record.
    TagFields,
    /// A table: key in `extra` = field of the record.
    ExtraFields,
    /// A table of tables of any values.
    Contexts,
    /// A table: prefix in a trace = folder.
    FolderMap,
    /// A list of regexes.
    Patterns,
    /// A list of regexes that take something out: none may match the empty text.
    Removals,
    /// A list of texts, or regexes between slashes.
    TextPatterns,
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
    /// A level or `off`.
    LevelOrOff,
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
    /// A regex of a header, with groups named for what they hold.
    Header,
    /// An expression in CEL that says yes or no.
    Condition,
    /// A list of texts that make a fingerprint.
    Fingerprint,
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
}

/// The TOML type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A text.
    Text,
    /// A whole number or one with a fraction.
    Number,
    /// true or false.
    Flag,
    /// A list of texts.
    List,
    /// A table, or a list of tables.
    Table,
}

impl Kind {
    /// Its TOML type.
    #[must_use]
    pub fn shape(self) -> Shape {
        match self {
            Self::Flag => Shape::Flag,
            Self::Fraction | Self::Count => Shape::Number,
            Self::Environments
            | Self::Folders
            | Self::Patterns
            | Self::Removals
            | Self::TextPatterns
            | Self::Fingerprint
            | Self::Globs
            | Self::Excludes
            | Self::Units
            | Self::Names
            | Self::Matches => Shape::List,
            Self::Tags
            | Self::TagFields
            | Self::ExtraFields
            | Self::Contexts
            | Self::FolderMap
            | Self::Table(_)
            | Self::Tables(_)
            | Self::Defaults => Shape::Table,
            Self::Name(_)
            | Self::Lines
            | Self::Release
            | Self::Dist
            | Self::Environment
            | Self::Receiver
            | Self::Variable
            | Self::Credential
            | Self::App
            | Self::Path
            | Self::PathOrOff
            | Self::Field
            | Self::Level
            | Self::LevelOrOff
            | Self::Rate
            | Self::Window
            | Self::Duration
            | Self::Size
            | Self::StartAt
            | Self::Zone
            | Self::Header
            | Self::Condition
            | Self::Choice(_) => Shape::Text,
        }
    }
}

impl Key {
    pub(super) const fn new(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self {
            name,
            kind,
            default: None,
            example: None,
            in_defaults: false,
            doc,
            more: "",
        }
    }

    /// With this default.
    pub(super) const fn or(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    /// As this, for instance.
    pub(super) const fn such_as(mut self, example: &'static str) -> Self {
        self.example = Some(example);
        self
    }

    /// With more to be known.
    pub(super) const fn more(mut self, more: &'static str) -> Self {
        self.more = more;
        self
    }

    /// `[defaults]` may set it.
    pub(super) const fn shared(mut self) -> Self {
        self.in_defaults = true;
        self
    }
}
