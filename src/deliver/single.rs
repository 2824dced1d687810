//! One envelope, once, past the outbox. In: a receiver, an event or nothing. Out: its [`Word`]. For people who ask whether the
//! way is open; nothing is tried again, nothing is stored.

use std::sync::Arc;

use jiff::Timestamp;

use crate::config::{Receiver, Transport};
use crate::event::protocol::Event;
use crate::store::packed;

use super::envelope::{Content, Packer, dsn_json};
use super::http::Remote;
use super::reply::{Answer, Verdict};
use super::tls::Trust;
use super::{Render, console, file, reports};

/// What a receiver said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// It takes what is sent under this DSN.
    pub taken: bool,
    /// In words: status, reason, what it means.
    pub told: String,
    /// The event's id as the receiver gave it back.
    pub id: Option<String>,
}

impl Word {
    fn of(answer: &Answer) -> Self {
        let what = answer.what();
        let (taken, meaning) = match answer.verdict() {
            Verdict::Accepted => (true, "it took the envelope"),
            Verdict::Limited => (false, "it knows the DSN, and limits what it takes"),
            Verdict::Unwelcome => (
                false,
                "it refuses what is sent under this DSN: check its key and project",
            ),
            Verdict::TooLarge => (false, "it finds the envelope too large"),
            Verdict::Refused => (false, "it refuses the envelope"),
            Verdict::Again => (false, "it does not answer as a receiver should"),
        };
        let (told, id) = match answer {
            Answer::Nothing(_) => (format!("not reached: {what}"), None),
            Answer::Reply(reply) => (format!("{what}: {meaning}"), reply.id.clone()),
        };
        Self { taken, told, id }
    }

    fn written(written: &std::io::Result<()>) -> Self {
        let told = match written {
            Ok(()) => "written".to_owned(),
            Err(error) => format!("not written: {error}"),
        };
        Self {
            taken: written.is_ok(),
            told,
            id: None,
        }
    }
}

/// Sends one event.
pub async fn send(receiver: &Receiver, http: &Transport, event: &Event, render: Render) -> Word {
    let now = Timestamp::from_nanosecond((event.timestamp * 1e9) as i128).unwrap_or_default();
    let Ok(payload) = serde_json::to_vec(event) else {
        return Word::written(&Err(std::io::Error::other("the event is no JSON")));
    };
    let id = u128::from_str_radix(&event.event_id, 16).unwrap_or_default();
    match receiver {
        Receiver::Console => Word::written(&console::print_one(&payload, render)),
        Receiver::File(path) => Word::written(&file::write_one(path, &payload)),
        Receiver::Dsn(_) | Receiver::Spotlight(_) => {
            let id = id.to_be_bytes();
            let stored = packed::Packer::default().gzip(&[&payload]);
            let content = Content {
                event: Some((&id, &stored)),
                report: None,
            };
            post(receiver, http, content, now).await
        }
    }
}

/// Asks with a client report that reports nothing: every receiver checks the DSN for it, and none makes an issue of it.
/// `None`: there is nobody to ask.
pub async fn ask(receiver: &Receiver, http: &Transport, now: Timestamp) -> Option<Word> {
    if matches!(receiver, Receiver::Console | Receiver::File(_)) {
        return None;
    }
    let report = reports::nothing(now);
    let content = Content {
        event: None,
        report: Some(&report),
    };
    Some(post(receiver, http, content, now).await)
}

async fn post(receiver: &Receiver, http: &Transport, content: Content<'_>, now: Timestamp) -> Word {
    let trust = Arc::new(Trust::new(http.clone()));
    let remote = match Remote::new(receiver, &trust) {
        Ok(remote) => remote,
        Err(why) => return Word::of(&Answer::Nothing(why)),
    };
    let body = Packer::default().pack(content, dsn_json(receiver).as_deref(), now);
    Word::of(&remote.post(body).await)
}
