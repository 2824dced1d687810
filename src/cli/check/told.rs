//! What an app's settings do to what is sent, in words. In: an app. Out: lines. What is as it always is goes unsaid.

use crate::config::{App, Receiver};

/// One line for each setting that keeps events back or sends more.
pub(super) fn told(app: &App) -> Vec<String> {
    let filters = &app.filters;
    let mut lines = Vec::new();
    if filters.debug {
        lines.push("debug: nothing is sent, everything is shown".to_owned());
    }
    if !filters.send_in.is_empty() && !filters.send_in.contains(&app.environment) {
        let list = filters.send_in.join(", ");
        lines.push(format!(
            "not sent: the environment {} is not in send_in ({list}); events are counted and shown",
            app.environment
        ));
    }
    if filters.sdk {
        lines.push(
            "sdk: the app reports its own errors, so only what its SDK cannot see is sent (crashes of the runtime, an end before \
             the SDK was up). Without `sdk = true` an error that the SDK sends and the log shows would be two events of one \
             issue: they have different ids"
                .to_owned(),
        );
    }
    if let Some(level) = app.messages {
        let stacks = if app.attach_stacktrace {
            ", with the place that logged them"
        } else {
            ""
        };
        lines.push(format!(
            "messages: records without a trace are events from {} up{stacks}",
            level.as_str()
        ));
    }
    if app.sample_rate < 1.0 {
        lines.push(format!(
            "sample_rate: of known issues {} % of the events are kept, of new ones all",
            app.sample_rate * 100.0
        ));
    }
    let names_user = !app.labels.user.is_empty();
    if names_user && matches!(app.receiver, Receiver::Dsn(_)) {
        let fields: Vec<_> = app
            .labels
            .user
            .iter()
            .map(|(name, field)| format!("{name} from {field}"))
            .collect();
        lines.push(format!("user: sent with events ({})", fields.join(", ")));
    }
    lines
}
