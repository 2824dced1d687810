//! An app about which nothing was said.

use stacktail::config::{App, Filters, Labels, Receiver, Scrubbing, SourceContext};
use stacktail::level::Level;
use stacktail::limit::Limit;

/// An app without limits, whose events go to `r0`.
pub(crate) fn app() -> App {
    App {
        name: "app0".to_owned(),
        receiver: Receiver::Console,
        environment: "production".to_owned(),
        release: None,
        tags: Vec::new(),
        project_root: None,
        in_app_include: Vec::new(),
        in_app_exclude: Vec::new(),
        min_level: Level::Error,
        sample_rate: 1.0,
        dedup_window: None,
        rate_per_issue: Limit::Off,
        rate: Limit::Off,
        journals: Vec::new(),
        files: Vec::new(),
        source_context: SourceContext::default(),
        labels: Labels::default(),
        rules: Vec::new(),
        filters: Filters::default(),
        messages: None,
        attach_stacktrace: false,
        scrubbing: Scrubbing::default(),
    }
}
