//! `stacktail send-test-event`: is the way to Sentry open? In: the configuration. Out: for each app what an SDK's test command
//! prints: DSN (masked), environment, whether it sends and why not, the event's id, the receiver's answer.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::config::{App, Host};
use crate::deliver::{self, Word};
use crate::event::pretty;
use crate::event::protocol::{Event, Exception, Mechanism, Sdk, Values};
use crate::os::Clock as _;
use crate::os::chance::{Chance as _, SystemChance};
use crate::os::clock::SystemClock;
use crate::os::identity;

/// Arguments of `send-test-event`.
#[derive(Debug, Clone, clap::Args)]
pub struct SendTestEventArgs {
    /// The host file [default: /etc/stacktail/stacktail.toml]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// This app alone
    #[arg(long, value_name = "NAME")]
    pub app: Option<String>,
}

/// Sends one event for each app, and tells.
#[must_use]
pub fn run(args: &SendTestEventArgs) -> ExitCode {
    let Some(config) = super::load(args.config.as_ref()) else {
        return ExitCode::from(super::EXIT_USAGE);
    };
    let apps = match super::send::chosen(&config, args.app.as_deref()) {
        Ok(apps) => apps,
        Err(why) => {
            super::talk(&format!("error: {why}\n"));
            return ExitCode::from(super::EXIT_USAGE);
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            super::talk(&format!("error: no thread to send from: {error}\n"));
            return ExitCode::from(super::EXIT_PROBLEM);
        }
    };
    let mut all_taken = true;
    for app in apps {
        let kept_back = kept_back(app);
        let event = event(app, &config.host);
        super::say(&before(app, &event, kept_back.as_deref()));
        if kept_back.is_some() {
            all_taken = false;
            continue;
        }
        let sending = deliver::send(&app.receiver, &config.host.http, &event, pretty::plain);
        let word = runtime.block_on(sending);
        super::say(&after(&event, &word));
        all_taken &= word.taken;
    }
    ExitCode::from(if all_taken { 0 } else { super::EXIT_PROBLEM })
}

/// Why this app's settings keep events back, if they do.
fn kept_back(app: &App) -> Option<String> {
    let filters = &app.filters;
    if filters.debug {
        return Some("`debug = true`: everything is shown, nothing is sent".to_owned());
    }
    let named = filters.send_in.is_empty() || filters.send_in.contains(&app.environment);
    (!named).then(|| {
        let names = filters.send_in.join(", ");
        format!("`send_in` names {names}, not {}", app.environment)
    })
}

/// An error, so that it takes the way of real ones; always the same issue.
fn event(app: &App, host: &Host) -> Event {
    let now = SystemClock::new().now().wall;
    let id = u128::from_be_bytes(SystemChance.bytes16());
    let named = app.labels.server_name.clone();
    let server_name = named.or_else(|| host.server_name.clone());
    let exception = Exception {
        ty: Some("StacktailTest".to_owned()),
        value: Some("This is a test: stacktail reaches this project".to_owned()),
        mechanism: Some(Mechanism {
            ty: "generic".to_owned(),
            handled: Some(true),
            ..Mechanism::default()
        }),
        ..Exception::default()
    };
    Event {
        event_id: format!("{id:032x}"),
        timestamp: now.as_microsecond() as f64 / 1e6,
        platform: "other".to_owned(),
        level: "error".to_owned(),
        logger: Some("stacktail.test".to_owned()),
        server_name: Some(server_name.unwrap_or_else(identity::host_name)),
        release: app.release.clone(),
        environment: Some(app.environment.clone()),
        exception: Some(Values {
            values: vec![exception],
        }),
        tags: app.tags.iter().cloned().collect(),
        sdk: Some(Sdk {
            name: "stacktail".to_owned(),
            version: crate::VERSION.to_owned(),
        }),
        ..Event::default()
    }
}

fn before(app: &App, event: &Event, kept_back: Option<&str>) -> String {
    let mut text = format!("app {}\n", app.name);
    let sends = kept_back.map_or_else(|| "yes".to_owned(), |why| format!("no: {why}"));
    row(&mut text, "receiver", &app.receiver.to_string());
    row(&mut text, "environment", &app.environment);
    row(
        &mut text,
        "release",
        app.release.as_deref().unwrap_or("(none)"),
    );
    let server_name = event.server_name.as_deref();
    row(&mut text, "server_name", server_name.unwrap_or_default());
    row(&mut text, "sends", &sends);
    text
}

fn after(event: &Event, word: &Word) -> String {
    let mut text = String::new();
    row(&mut text, "event id", &event.event_id);
    if let Some(id) = word.id.as_ref().filter(|id| **id != event.event_id) {
        row(&mut text, "known as", id);
    }
    row(&mut text, "answer", &word.told);
    text
}

fn row(text: &mut String, name: &str, value: &str) {
    let value = pretty::harmless(value);
    let _writing_to_a_string_succeeds = writeln!(text, "  {name:<12} {value}");
}
