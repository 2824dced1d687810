//! Scrubbing changes no event of a case: none of the programs prints a secret.

use serde_json::Value;
use stacktail::event::protocol::Event;
use stacktail::policy::Gate;

/// Fails if an event of this case is changed by scrubbing.
pub(crate) fn check(name: &str, events: &[Value]) {
    for sent in events {
        let before: Event = serde_json::from_value(sent.clone()).unwrap();
        let mut after = before.clone();
        Gate::default().scrub(&mut after);
        assert_eq!(after, before, "{name}");
    }
}
