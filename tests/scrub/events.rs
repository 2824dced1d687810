//! The corpus at the event: in every text of it; types, functions, modules and file names never change.

use serde_json::{Value, json};
use stacktail::config::Scrubbing;
use stacktail::event::protocol::{
    Breadcrumb, Event, Exception, Frame, LogEntry, Stacktrace, Values,
};
use stacktail::policy::Gate;

use crate::corpus;

/// An event with the text wherever a text may stand.
fn event_of(text: &str) -> Event {
    let text = || text.to_owned();
    let exception = Exception {
        ty: Some("ValueError".to_owned()),
        value: Some(text()),
        stacktrace: Some(Stacktrace {
            frames: vec![Frame {
                function: Some("run".to_owned()),
                filename: Some("app/views.py".to_owned()),
                ..Frame::default()
            }],
        }),
        ..Exception::default()
    };
    let crumb = Breadcrumb {
        ty: "default".to_owned(),
        message: Some(text()),
        ..Breadcrumb::default()
    };
    let object = |value: Value| value.as_object().cloned().unwrap().into_iter().collect();
    Event {
        logentry: Some(LogEntry {
            message: Some(text()),
            formatted: Some(text()),
        }),
        exception: Some(Values {
            values: vec![exception],
        }),
        breadcrumbs: Some(Values {
            values: vec![crumb],
        }),
        transaction: Some(text()),
        logger: Some(text()),
        tags: [("note".to_owned(), text())].into(),
        extra: object(json!({"note": text(), "list": [{"deep": text()}]})),
        contexts: object(json!({"shop": {"note": text()}})),
        ..Event::default()
    }
}

fn scrubbed(mut event: Event) -> Event {
    Gate::default().scrub(&mut event);
    event
}

/// Every text in it, joined.
fn texts(event: &Event) -> String {
    fn walk(value: &Value, out: &mut String) {
        match value {
            Value::String(text) => {
                out.push_str(text);
                out.push('\u{0}');
            }
            Value::Array(list) => list.iter().for_each(|value| walk(value, out)),
            Value::Object(map) => map.values().for_each(|value| walk(value, out)),
            _ => {}
        }
    }
    let mut out = String::new();
    walk(&serde_json::to_value(event).unwrap(), &mut out);
    out
}

#[test]
fn no_secret_stays_in_any_text_of_an_event() {
    let mut leaked = Vec::new();
    let cases = corpus::cases();
    for case in &cases {
        let texts = texts(&scrubbed(event_of(&case.text)));
        if let Some(run) = corpus::leaks(&case.secret)
            .iter()
            .find(|run| texts.contains(*run))
        {
            let seen = texts.split('\u{0}').find(|text| text.contains(run));
            leaked.push(format!(
                "{}: {:?} leaks {run} in {seen:?}",
                case.class, case.text
            ));
        }
    }
    let all = cases.len();
    assert!(all >= 1_500);
    assert!(
        leaked.is_empty(),
        "{} of {all}:\n{}",
        leaked.len(),
        leaked.join("\n")
    );
}

#[test]
fn what_is_around_a_secret_stays() {
    for case in corpus::cases().iter().filter(|case| case.class == "token") {
        let scrubbed = scrubbed(event_of(&case.text));
        let exception = scrubbed.exception.unwrap().values.remove(0);
        let value = exception.value.unwrap();
        assert!(value.contains("[Filtered]"), "{value}");
        assert_eq!(exception.ty.as_deref(), Some("ValueError"));
        let frame = exception.stacktrace.unwrap().frames.remove(0);
        assert_eq!(frame.function.as_deref(), Some("run"));
        assert_eq!(frame.filename.as_deref(), Some("app/views.py"));
        let (before, _) = case.text.split_once(&case.secret).unwrap();
        let word = before.split([' ', '=', ':']).next().unwrap();
        assert!(
            value.starts_with(word),
            "{value} does not begin as {}",
            case.text
        );
    }
}

#[test]
fn no_look_alike_is_touched() {
    let mut touched = Vec::new();
    for text in corpus::lookalikes() {
        let event = event_of(&text);
        let scrubbed = scrubbed(event.clone());
        if scrubbed != event {
            let exception = scrubbed.exception.unwrap().values.remove(0);
            touched.push(format!("{text} -> {:?}", exception.value));
        }
    }
    assert!(
        touched.is_empty(),
        "{}:\n{}",
        touched.len(),
        touched.join("\n")
    );
}

#[test]
fn scrubbing_again_changes_nothing() {
    // Every fourth: secrets and shapes go round against each other.
    for case in corpus::cases().iter().step_by(4) {
        let once = scrubbed(event_of(&case.text));
        assert_eq!(scrubbed(once.clone()), once, "{}", case.text);
    }
}

#[test]
fn literals_in_source_lines_go_and_code_stays() {
    let at = |line: &str| {
        let mut event = event_of("x");
        let exception = event
            .exception
            .as_mut()
            .unwrap()
            .values
            .first_mut()
            .unwrap();
        let frame = &mut exception.stacktrace.as_mut().unwrap().frames;
        frame.first_mut().unwrap().context_line = Some(line.to_owned());
        let scrubbed = scrubbed(event);
        let frames = scrubbed.exception.unwrap().values.remove(0).stacktrace;
        frames.unwrap().frames.remove(0).context_line.unwrap()
    };
    for (class, secret) in corpus::secrets() {
        let one_word = !secret.contains([' ', '\n', '(', '{', '<', '$', '%', '\\']);
        let line = match class.as_str() {
            "token" | "hook" | "card" => format!("    client = connect(\"{secret}\")"),
            "password" | "named" if one_word => format!("    password = \"{secret}\""),
            _ => continue,
        };
        let seen = at(&line);
        let leaked = corpus::leaks(&secret)
            .into_iter()
            .find(|run| seen.contains(run));
        assert_eq!(leaked, None, "{line} -> {seen}");
    }
    for line in [
        "    password = request.form[\"password\"]",
        "    token = tokens.pop(0) if tokens else None",
        "    secret: str = os.environ[\"CLIENT_SECRET\"]",
        "    raise InvalidToken(f\"token={token}\")",
        "    session_id = uuid4().hex",
        "    cookie = SimpleCookie(header=value)",
    ] {
        assert_eq!(at(line), line);
    }
}

#[test]
fn mail_and_addresses_go_by_choice() {
    let mut app = crate::app::app();
    let text = "ann@example.org from 10.1.2.3 and 2001:db8::7";
    let with = |app: &stacktail::config::App| {
        let mut event = event_of(text);
        Gate::of(app).scrub(&mut event);
        texts(&event)
    };
    assert!(with(&app).contains(text));
    app.scrubbing = Scrubbing {
        emails: true,
        ip_addresses: true,
        patterns: Vec::new(),
    };
    let seen = with(&app);
    for gone in ["ann@", "10.1.2.3", "2001:db8"] {
        assert!(!seen.contains(gone), "{seen}");
    }
}
