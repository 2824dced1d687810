//! Where an app's events go. In: the apps' settings. Out: per app its name, its receiver, and the name under which the
//! store keeps what waits there. Several apps may share one receiver. And whose a trace is that no app has to itself.

mod choose;

use std::collections::BTreeMap;

use crate::config::{App, Receiver};
use crate::source::AppIx;

pub use choose::{APP_DISABLED, Choice, Chosen, NO_ROUTE};

/// One app's way.
#[derive(Debug, Clone)]
pub struct Route {
    /// The app, as the store knows it.
    pub app: String,
    /// Where to.
    pub receiver: Receiver,
    /// The receiver's name in the store: stable, no secret in it.
    pub store_key: String,
}

/// All apps' ways, by their place in the configuration.
#[derive(Debug, Clone, Default)]
pub struct Routes {
    routes: Vec<Route>,
}

impl Routes {
    /// In the order of the apps.
    #[must_use]
    pub fn new(apps: &[App]) -> Self {
        let routes = apps
            .iter()
            .map(|app| Route {
                app: app.name.clone(),
                receiver: app.receiver.clone(),
                store_key: app.receiver.store_key(),
            })
            .collect();
        Self { routes }
    }

    /// One app's.
    #[must_use]
    pub fn of(&self, app: AppIx) -> Option<&Route> {
        self.routes.get(usize::from(app))
    }

    /// Each receiver once, with its name in the store.
    #[must_use]
    pub fn receivers(&self) -> BTreeMap<&str, &Receiver> {
        self.routes
            .iter()
            .map(|route| (route.store_key.as_str(), &route.receiver))
            .collect()
    }

    /// The apps whose events go to the receiver of this name: what stops being read when its outbox is full.
    pub fn apps_of(&self, store_key: &str) -> impl Iterator<Item = AppIx> {
        self.routes
            .iter()
            .zip(0..)
            .filter(move |(route, _)| route.store_key == store_key)
            .map(|(_, app)| app)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Dsn;

    fn routes(receivers: &[Receiver]) -> Routes {
        let routes = receivers
            .iter()
            .enumerate()
            .map(|(n, receiver)| Route {
                app: format!("app{n}"),
                receiver: receiver.clone(),
                store_key: receiver.store_key(),
            })
            .collect();
        Routes { routes }
    }

    #[test]
    fn apps_that_share_a_project_share_a_receiver() {
        let shared = Receiver::Dsn(Dsn::parse("https://abc@acme.org/1").unwrap());
        let other_key = Receiver::Dsn(Dsn::parse("https://def@acme.org/1").unwrap());
        let routes = routes(&[shared.clone(), Receiver::Console, shared, other_key]);
        assert_eq!(routes.receivers().len(), 3);
        let key = routes.of(0).unwrap().store_key.clone();
        assert_eq!(routes.apps_of(&key).collect::<Vec<_>>(), [0, 2]);
        assert_eq!(routes.of(1).unwrap().app, "app1");
        assert!(routes.of(4).is_none());
        assert!(routes.receivers().keys().all(|key| !key.contains("abc")));
    }
}
