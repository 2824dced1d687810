//! `[[rules]]`. In: the checked tables. Out: [`Rule`]s, each with a condition and exactly one action, or problems.

use super::check::Checker;
use super::condition::Condition;
use super::fault::Fault;
use super::keys::{SET_KEYS, SET_USER_KEYS};
use super::problem::Severity;
use super::setting::{Layers, Section, Setting};
use crate::level::Level;

/// What a rule can do, by its key.
const ACTIONS: [&str; 3] = ["drop", "sample_rate", "set"];

/// One rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Which events.
    pub when: Condition,
    /// What becomes of them.
    pub action: Action,
}

/// What becomes of the events that a rule is for.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// They are dropped.
    Drop,
    /// This part of them is kept.
    SampleRate(f64),
    /// They are given this.
    Set(Box<Set>),
}

/// What a rule gives an event; what is absent stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Set {
    /// Its level.
    pub level: Option<Level>,
    /// Its fingerprint, if not empty.
    pub fingerprint: Vec<String>,
    /// Further tags.
    pub tags: Vec<(String, String)>,
    /// Its user (`id`, `email`, `username`), if not empty.
    pub user: Vec<(String, String)>,
    /// Its transaction.
    pub transaction: Option<String>,
    /// Its logger.
    pub logger: Option<String>,
}

/// The rules of an app; one that is wrong is told and left out.
pub(super) fn rules(file: &mut Checker<'_>, app: &Section) -> Vec<Rule> {
    let sections = app.sections("rules");
    sections
        .iter()
        .filter_map(|section| rule(file, section))
        .collect()
}

fn rule(file: &mut Checker<'_>, section: &Section) -> Option<Rule> {
    if section.place("when").is_none() {
        let fault = Fault::new(
            "a rule without `when` is for nothing",
            "expected `when = …`",
        );
        let fault = fault.help("for instance: when = 'error.type == \"TimeoutError\"'");
        file.tell(Severity::Error, "rules", &section.span, fault);
    }
    let done: Vec<&str> = ACTIONS
        .into_iter()
        .filter(|action| section.place(action).is_some())
        .collect();
    match done.as_slice() {
        [] => {
            let fault = Fault::new(
                "a rule that does nothing",
                "expected one of `drop`, `sample_rate`, `set`",
            );
            file.tell(Severity::Error, "rules", &section.span, fault);
        }
        [_] => {}
        [first, rest @ ..] => {
            for also in rest {
                let span = section.place(also).unwrap_or_else(|| section.span.clone());
                let message = format!("`{first}` and `{also}` are both set");
                let fault = Fault::new(message, "a rule does exactly one thing");
                file.tell(
                    Severity::Error,
                    "rules",
                    &span,
                    fault.help("write a second `[[rules]]`"),
                );
            }
        }
    }
    let action = action(file, section)?;
    match section.get("when") {
        Some(Setting::Condition(when)) => Some(Rule {
            when: when.clone(),
            action,
        }),
        _ => None,
    }
}

fn action(file: &mut Checker<'_>, section: &Section) -> Option<Action> {
    match section.get("drop") {
        Some(Setting::Flag(true)) => return Some(Action::Drop),
        Some(_) => {
            let span = section.place("drop").unwrap_or_default();
            let fault = Fault::new("`drop = false` does nothing", "leave the rule out instead");
            file.tell(Severity::Error, "rules.drop", &span, fault);
            return None;
        }
        None => {}
    }
    if let Some(Setting::Fraction(rate)) = section.get("sample_rate") {
        return Some(Action::SampleRate(*rate));
    }
    let set = section.sections("set").first()?;
    // Of keys that are unknown it was told already.
    let written = file.text.get(set.span.clone()).unwrap_or_default();
    if set.present.is_empty() && !written.contains('=') {
        let fault = Fault::new("`set` gives nothing", "expected one of its keys");
        let names: Vec<&str> = SET_KEYS.iter().map(|key| key.name).collect();
        let fault = fault.help(format!("the keys here are: {}", names.join(", ")));
        file.tell(Severity::Error, "rules.set", &set.span, fault);
        return None;
    }
    Some(Action::Set(Box::new(given(file, set))))
}

fn given(file: &Checker<'_>, set: &Section) -> Set {
    let (folder, keys) = (file.folder, SET_KEYS);
    let sections = [set];
    let layers = Layers {
        sections: &sections,
        keys,
        folder,
    };
    let user = set.sections("user").first().map_or_else(Vec::new, |user| {
        let sections = [user];
        let layers = Layers {
            sections: &sections,
            keys: SET_USER_KEYS,
            folder,
        };
        let named = SET_USER_KEYS
            .iter()
            .filter_map(|key| Some((key.name.to_owned(), layers.text(key.name)?)));
        named.collect()
    });
    let level = match set.get("level") {
        Some(Setting::Level(level)) => Some(*level),
        _ => None,
    };
    Set {
        level,
        fingerprint: layers.texts("fingerprint"),
        tags: layers.tags("tags"),
        user,
        transaction: layers.text("transaction"),
        logger: layers.text("logger"),
    }
}
