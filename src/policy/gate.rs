//! What comes before thinning. In: a candidate. Out: it passes, scrubbed, or a reason why it does not.
//!
//! Order: rules → ignore lists → minimum level → scrubbing → what is shown and not sent. Keeps no state: the same event always has
//! the same answer, so `parse` asks the same gate as the agent.

use super::rules::{self, RuleFailure};
use super::{Reason, filter, scrub};
use crate::config::rules::Rule;
use crate::config::{App, Filters, Scrubbing};
use crate::event::Candidate;
use crate::event::protocol::Event;
use crate::level::Level;

/// One app's gate.
#[derive(Debug, Clone, Default)]
pub struct Gate {
    app: String,
    rules: Vec<Rule>,
    filters: Filters,
    scrubbing: Scrubbing,
    /// Events are scrubbed and shown, but not sent.
    withheld: Option<Reason>,
}

impl Gate {
    /// As an app's file says.
    #[must_use]
    pub fn of(app: &App) -> Self {
        let filters = app.filters.clone();
        let sends = filters.send_in.is_empty() || filters.send_in.contains(&app.environment);
        let withheld = match (filters.debug, sends) {
            (true, _) => Some(Reason::Debug),
            (_, false) => Some(Reason::SendIn),
            _ => None,
        };
        Self {
            app: app.name.clone(),
            rules: app.rules.clone(),
            filters,
            scrubbing: app.scrubbing.clone(),
            withheld,
        }
    }

    /// Takes out what is never sent.
    pub fn scrub(&self, event: &mut Event) {
        scrub::event(event, &self.scrubbing);
    }

    /// Scrubs what passes, and what is withheld (`send_in`, `debug`), since that is shown. What else does not pass goes
    /// nowhere and is left as it was.
    ///
    /// # Errors
    /// The reason why the event is not sent.
    pub fn pass(
        &self,
        candidate: &mut Candidate,
        min_level: Level,
        failures: &mut Vec<RuleFailure>,
    ) -> Result<(), Reason> {
        if !self.rules.is_empty() {
            rules::apply(&self.rules, &self.app, candidate, failures)?;
        }
        let refused = filter::refusal(&self.filters, &candidate.event, candidate.handled);
        if let Some(reason) = refused {
            return Err(reason);
        }
        if level(&candidate.event) < min_level {
            return Err(Reason::MinLevel);
        }
        self.scrub(&mut candidate.event);
        self.withheld.map_or(Ok(()), Err)
    }
}

/// The event's level; what carries none counts as error.
fn level(event: &Event) -> Level {
    match event.level.as_str() {
        "debug" => Level::Debug,
        "info" => Level::Info,
        "warning" => Level::Warning,
        "fatal" => Level::Fatal,
        _ => Level::Error,
    }
}
