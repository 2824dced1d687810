//! What an app says of its events beside where they go. In: the app's section and the host's defaults. Out: [`Labels`],
//! [`Filters`], [`Scrubbing`].

use super::keys::{SCRUB_KEYS, USER_KEYS};
use super::setting::{Layers, Section};
use super::{Filters, Labels, Scrubbing};

/// What events are labelled with.
pub(super) fn labels(app: &Layers<'_>) -> Labels {
    let inner = inner(app, "user");
    let user = Layers {
        sections: &inner,
        keys: USER_KEYS,
        folder: app.folder,
    };
    let fields = USER_KEYS
        .iter()
        .filter_map(|key| Some((key.name.to_owned(), user.text(key.name)?)));
    Labels {
        dist: app.text("dist"),
        server_name: app.text("server_name"),
        logger: app.text("logger"),
        release_field: app.text("release_field"),
        contexts: app.contexts("contexts"),
        user: fields.collect(),
        tag_fields: app.tags("tag_fields"),
        extra_fields: app.tags("extra_fields"),
    }
}

/// What of them is sent.
pub(super) fn filters(app: &Layers<'_>) -> Filters {
    Filters {
        send_in: app.texts("send_in"),
        ignore_errors: app.text_patterns("ignore_errors"),
        allow_paths: app.patterns("allow_paths"),
        deny_paths: app.patterns("deny_paths"),
        sdk: app.flag("sdk"),
        debug: app.flag("debug"),
    }
}

/// What is taken out of them. The patterns of all apps hold beside the app's own: who adds one must not lose the others.
pub(super) fn scrubbing(app: &Layers<'_>) -> Scrubbing {
    let inner = inner(app, "scrub");
    let scrub = Layers {
        sections: &inner,
        keys: SCRUB_KEYS,
        folder: app.folder,
    };
    Scrubbing {
        emails: scrub.flag("emails"),
        ip_addresses: scrub.flag("ip_addresses"),
        patterns: scrub.all_patterns("patterns"),
    }
}

/// The tables of this name, the app's before the defaults'.
fn inner<'a>(app: &Layers<'a>, name: &str) -> Vec<&'a Section> {
    app.sections
        .iter()
        .flat_map(|section| section.sections(name))
        .collect()
}
