//! Severity. One scale for log lines, settings and events.

/// Severity as Sentry's `level` (five values).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// `trace` and `debug` of the logging libraries.
    Debug,
    /// `info`, `notice`.
    Info,
    /// `warn`, `warning`.
    Warning,
    /// `error`, `err`, `severe`.
    Error,
    /// `fatal`, `critical`, `alert`, `emerg`, `panic`.
    Fatal,
}

impl Level {
    /// Sentry's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Fatal => "fatal",
        }
    }
}
