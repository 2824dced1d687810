//! What goes wrong with files. In: each failure. Out: a word for people, once per change, never once per try.

use std::path::PathBuf;

/// Why the source cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A buffer of the kernel's could not be had.
    #[error("cannot watch files: {0}")]
    Watch(#[source] std::io::Error),
}

/// Something about one path that a person should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProblem {
    /// Where; bytes.
    pub path: PathBuf,
    /// What; `None`: it is over.
    pub what: Option<Trouble>,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// A path that is wanted is not tailed.
    #[error("not tailed: {0}")]
    NotTailed(String),
    /// A compressed file.
    #[error("not tailed: compressed; exclude it, or log uncompressed")]
    Compressed,
    /// The file begins with a byte order mark of UTF-16.
    #[error("UTF-16 is not understood yet; log in UTF-8")]
    Wide,
    /// Begins like another file of its folder.
    #[error("not tailed: a copy of another log")]
    Copy,
    /// The kernel has no watches left, or none for this file system.
    #[error(
        "cannot be watched ({0}); it is looked at every second instead: raise fs.inotify.max_user_watches"
    )]
    NoWatch(String),
    /// Changes were lost; everything is looked at once.
    #[error("more changes than the kernel could queue; looking at every file")]
    Overflow,
    /// More files match than are tailed.
    #[error("more files match than are tailed (20000); the rest is not read")]
    TooMany,
    /// A read failed.
    #[error("cannot be read now ({0}); trying again every second")]
    Unreadable(String),
    /// What was not yet read is gone.
    #[error("was rotated away before it was read to its end, and nothing holds the rest: {}", lost(*known))]
    RotatedAway {
        /// Bytes that are known to be lost; there may be more. Zero where only the position was stored: how long the file
        /// was when it went, nobody saw.
        known: u64,
    },
}

fn lost(known: u64) -> String {
    match known {
        0 => "how much it was cannot be known".to_owned(),
        _ => format!("at least {known} bytes"),
    }
}

impl std::fmt::Display for FileProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.what {
            Some(what) => write!(f, "{}: {what}", self.path.display()),
            None => write!(
                f,
                "{}: read again, what was wrong is over",
                self.path.display()
            ),
        }
    }
}
