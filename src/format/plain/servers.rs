//! Layouts of servers' error logs: PostgreSQL's and Apache's. nginx's and HAProxy's have the form of a logger's.

use super::shapes::{number, text};
use super::{Reader, TimeContext};
use crate::bounds::HEADER_WORD_BYTES_MAX;
use crate::format::{calendar, words};
use crate::level::Level;

/// What PostgreSQL calls its lines, and what that means; a line without a level goes on with the one before.
const POSTGRES: &[(&[u8], Option<Level>)] = &[
    (b"LOG", Some(Level::Info)),
    (b"INFO", Some(Level::Info)),
    (b"NOTICE", Some(Level::Info)),
    (b"WARNING", Some(Level::Warning)),
    (b"ERROR", Some(Level::Error)),
    (b"FATAL", Some(Level::Fatal)),
    (b"PANIC", Some(Level::Fatal)),
    (b"DETAIL", None),
    (b"HINT", None),
    (b"QUERY", None),
    (b"CONTEXT", None),
    (b"LOCATION", None),
    (b"STATEMENT", None),
    (b"BACKTRACE", None),
];

impl Reader<'_> {
    /// PostgreSQL, behind its time: ` [812] shop@orders ERROR:  message`; two spaces stand behind its words. What goes on with
    /// a line keeps its word (`DETAIL:  …`).
    pub(super) fn postgres(&mut self) -> Option<()> {
        let rest = self.rest();
        let at = memchr::memmem::find(self.head(), b":  ")?;
        let before = rest.get(..at)?;
        let word_at = memchr::memrchr(b' ', before)? + 1;
        let word = before.get(word_at..)?;
        let (_, level) = POSTGRES.iter().find(|(name, _)| *name == word)?;
        let mut named = before.get(..word_at)?.trim_ascii();
        if named.first() == Some(&b'[') {
            let end = memchr::memchr(b']', named)?;
            // `[812-3]`: the third line of the session.
            let id = named.get(1..end)?.split(|b| *b == b'-').next()?;
            self.meta.pid = number(id);
            named = named.get(end + 1..)?.trim_ascii();
        }
        if memchr::memchr(b' ', named).is_some() {
            return None;
        }
        if let Some(split) = memchr::memchr(b'@', named) {
            let (user, base) = (named.get(..split)?, named.get(split + 1..)?);
            for (name, value) in [("db_user", user), ("db_name", base)] {
                let value = text(value).filter(|value| !value.is_empty());
                let fields = value.map(|value| (name.to_owned(), value.into()));
                self.meta.fields.extend(fields);
            }
        }
        self.meta.level = *level;
        self.at += if level.is_some() { at + 3 } else { word_at };
        self.state();
        Some(())
    }

    /// `42P01: `, where the server is told to be verbose.
    fn state(&mut self) {
        let Some((state, rest)) = self.rest().split_at_checked(5) else {
            return;
        };
        let known = |b: &u8| b.is_ascii_digit() || b.is_ascii_uppercase();
        if self.meta.level.is_some() && state.iter().all(known) && rest.starts_with(b": ") {
            let value = text(state).unwrap_or_default();
            self.meta.fields.push(("sqlstate".to_owned(), value.into()));
            self.at += 7;
        }
    }

    /// Apache: `[Sun Nov 22 01:18:34.082284 2026] [authz_core:error] [pid 10327:tid 10336] [client 127.0.0.1:57872] message`.
    pub(super) fn apache(&mut self, context: &TimeContext) -> Option<()> {
        let date = self.bracketed()?;
        self.meta.time = Some(calendar::weekday_first(date, context)?);
        self.dated = true;
        self.at += date.len() + 3;
        let module = self.bracketed()?;
        let colon = memchr::memchr(b':', module)?;
        let word = module.get(colon + 1..)?;
        let traced = word.starts_with(b"trace").then_some(Level::Debug);
        self.meta.level = Some(words::level(word).or(traced)?);
        self.meta.logger = module.get(..colon).and_then(text);
        self.at += module.len() + 3;
        while let Some(inner) = self
            .bracketed()
            .filter(|inner| inner.len() < HEADER_WORD_BYTES_MAX)
        {
            let (name, value) = inner.split_at_checked(memchr::memchr(b' ', inner)?)?;
            match name {
                b"pid" => {
                    let mut ids = value.trim_ascii().split(|b| *b == b':');
                    self.meta.pid = ids.next().and_then(number);
                    let thread = ids.next().and_then(|id| id.strip_prefix(b"tid "));
                    self.meta.thread = thread.and_then(text);
                }
                b"client" | b"remote" => {
                    let value = text(value.trim_ascii())?;
                    self.meta.fields.push(("client".to_owned(), value.into()));
                }
                _ => break,
            }
            self.at += inner.len() + 2;
            let _ = self.take(b" ");
        }
        Some(())
    }
}
