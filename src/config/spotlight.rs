//! Where Spotlight listens. In: `spotlight`, or that and a URL. Out: the URL that envelopes are posted to.

/// A Spotlight sidecar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spotlight {
    /// With `/stream` at its end where nothing else was said.
    pub url: String,
}

/// Where the sidecar listens if nobody says otherwise.
const USUAL: &str = "http://localhost:8969/stream";

impl Spotlight {
    pub(super) fn is_meant(text: &str) -> bool {
        text == "spotlight" || text.starts_with("spotlight:")
    }

    /// `spotlight`, or `spotlight:http://HOST:PORT[/PATH]`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let url = match text.strip_prefix("spotlight:") {
            None => USUAL.to_owned(),
            Some(url) => {
                let (scheme, rest) = url.split_once("://")?;
                let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
                let odd = |c: char| c.is_whitespace() || c.is_control() || "@?#\"".contains(c);
                if !matches!(scheme, "http" | "https") || host.is_empty() || rest.contains(odd) {
                    return None;
                }
                let path = if path.is_empty() { "stream" } else { path };
                format!("{scheme}://{host}/{path}")
            }
        };
        Some(Self { url })
    }

    pub(super) fn store_key(&self) -> String {
        if self.url == USUAL {
            "spotlight".to_owned()
        } else {
            format!("spotlight:{}", self.url)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_may_be_left_out() {
        let url = |text: &str| Spotlight::parse(text).map(|spotlight| spotlight.url);
        assert_eq!(url("spotlight").unwrap(), USUAL);
        assert_eq!(url("spotlight:http://h:1").unwrap(), "http://h:1/stream");
        assert_eq!(url("spotlight:https://h/x/y").unwrap(), "https://h/x/y");
        for bad in [
            "spotlight:",
            "spotlight:http://",
            "spotlight:http://a@h",
            "spotlight:h:1",
        ] {
            assert_eq!(url(bad), None, "{bad}");
        }
    }
}
