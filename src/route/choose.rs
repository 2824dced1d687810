//! Whose a trace is that no app has to itself. In: the host file's `[[routes]]`, and an event as it is before any app's
//! settings. Out: the app of the first route that fits, or why there is none.
//!
//! A route that fails (a field that is not there, types that do not fit) is passed over, and said. A log's text chooses among
//! the apps that the host file names here, and no others; it never names a receiver.

use crate::config::condition::Condition;
use crate::config::{self, App};
use crate::event::Candidate;
use crate::level::Level;
use crate::policy::{RuleFailure, holds};
use crate::source::AppIx;

/// Name in the ledger of what no route wants.
pub const NO_ROUTE: &str = "no_route";
/// Name in the ledger of what a route leads to an app with, whose file is bad.
pub const APP_DISABLED: &str = "app_disabled";

/// The routes, ready to be asked.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    ways: Vec<Way>,
}

#[derive(Debug, Clone)]
struct Way {
    when: Option<Condition>,
    name: String,
    /// `None`: the app's file is bad, and there is no earlier one.
    app: Option<AppIx>,
    messages: Option<Level>,
}

/// Whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chosen<'c> {
    /// This app's.
    App(AppIx),
    /// This app's, which does not run.
    Disabled(&'c str),
    /// Nobody's.
    Nobody,
}

impl Choice {
    /// The routes of the host file, to these apps.
    #[must_use]
    pub fn new(routes: &[config::Route], apps: &[App]) -> Self {
        let ways = routes.iter().map(|route| {
            let mut known = apps.iter().zip(0..);
            let found = known.find(|(app, _)| app.name == route.app);
            Way {
                when: route.when.clone(),
                name: route.app.clone(),
                app: found.map(|(_, ix)| ix),
                messages: found.and_then(|(app, _)| app.messages),
            }
        });
        Self {
            ways: ways.collect(),
        }
    }

    /// Whose the event is. `candidate` makes it as it is before any app's settings, where a route asks for something of it.
    pub fn of(
        &self,
        candidate: impl FnOnce() -> Candidate,
        failures: &mut Vec<RuleFailure>,
    ) -> Chosen<'_> {
        let mut make = Some(candidate);
        let mut made = None;
        for (rule, way) in self.ways.iter().enumerate() {
            let Some(when) = &way.when else {
                return way.chosen();
            };
            if let Some(make) = make.take() {
                made = Some(make());
            }
            let answer = made.as_ref().map(|candidate| holds(when, "", candidate));
            match answer {
                Some(Ok(true)) => return way.chosen(),
                Some(Err(why)) => failures.push(RuleFailure { rule, why }),
                Some(Ok(false)) | None => {}
            }
        }
        Chosen::Nobody
    }

    /// The apps that routes lead to.
    pub fn apps(&self) -> impl Iterator<Item = AppIx> {
        self.ways.iter().filter_map(|way| way.app)
    }

    /// The least level from which one of them asks for records without a trace.
    #[must_use]
    pub fn messages(&self) -> Option<Level> {
        self.ways.iter().filter_map(|way| way.messages).min()
    }
}

impl Way {
    fn chosen(&self) -> Chosen<'_> {
        self.app.map_or(Chosen::Disabled(&self.name), Chosen::App)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{Config, load};
    use crate::event::RecordFacts;
    use crate::event::protocol::Event;
    use crate::os::surroundings::MemorySurroundings;

    const HOST: &str = "/etc/stacktail.toml";

    fn config(routes: &str) -> Config {
        let mut machine = MemorySurroundings::default();
        machine.file(HOST, &format!("[[files]]\npaths = [\"/l/*\"]\n{routes}"));
        for (name, text) in [
            ("a", "messages = \"warning\"\n"),
            ("b", "messages = \"info\"\n"),
            ("bad", "min_level = 3\n"),
        ] {
            let text = format!("dsn = \"console\"\n{text}[[files]]\npaths = [\"/m/{name}\"]\n");
            machine.file(&format!("/etc/apps.d/{name}.toml"), &text);
        }
        load(Path::new(HOST), &machine).unwrap().config
    }

    fn candidate(path: &str, fields: &[(&str, &str)]) -> Candidate {
        let text = |text: &str| serde_json::Value::String(text.to_owned());
        let fields = fields.iter();
        Candidate {
            app: 0,
            event_id: [0; 16],
            record_time: jiff::Timestamp::UNIX_EPOCH,
            event: Event::default(),
            handled: true,
            record: Some(Box::new(RecordFacts {
                fields: fields.map(|(k, v)| ((*k).to_owned(), text(v))).collect(),
                ..RecordFacts::default()
            })),
            seen_at: path.to_owned(),
        }
    }

    #[test]
    fn the_first_that_fits_and_the_one_without_a_condition_last() {
        let Config { host, apps } = config(
            "[[routes]]\nwhen = 'source.name.startsWith(\"a-\")'\napp = \"a\"\n\
             [[routes]]\nwhen = 'record.fields.tenant == \"x\"'\napp = \"bad\"\n\
             [[routes]]\napp = \"b\"\n",
        );
        let choice = Choice::new(&host.routes, &apps);
        let mut failures = Vec::new();
        let mut of = |path: &str, fields: &[(&str, &str)]| {
            let chosen = choice.of(|| candidate(path, fields), &mut failures);
            (chosen, std::mem::take(&mut failures).len())
        };
        assert_eq!(of("/l/a-1.log", &[("tenant", "x")]), (Chosen::App(0), 0));
        assert_eq!(of("/l/c", &[("tenant", "x")]), (Chosen::Disabled("bad"), 0));
        assert_eq!(of("/l/c", &[("tenant", "y")]), (Chosen::App(1), 0));
        assert_eq!(
            of("/l/c", &[]),
            (Chosen::App(1), 1),
            "passed over, and said"
        );
        assert_eq!(choice.apps().collect::<Vec<_>>(), [0, 1]);
        assert_eq!(choice.messages(), Some(Level::Info));
    }

    #[test]
    fn without_a_last_one_what_is_left_is_nobodys_and_no_condition_needs_no_event() {
        let Config { host, apps } =
            config("[[routes]]\nwhen = 'level == \"fatal\"'\napp = \"a\"\n");
        let choice = Choice::new(&host.routes, &apps);
        let chosen = choice.of(|| candidate("/l/a", &[]), &mut Vec::new());
        assert_eq!(chosen, Chosen::Nobody);
        let Config { host, apps } = config("[[routes]]\napp = \"b\"\n");
        let choice = Choice::new(&host.routes, &apps);
        let chosen = choice.of(|| unreachable!("made for nothing"), &mut Vec::new());
        assert_eq!(chosen, Chosen::App(1));
    }
}
