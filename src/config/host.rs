//! The host file. In: its text. Out: a [`Host`], and what it sets for all apps.

use std::path::Path;

use super::check::Checker;
use super::environment;
use super::fault::Fault;
use super::given::{Given, receiver, release};
use super::keys::HOST_KEYS;
use super::problem::Severity;
use super::setting::{Layers, Section};
use super::{Host, Receiver, app, journal, routes};

/// What `[defaults]` says.
#[derive(Debug, Default)]
pub(super) struct Defaults {
    pub(super) section: Section,
    pub(super) receiver: Option<Receiver>,
    pub(super) release: Option<String>,
    /// The app's file is read for its settings alone: it need not say where the app logs.
    pub(super) settings_alone: bool,
    /// Apps that routes lead to: they need not say it either.
    pub(super) routed: Vec<String>,
}

/// The host file, as far as it can be read alone.
pub(super) struct Read {
    pub(super) host: Host,
    pub(super) defaults: Defaults,
    /// Where the routes' apps are named.
    pub(super) routes: Vec<routes::Placed>,
}

/// Reads the host file.
pub(super) fn host(file: &mut Checker<'_>, mode: u32) -> Read {
    let mut section = file.file(HOST_KEYS);
    environment::over(file, &mut section);
    let mut defaults = defaults(file, &section, mode);
    let outbox = section.sections("outbox");
    let top = [&section];
    let layers = Layers {
        sections: &top,
        keys: HOST_KEYS,
        folder: file.folder,
    };
    let inner: Vec<&Section> = outbox.iter().collect();
    let outbox_layers = Layers {
        sections: &inner,
        keys: super::keys::OUTBOX_KEYS,
        folder: file.folder,
    };
    let files = app::files_of(file, &section);
    let journals = journal::journals(file, &section);
    let routes = routes::routes(file, &section);
    defaults.routed = routes.iter().map(|(route, _)| route.app.clone()).collect();
    let host = Host {
        state_dir: layers.path("state_dir").unwrap_or_default(),
        apps_dir: layers.path("apps_dir").unwrap_or_default(),
        server_name: layers.text("server_name"),
        host_rate: layers.rate("host_rate"),
        send_rate: layers.rate("send_rate"),
        outbox_dsn_bytes: outbox_layers.bytes("dsn_bytes"),
        outbox_host_bytes: outbox_layers.bytes("host_bytes"),
        hold_max: layers.duration("hold_max"),
        age_max: layers.duration("age_max"),
        admin: layers.admin("admin"),
        http: super::transport::transport(file, &section),
        files,
        journals,
        routes: routes.iter().map(|(route, _)| route.clone()).collect(),
    };
    bounds_of_the_outbox(file, &host, inner.first().copied());
    Read {
        host,
        defaults,
        routes,
    }
}

fn defaults(file: &mut Checker<'_>, section: &Section, mode: u32) -> Defaults {
    let Some(section) = section.sections("defaults").first() else {
        return Defaults::default();
    };
    let receiver = match receiver(file, section, mode) {
        Given::Value(receiver) => Some(receiver),
        Given::Nothing | Given::Bad => None,
    };
    let release = match release(file, section) {
        Given::Value(release) => Some(release),
        Given::Nothing | Given::Bad => None,
    };
    Defaults {
        section: section.clone(),
        receiver,
        release,
        settings_alone: false,
        routed: Vec::new(),
    }
}

/// A DSN's bound above the host's would never be reached.
fn bounds_of_the_outbox(file: &mut Checker<'_>, host: &Host, outbox: Option<&Section>) {
    if host.outbox_dsn_bytes <= host.outbox_host_bytes {
        return;
    }
    let place = |key| {
        outbox
            .and_then(|outbox| outbox.place(key))
            .map(|span| (key, span))
    };
    let Some((key, span)) = place("dsn_bytes").or_else(|| place("host_bytes")) else {
        return;
    };
    let fault = Fault::new(
        "`outbox.dsn_bytes` is larger than `outbox.host_bytes`",
        "one DSN's part must fit into the whole",
    );
    file.tell(Severity::Error, key, &span, fault);
}

/// The host file with every default, as if it were empty.
pub(super) fn without_file(folder: &Path) -> Host {
    let mut checker = Checker::new(
        folder,
        "",
        folder,
        &crate::os::surroundings::SystemSurroundings,
    );
    host(&mut checker, 0).host
}
