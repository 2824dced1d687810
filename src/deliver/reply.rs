//! What an answer means. In: status and body, or what went wrong. Out: a [`Verdict`].
//!
//! The table is section "Rate limits, errors, retry" of Sentry's SDK documentation, for an agent that has a spool.

use crate::bounds::TOLD_BYTES_MAX;

use super::limits::Said;

/// What came back for one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// A whole HTTP answer.
    Reply(Reply),
    /// None: connection, timeout, an answer that is no HTTP or broke off. The text says what.
    Nothing(String),
}

/// A whole HTTP answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) said: Said,
    /// The first bytes of the body are those of a web page.
    pub(super) web_page: bool,
    /// What it says, in one line: the reason of a refusal, the host that a redirect names. Harmless to a terminal.
    pub(super) text: String,
    /// The event's id, as the receiver gives it back.
    pub(super) id: Option<String>,
}

/// What becomes of the envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The receiver has it.
    Accepted,
    /// The receiver will never take this one.
    Refused,
    /// The receiver takes nothing under this DSN: as `Refused`, and those behind it wait.
    Unwelcome,
    /// A smaller one might be taken.
    TooLarge,
    /// It is gone, and counted there.
    Limited,
    /// The same again, later.
    Again,
}

impl Answer {
    /// What becomes of the envelope that drew this answer.
    pub(super) fn verdict(&self) -> Verdict {
        let Self::Reply(reply) = self else {
            return Verdict::Again;
        };
        match reply.status {
            // A captive portal or a maintenance page, not a receiver.
            200..=299 if reply.web_page => Verdict::Again,
            200..=299 => Verdict::Accepted,
            // 402 and 410 are said of a project, 405 by a server that is no receiver: none of them of this event.
            401..=405 | 410 => Verdict::Unwelcome,
            413 => Verdict::TooLarge,
            429 => Verdict::Limited,
            // Of what stands between, not of the receiver: proxy login, timeout, too early.
            407 | 408 | 425 => Verdict::Again,
            400..=499 => Verdict::Refused,
            // 5xx, and redirects: an envelope is not sent on to where somebody points.
            _ => Verdict::Again,
        }
    }

    /// For people.
    pub(super) fn what(&self) -> String {
        match self {
            Self::Nothing(why) => why.clone(),
            Self::Reply(reply) if reply.web_page => {
                format!("HTTP {} with a web page", reply.status)
            }
            Self::Reply(reply) if reply.text.is_empty() => format!("HTTP {}", reply.status),
            Self::Reply(reply) => format!("HTTP {} ({})", reply.status, reply.text),
        }
    }
}

/// What a body says, in one line: `detail`, `error` or `message` of a JSON object, else its text.
pub(super) fn told(body: &[u8]) -> String {
    let json = serde_json::from_slice::<serde_json::Value>(body).ok();
    let detail = json.as_ref().and_then(|json| {
        let names = ["detail", "error", "message"];
        names.into_iter().find_map(|name| json.get(name)?.as_str())
    });
    let text = match (detail, &json) {
        (Some(detail), _) => detail.into(),
        // An object without a word, such as `{}` or `{"id":"…"}`.
        (None, Some(serde_json::Value::Object(_))) => return String::new(),
        (None, _) => String::from_utf8_lossy(body),
    };
    one_line(&text)
}

/// The id in a body `{"id":"…"}`: 32 hexadecimal digits, or nothing.
pub(super) fn given_id(body: &[u8]) -> Option<String> {
    let json = serde_json::from_slice::<serde_json::Value>(body).ok()?;
    let id = json.get("id")?.as_str()?.replace('-', "");
    (id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(id)
}

/// Strangers' text as one short line of the log.
pub(super) fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let mut line = String::new();
    for word in words.filter(|word| !word.is_empty()) {
        if line.len() + word.len() >= TOLD_BYTES_MAX {
            line.push('…');
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line.chars().filter(|c| !is_direction(*c)).collect()
}

/// Marks that turn the order of what a terminal shows.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16) -> Answer {
        Answer::Reply(Reply {
            status,
            ..Reply::default()
        })
    }

    #[test]
    fn each_status_has_its_verdict() {
        let table: [(&[u16], Verdict); 6] = [
            (&[200, 201, 202, 204], Verdict::Accepted),
            (&[400, 406, 415, 422], Verdict::Refused),
            (&[401, 402, 403, 404, 405, 410], Verdict::Unwelcome),
            (&[413], Verdict::TooLarge),
            (&[429], Verdict::Limited),
            (
                &[301, 302, 307, 407, 408, 500, 502, 503, 504, 529, 999],
                Verdict::Again,
            ),
        ];
        for (statuses, verdict) in table {
            for status in statuses {
                assert_eq!(reply(*status).verdict(), verdict, "{status}");
            }
        }
        assert_eq!(Answer::Nothing("reset".into()).verdict(), Verdict::Again);
    }

    #[test]
    fn what_a_receiver_says_is_one_harmless_line() {
        let relay = br#"{"detail":"bad sentry DSN public key","causes":["x"]}"#;
        assert_eq!(told(relay), "bad sentry DSN public key");
        assert_eq!(told(br#"{"id":"0123"}"#), "");
        assert_eq!(given_id(br#"{"id":"0123"}"#), None);
        let id = br#"{"id":"0123456789abcdef0123456789abcdef"}"#;
        assert_eq!(given_id(id).unwrap(), "0123456789abcdef0123456789abcdef");
        assert_eq!(
            told(b"no\r\n\x1b[31m such \xff project\n"),
            "no [31m such \u{fffd} project"
        );
        assert_eq!(told("a\u{202e}b".as_bytes()), "ab");
        let long = told("word ".repeat(1_000).as_bytes());
        assert!(
            long.len() <= TOLD_BYTES_MAX + 3 && long.ends_with('…'),
            "{long}"
        );
        assert_eq!(told("x".repeat(10_000).as_bytes()), "…");
    }

    #[test]
    fn a_web_page_is_not_a_receiver() {
        let page = Answer::Reply(Reply {
            status: 200,
            web_page: true,
            ..Reply::default()
        });
        assert_eq!(page.verdict(), Verdict::Again);
        assert_eq!(page.what(), "HTTP 200 with a web page");
    }
}
