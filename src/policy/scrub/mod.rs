//! Secrets out of events, before anything is stored. In: an event. Out: the same, with tokens and passwords `[Filtered]`.
//!
//! Never touches type, function, module and file names: they decide grouping and hold no secrets. Source lines are held to
//! be code: there only literals are taken for secrets, `password = form["password"]` stays as the SDK would send it.
//! Scrubbing what is scrubbed changes nothing.

mod cards;
mod chosen;
mod expressions;
mod forms;
mod hints;
mod names;
mod text;

use serde_json::Value;

use crate::bounds::EXTRA_DEPTH_MAX;
use crate::config::Scrubbing;
use crate::event::protocol::{Event, Frame};
use names::names_a_secret;
use text::{FILTERED, Mode};

/// A text that is shown and belongs to no event (a path, a problem), without what would be taken out of one.
#[must_use]
pub fn shown(text: &str) -> String {
    let mut text = text.to_owned();
    text::scrub(&mut text, Mode::Text);
    text
}

/// Scrubs every text of the event that may hold a secret.
pub(super) fn event(event: &mut Event, chosen: &Scrubbing) {
    let all = Scrub { chosen };
    for exception in event.exception.iter_mut().flat_map(|list| &mut list.values) {
        all.texts(&mut exception.value);
    }
    let frames = event.stacktraces_mut().flat_map(|s| &mut s.frames);
    frames.for_each(|frame| all.frame(frame));
    if let Some(entry) = &mut event.logentry {
        all.texts(entry.message.iter_mut().chain(&mut entry.formatted));
    }
    if let Some(breadcrumbs) = &mut event.breadcrumbs {
        let crumbs = breadcrumbs.values.iter_mut();
        all.lines(
            crumbs.filter_map(|crumb| crumb.message.as_mut()),
            Mode::Text,
        );
        let crumbs = breadcrumbs.values.iter_mut();
        all.texts(crumbs.filter_map(|crumb| crumb.category.as_mut()));
    }
    all.texts(event.transaction.iter_mut().chain(&mut event.logger));
    if let Some(user) = &mut event.user {
        let parts = [&mut user.id, &mut user.email, &mut user.username];
        all.texts(parts.into_iter().flatten());
        all.texts(&mut user.ip_address);
    }
    for part in event.fingerprint.iter_mut().flatten() {
        all.text(part, Mode::Text);
    }
    for (key, tag) in &mut event.tags {
        if names_a_secret(key) {
            FILTERED.clone_into(tag);
        } else {
            all.text(tag, Mode::Text);
        }
    }
    for (key, value) in event.extra.iter_mut().chain(&mut event.contexts) {
        all.json(key, value, 0);
    }
}

/// What is taken out: secrets, and what the app has chosen.
#[derive(Clone, Copy)]
struct Scrub<'a> {
    chosen: &'a Scrubbing,
}

impl Scrub<'_> {
    fn text(self, text: &mut String, mode: Mode) {
        text::scrub(text, mode);
        chosen::scrub(text, self.chosen);
    }

    fn texts<'t>(self, texts: impl IntoIterator<Item = &'t mut String>) {
        for text in texts {
            self.text(text, Mode::Text);
        }
    }

    fn frame(self, frame: &mut Frame) {
        if frame.pre_context.is_empty() && frame.post_context.is_empty() {
            // One line at most: no key runs over several.
            if let Some(line) = &mut frame.context_line {
                self.one(line, Mode::Code);
            }
            return;
        }
        let source = frame
            .pre_context
            .iter_mut()
            .chain(&mut frame.context_line)
            .chain(&mut frame.post_context);
        self.lines(source, Mode::Code);
    }

    /// A text that stands alone.
    fn one(self, text: &mut String, mode: Mode) {
        match text::key_markers(text) {
            (false, false) => self.text(text, mode),
            _ => FILTERED.clone_into(text),
        }
    }

    /// Texts that follow each other: a private key may run over several of them.
    fn lines<'t>(self, texts: impl Iterator<Item = &'t mut String>, mode: Mode) {
        let mut in_key = false;
        let mut before: Vec<&mut String> = Vec::new();
        for text in texts {
            let (begins, ends) = text::key_markers(text);
            if begins || ends {
                if !begins && !in_key {
                    // The beginning stands above what is shown.
                    let material = before.iter_mut().rev();
                    material
                        .take_while(|line| text::is_key_material(line))
                        .for_each(|line| FILTERED.clone_into(line));
                }
                FILTERED.clone_into(text);
                in_key = !ends;
            } else if in_key && text::is_key_material(text) {
                FILTERED.clone_into(text);
            } else {
                in_key = false;
                self.text(text, mode);
            }
            before.push(text);
        }
    }

    fn json(self, key: &str, value: &mut Value, depth: usize) {
        let secret = names_a_secret(key);
        match value {
            Value::Null | Value::Bool(_) => {}
            // A number's name tells nothing: `max_tokens`. Its digits may.
            Value::Number(number) => {
                let digits = number.to_string();
                if !cards::find(&digits).is_empty() {
                    *value = Value::from(FILTERED);
                }
            }
            _ if secret || depth >= EXTRA_DEPTH_MAX => *value = Value::from(FILTERED),
            Value::String(text) => self.text(text, Mode::Text),
            Value::Array(list) => list
                .iter_mut()
                .for_each(|value| self.json("", value, depth + 1)),
            Value::Object(map) => map
                .iter_mut()
                .for_each(|(key, value)| self.json(key, value, depth + 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::protocol::{Breadcrumb, Exception, LogEntry, Stacktrace, Values};

    fn crumbs(messages: &[&str]) -> Event {
        let values = messages.iter().map(|message| Breadcrumb {
            message: Some((*message).to_owned()),
            ..Breadcrumb::default()
        });
        Event {
            breadcrumbs: Some(Values {
                values: values.collect(),
            }),
            ..Event::default()
        }
    }

    fn said(event: &Event) -> Vec<String> {
        let crumbs = event.breadcrumbs.as_ref().unwrap();
        let messages = crumbs.values.iter().map(|crumb| crumb.message.clone());
        messages.map(Option::unwrap).collect()
    }

    #[test]
    fn every_text_is_scrubbed_and_no_name() {
        let secret = || "password='hunter2'".to_owned();
        let clean = "password='[Filtered]'";
        let mut subject = Event {
            logentry: Some(LogEntry {
                message: Some(secret()),
                formatted: Some(secret()),
            }),
            exception: Some(Values {
                values: vec![Exception {
                    ty: Some(secret()),
                    module: Some(secret()),
                    value: Some(secret()),
                    stacktrace: Some(Stacktrace {
                        frames: vec![Frame {
                            function: Some(secret()),
                            module: Some(secret()),
                            filename: Some(secret()),
                            pre_context: vec![secret()],
                            context_line: Some(secret()),
                            post_context: vec![secret()],
                            ..Frame::default()
                        }],
                    }),
                    ..Exception::default()
                }],
            }),
            ..crumbs(&[&secret()])
        };
        subject.tags.insert("note".to_owned(), secret());
        subject.tags.insert("api_key".to_owned(), "abc".to_owned());
        subject.extra = serde_json::from_value(serde_json::json!({
            "list": [{"db": {"Password": ["x"], "port": 5}}, secret()],
            "token": 7,
        }))
        .unwrap();
        event(&mut subject, &Scrubbing::default());
        assert_eq!(said(&subject), [clean]);
        let entry = subject.logentry.as_ref().unwrap();
        assert_eq!(entry.message.as_deref(), Some(clean));
        assert_eq!(entry.formatted.as_deref(), Some(clean));
        let exception = &subject.exception.as_ref().unwrap().values[0];
        assert_eq!(exception.value.as_deref(), Some(clean));
        assert_eq!(exception.ty, Some(secret()));
        assert_eq!(exception.module, Some(secret()));
        let frame = &exception.stacktrace.as_ref().unwrap().frames[0];
        assert_eq!(frame.function, Some(secret()));
        assert_eq!(frame.filename, Some(secret()));
        for line in frame.pre_context.iter().chain(&frame.post_context) {
            assert_eq!(line, clean);
        }
        assert_eq!(frame.context_line.as_deref(), Some(clean));
        assert_eq!(subject.tags["note"], clean);
        assert_eq!(subject.tags["api_key"], "[Filtered]");
        assert_eq!(
            serde_json::to_value(&subject.extra).unwrap(),
            serde_json::json!({
                "list": [{"db": {"Password": "[Filtered]", "port": 5}}, clean],
                "token": 7,
            })
        );
    }

    #[test]
    fn a_key_over_several_lines_goes() {
        let mut subject = crumbs(&[
            "loading",
            "-----BEGIN RSA PRIVATE KEY-----",
            "MIIEpAIBAAKCAQEA7bq3",
            "-----END RSA PRIVATE KEY-----",
            "loaded",
        ]);
        event(&mut subject, &Scrubbing::default());
        let filtered = "[Filtered]";
        assert_eq!(
            said(&subject),
            ["loading", filtered, filtered, filtered, "loaded"]
        );
    }

    #[test]
    fn a_key_whose_beginning_is_not_shown_goes() {
        let mut subject = crumbs(&[
            "one two",
            "MIIEpAIBAAKCAQEA7bq3",
            "cAIBAAKCAQEA7bq3x+/=",
            "-----END PRIVATE KEY-----",
        ]);
        event(&mut subject, &Scrubbing::default());
        assert_eq!(said(&subject)[0], "one two");
        assert!(said(&subject)[1..].iter().all(|line| line == "[Filtered]"));
    }
}
