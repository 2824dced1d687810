//! `check --connect`: does each receiver take what is sent to it? In: the configuration. Out: a line for each receiver. No
//! event is sent: an empty client report asks, and no receiver makes an issue of one.

use std::collections::BTreeMap;

use crate::config::{Reading, Receiver};
use crate::deliver;
use crate::os::Clock as _;
use crate::os::clock::SystemClock;
use crate::os::look::may_write;

use super::Report;

/// Asks each receiver once, whoever shares it.
pub(super) fn ask_all(report: &mut Report, reading: &Reading) {
    let mut receivers: BTreeMap<String, (&Receiver, Vec<&str>)> = BTreeMap::new();
    for app in &reading.apps {
        let entry = receivers.entry(app.receiver.store_key());
        let (_, apps) = entry.or_insert((&app.receiver, Vec::new()));
        apps.push(&app.name);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return report.finding(&format!("\nno receiver can be asked: {error}")),
    };
    report.line("");
    let now = SystemClock::new().now().wall;
    for (receiver, apps) in receivers.values() {
        let asked = deliver::ask(receiver, &reading.host.http, now);
        let word = runtime.block_on(asked);
        let (good, told) = match (word, receiver) {
            (Some(word), _) => (word.taken, word.told),
            (None, Receiver::File(path)) => folder_of(path),
            (None, _) => (true, "nobody to ask".to_owned()),
        };
        let line = format!("receiver {receiver} ({}): {told}", apps.join(", "));
        if good {
            report.line(&line);
        } else {
            report.finding(&line);
        }
    }
    report.line("HTTP 200 is no proof of a project at Sentry and Relay, which look it up later: `send-test-event` is.");
}

fn folder_of(path: &std::path::Path) -> (bool, String) {
    let folder = path.parent().unwrap_or(path);
    match may_write(folder) {
        Ok(()) => (true, "its folder may be written".to_owned()),
        Err(error) => (
            false,
            format!(
                "{} cannot be written: {}",
                folder.display(),
                crate::config::plain(&error)
            ),
        ),
    }
}
