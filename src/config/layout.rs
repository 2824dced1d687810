//! How lines are laid out, where an app says so. In: the texts of `format` and `header`. Out: a [`Layout`], or what is wrong.

use std::sync::Arc;

use super::fault::Fault;
use super::meant;
use super::patterns::pattern;
use crate::bounds::PATTERN_BYTES_MAX;

/// What lines are wrapped in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// Each line tells.
    #[default]
    Auto,
    /// Nothing: text, maybe with a logger's header.
    Plain,
    /// A JSON record a line.
    Json,
    /// Pairs of `key=value`.
    Logfmt,
    /// The container runtimes' `TIME stream F `.
    Cri,
    /// docker's json-file.
    Docker,
    /// RFC 3164, RFC 5424, and files of rsyslog and journalctl.
    Syslog,
    /// `name  | `.
    Compose,
    /// `0|name  | `.
    Pm2,
    /// `[pod/name/container] `.
    Kubectl,
    /// Android's, with times or brief.
    Logcat,
}

/// The words for [`Format`], as an app writes them.
pub const FORMATS: &[&str] = &[
    "auto", "plain", "json", "logfmt", "cri", "docker", "syslog", "compose", "pm2", "kubectl",
    "logcat",
];

impl Format {
    /// The format of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "auto" => Self::Auto,
            "plain" => Self::Plain,
            "json" => Self::Json,
            "logfmt" => Self::Logfmt,
            "cri" => Self::Cri,
            "docker" => Self::Docker,
            "syslog" => Self::Syslog,
            "compose" => Self::Compose,
            "pm2" => Self::Pm2,
            "kubectl" => Self::Kubectl,
            "logcat" => Self::Logcat,
            _ => return None,
        })
    }
}

/// What an app says of its lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    /// Their wrapper.
    pub format: Format,
    /// Their header.
    pub header: Option<HeaderPattern>,
}

impl Layout {
    /// Of these settings; `None` where they say nothing.
    #[must_use]
    pub fn of(format: Format, header: Option<HeaderPattern>) -> Option<Arc<Self>> {
        let layout = Self { format, header };
        (layout != Self::default()).then(|| Arc::new(layout))
    }
}

/// A home-made header: a regex that begins where the text begins, with groups named for what they hold.
#[derive(Debug, Clone)]
pub struct HeaderPattern {
    /// Of [`HEADER_GROUPS`], at least one.
    pub regex: regex::bytes::Regex,
}

impl PartialEq for HeaderPattern {
    fn eq(&self, other: &Self) -> bool {
        self.regex.as_str() == other.regex.as_str()
    }
}

impl Eq for HeaderPattern {}

/// What a group of a header may be named.
pub const HEADER_GROUPS: &[&str] = &[
    "time",
    "level",
    "logger",
    "thread",
    "pid",
    "host",
    "process",
    "request_id",
    "trace_id",
    "span_id",
    "message",
];

/// Checks the regex of a header.
pub(super) fn header(key: &str, text: &str) -> Result<HeaderPattern, Fault> {
    let own = pattern(key, text)?;
    let expected = || format!("expected one of {}", HEADER_GROUPS.join(", "));
    let mut named = 0;
    for name in own.capture_names().flatten() {
        if HEADER_GROUPS.contains(&name) {
            named += 1;
            continue;
        }
        let message = format!("`{key}` has a group that is named for nothing: \"{name}\"");
        let mut fault = Fault::new(message, expected());
        let help = match meant::closest(name, HEADER_GROUPS.iter().copied()) {
            Some(close) => format!("did you mean \"{close}\"?"),
            None => "a group without a name is `(?:…)`".to_owned(),
        };
        fault = fault.help(help);
        let at = text.find(&format!("<{name}>")).map(|at| at + 1);
        return Err(match at {
            Some(at) => fault.at(at..at + name.len()),
            None => fault,
        });
    }
    if named == 0 {
        let message = format!("`{key}` has no named group: it would say nothing of a line");
        let help = r"such as '\[(?<time>[^\]]+)\] (?<level>\w+) (?<logger>\S+): (?<message>.*)'";
        return Err(Fault::new(message, expected()).help(help));
    }
    if own.is_match("") {
        let message = format!("`{key}` matches the empty text: every line would have a header");
        return Err(Fault::new(message, "must match at least one character"));
    }
    // The header begins where the text does.
    let anchored = [format!(r"\A(?:{text})"), text.to_owned()];
    let built = anchored.iter().find_map(|text| {
        let mut builder = regex::bytes::RegexBuilder::new(text);
        builder.size_limit(PATTERN_BYTES_MAX).build().ok()
    });
    let too_large = || {
        Fault::new(
            format!("`{key}` is too large when compiled"),
            "make it simpler",
        )
    };
    built
        .map(|regex| HeaderPattern { regex })
        .ok_or_else(too_large)
}

/// The same for who is no file: what is wrong, as one text.
pub fn header_of(text: &str) -> Result<HeaderPattern, String> {
    header("header", text).map_err(|fault| {
        let place = fault.within.map(|at| format!(" (column {})", at.start + 1));
        let help = fault.help.map(|help| format!("; {help}"));
        format!(
            "{}{}: {}{}",
            fault.message,
            place.unwrap_or_default(),
            fault.expected,
            help.unwrap_or_default()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_a_format() {
        let named: Vec<_> = FORMATS.iter().map(|name| Format::named(name)).collect();
        assert!(named.iter().all(Option::is_some));
        assert_eq!(named.first(), Some(&Some(Format::Auto)));
    }

    #[test]
    fn what_is_wrong_with_a_header_is_told_where_it_is() {
        let wrong = |text: &str| header("header", text).unwrap_err();
        assert_eq!(wrong("(?<time>[0-9+").within, Some(8..9));
        let unknown = wrong("(?<lvl>x) (?P<loger>y)");
        assert_eq!(unknown.within, Some(3..6));
        assert!(unknown.expected.contains("level"), "{unknown:?}");
        let meant = wrong("(?P<loger>y)");
        assert_eq!(meant.help.as_deref(), Some("did you mean \"logger\"?"));
        assert!(wrong("no groups").message.contains("no named group"));
        assert!(wrong("(?<level>a)?").message.contains("empty"));
        assert!(header_of("(?<lvl>x)").unwrap_err().contains("column 4"));
    }

    #[test]
    fn a_header_begins_where_the_text_does() {
        let header = header("header", "(?<level>[A-Z]+)=").unwrap();
        assert!(header.regex.is_match(b"ERROR=x") && !header.regex.is_match(b" ERROR=x"));
    }
}
