//! What an answer means. In: status and body, or what went wrong. Out: a [`Verdict`].
//!
//! The table is section "Rate limits, errors, retry" of Sentry's SDK documentation, for an agent that has a spool.

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
            401 | 403 | 404 => Verdict::Unwelcome,
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
            Self::Reply(reply) if reply.web_page && reply.status < 300 => {
                format!("HTTP {} with a web page", reply.status)
            }
            Self::Reply(reply) => format!("HTTP {}", reply.status),
        }
    }
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
            (&[400, 402, 405, 410, 415, 422], Verdict::Refused),
            (&[401, 403, 404], Verdict::Unwelcome),
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
