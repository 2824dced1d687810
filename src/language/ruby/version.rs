//! Which Ruby printed it. In: what the text shows. Out: whether the SDK sends the class within the value.
//!
//! Since 3.2 an exception has a `detailed_message`, which says its class behind the message's first line, and the SDK sends
//! that. The text of a crash is the same before and since; labels, paths and words tell the versions apart where they can.

use super::line::Place;

/// Words that the runtime uses since 3.3.
const SINCE_33: &[&str] = &[
    " for nil",
    " for an instance of ",
    " for class ",
    " for module ",
    " for main:Object",
];
/// The last of these is older too.
const WORDS: usize = 4;

/// What the text shows so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Version {
    detailed: Option<bool>,
}

impl Version {
    /// A place shows it by its quotes, or by the version in its path.
    pub(super) fn place(&mut self, place: &Place<'_>) {
        if self.detailed.is_some() {
            return;
        }
        self.detailed = if place.modern {
            Some(true)
        } else {
            in_path(place.path)
        };
    }

    /// A message shows it by how it names the receiver.
    pub(super) fn words(&mut self, message: &str) {
        let undefined = message.starts_with("undefined method ")
            || message.starts_with("undefined local variable ");
        if self.detailed.is_some() || !undefined {
            return;
        }
        let first = message.lines().next().unwrap_or_default();
        let newer = SINCE_33.iter().take(WORDS).any(|words| {
            first
                .split_once(words)
                .is_some_and(|(_, behind)| !behind.starts_with(':'))
        });
        self.detailed = newer.then_some(true);
    }

    /// Does the SDK send the class within the value? Where nothing tells, it stays out: it is the type already.
    pub(super) fn is_detailed(self) -> bool {
        self.detailed == Some(true)
    }
}

/// `/usr/lib/ruby/3.1.0/`, `/gems/3.3.0/`, `/versions/3.2.2/`, `/ruby-3.3.1/`.
fn in_path(path: &str) -> Option<bool> {
    let version = |part: &str| {
        let part = part.strip_prefix("ruby-").unwrap_or(part);
        let mut numbers = part.split('.');
        let major: u32 = numbers.next()?.parse().ok()?;
        let minor: u32 = numbers.next()?.parse().ok()?;
        numbers.next()?;
        Some((major, minor) >= (3, 2))
    };
    let mut before = "";
    for part in path.split('/') {
        let holds = matches!(
            before,
            "ruby" | "gems" | "versions" | "site_ruby" | "vendor_ruby"
        );
        let told = (holds || part.starts_with("ruby-"))
            .then(|| version(part))
            .flatten();
        if told.is_some() {
            return told;
        }
        before = part;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_the_version() {
        assert_eq!(in_path("/usr/lib/ruby/3.1.0/json.rb"), Some(false));
        assert_eq!(
            in_path("/opt/ruby-3.3.8/lib/ruby/3.3.0/json.rb"),
            Some(true)
        );
        assert_eq!(
            in_path("/b/ruby/2.7.0/gems/rack-3.1.0/lib/rack.rb"),
            Some(false)
        );
        assert_eq!(in_path("/srv/app/gems/rack-3.1.0/x.rb"), None);
        let of = |words: &str| {
            let mut version = Version::default();
            version.words(words);
            version.is_detailed()
        };
        assert!(of("undefined method `f' for nil"));
        assert!(of("undefined method `f' for an instance of A"));
        assert!(!of("undefined method `f' for nil:NilClass"));
        assert!(!of("no room for nil"));
    }
}
