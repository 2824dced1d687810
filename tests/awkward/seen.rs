//! What is read of a text, with the header that it is given.

use stacktail::assemble::Record;
use stacktail::level::Level;

use crate::memory::records;
use crate::told::{self, Told};

/// One trace with its header.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seen {
    /// Its exceptions.
    pub(crate) told: Told,
    /// Its header's level.
    pub(crate) level: Option<Level>,
    logger: Option<String>,
    message: Option<String>,
}

impl Seen {
    fn of(record: &Record) -> Option<Self> {
        let text = |message: &Vec<u8>| String::from_utf8_lossy(message).into_owned();
        Some(Self {
            told: told::one(record)?,
            level: record.meta.level,
            logger: record.meta.logger.clone(),
            message: record.message.as_ref().map(text),
        })
    }

    /// One line, to be reviewed.
    pub(crate) fn line(&self) -> String {
        let chain: Vec<String> = self.told.exceptions.iter().map(exception).collect();
        let level = self.level.map_or("-", Level::as_str);
        let (logger, message) = (self.logger.as_deref(), self.message.as_deref());
        let head = format!(
            "{level} {} {:?}",
            logger.unwrap_or("-"),
            message.unwrap_or("-")
        );
        format!("{head}\n{}\n", chain.join(""))
    }
}

fn exception(one: &stacktail::language::Exception) -> String {
    let frames: Vec<String> = one
        .frames
        .iter()
        .map(|f| {
            let place = f
                .abs_path
                .as_deref()
                .or(f.filename.as_deref())
                .unwrap_or("-");
            let (function, line) = (f.function.as_deref().unwrap_or("-"), f.lineno.unwrap_or(0));
            format!("    {function} {place}:{line}\n")
        })
        .collect();
    let module = one.module.as_deref().unwrap_or("-");
    let parent = one.parent_id.map_or(String::new(), |parent| {
        format!(
            " [{:?} of {parent}: {}]",
            one.exception_id,
            one.source.as_deref().unwrap_or("-")
        )
    });
    format!(
        "  {module} {}: {:?}{parent}\n{}",
        one.ty,
        one.value,
        frames.join("")
    )
}

/// The traces of a text and where their openings stand.
pub(crate) fn read(text: &str) -> Vec<(u64, Seen)> {
    let mut records = records(text.as_bytes());
    records.sort_by_key(|record| (record.head, record.ordinal));
    let seen = |record: &Record| Some((record.head, Seen::of(record)?));
    records.iter().filter_map(seen).collect()
}

/// The traces of a text.
pub(crate) fn all(text: &str) -> Vec<Seen> {
    read(text).into_iter().map(|(_, seen)| seen).collect()
}
