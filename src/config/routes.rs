//! `[[routes]]` of the host file. In: the checked tables. Out: [`Route`]s, each with its app, or problems.

use std::ops::Range;

use super::check::Checker;
use super::condition::Condition;
use super::fault::{Fault, brief};
use super::meant;
use super::problem::Severity;
use super::setting::{Section, Setting};

/// Which app the host's own files and journals are read for.
#[derive(Debug, Clone)]
pub struct Route {
    /// Which events; `None`: all that came so far.
    pub when: Option<Condition>,
    /// The app's name.
    pub app: String,
}

/// A route, and where its app stands in the file.
pub(super) type Placed = (Route, Range<usize>);

/// The routes; one that is wrong is told and left out.
pub(super) fn routes(file: &mut Checker<'_>, host: &Section) -> Vec<Placed> {
    let sections = host.sections("routes");
    let routes = sections.iter().filter_map(|section| route(file, section));
    let routes: Vec<Placed> = routes.collect();
    never_asked(file, sections);
    nothing_to_do(file, host);
    routes
}

fn route(file: &mut Checker<'_>, section: &Section) -> Option<Placed> {
    let place = section.place("app");
    if place.is_none() {
        let fault = Fault::new("a route without `app` leads nowhere", "expected `app = …`");
        let fault = fault.help("the name of an app's file, without .toml");
        file.tell(Severity::Error, "routes", &section.span, fault);
    }
    let when = match section.settings.get("when") {
        Some((Setting::Condition(when), span)) => {
            if when.wants("app") {
                let message = "`when` names `app`, which a route is to find";
                let fault = Fault::new(message, "what is routed is no app's yet")
                    .help("ask `source` or `record`; what an app's own file names is never routed");
                file.tell(Severity::Error, "routes.when", span, fault);
            }
            Some(when.clone())
        }
        _ if section.place("when").is_some() => return None,
        _ => None,
    };
    let Some((Setting::Text(app), span)) = section.settings.get("app") else {
        return None;
    };
    let app = app.clone();
    Some((Route { when, app }, span.clone()))
}

/// Behind a route that takes everything.
fn never_asked(file: &mut Checker<'_>, sections: &[Section]) {
    let takes_all = |section: &Section| section.place("when").is_none();
    let mut behind = sections.iter().skip_while(|section| !takes_all(section));
    if let Some(next) = behind.nth(1) {
        let fault = Fault::new(
            "this route is never asked: the one before it has no `when`",
            "stands behind a route that takes all",
        );
        let fault = fault.help("put the route without `when` last");
        file.tell(Severity::Error, "routes", &next.span, fault);
    }
}

/// Sources without routes are read for nobody; routes without sources have nothing to route.
fn nothing_to_do(file: &mut Checker<'_>, host: &Section) {
    let sources = ["files", "journal"];
    match (host.place("routes"), sources.map(|key| host.place(key))) {
        (None, places) => {
            for (key, span) in sources.into_iter().zip(places) {
                let Some(span) = span else { continue };
                let message =
                    format!("`{key}` of the host file is for `[[routes]]`, and there are none");
                let fault = Fault::new(message, "read for nobody");
                let fault =
                    fault.help("add `[[routes]]` with `app`, or move it into an app's file");
                file.tell(Severity::Error, key, &span, fault);
            }
        }
        (Some(span), [None, None]) => {
            let message =
                "`routes` without `[[files]]` or `[[journal]]` in this file route nothing";
            let fault = Fault::new(message, "what apps' files name is theirs")
                .help("add `[[files]]` with `paths`, or `[[journal]]`, to the host file");
            file.tell(Severity::Error, "routes", &span, fault);
        }
        _ => {}
    }
}

/// Tells of apps that there are no files of. `names`: of all files, good or bad.
pub(super) fn tell_unknown(file: &mut Checker<'_>, routes: &[Placed], names: &[String]) {
    for (route, span) in routes {
        if names.contains(&route.app) {
            continue;
        }
        let message = format!("there is no app `{}`", brief(&route.app));
        let fault = Fault::new(message, "no such file among the apps'");
        let fault = match meant::closest(&route.app, names.iter().map(String::as_str)) {
            Some(meant) => fault.help(format!("did you mean \"{meant}\"?")),
            None if names.is_empty() => fault.help("add its file to the folder of app files"),
            None => fault.help(format!("there are: {}", names.join(", "))),
        };
        file.tell(Severity::Error, "routes.app", span, fault);
    }
}
