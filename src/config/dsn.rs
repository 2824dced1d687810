//! DSNs. In: text. Out: a checked [`Dsn`], or the exact [`DsnError`]. Never shows a key: not in `Debug`, not in `Display`,
//! not in an error.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// `SCHEME://PUBLIC_KEY[:SECRET]@HOST[:PORT][/PATH]/PROJECT_ID`, checked. `Debug` and `Display` mask the key.
///
/// The secret half is obsolete since 2017: it is accepted and forgotten.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Dsn {
    /// `http` or `https`.
    pub scheme: String,
    /// The public key: a secret to us.
    pub public_key: String,
    /// Name or address; an IPv6 address keeps its brackets.
    pub host: String,
    /// With the scheme's default filled in.
    pub port: u16,
    /// Path before the project, no trailing slash; empty or starting with `/`.
    pub path: String,
    /// Opaque, last path segment.
    pub project_id: String,
}

/// What is wrong with a DSN. No message quotes the text: what is mistyped may be the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DsnError {
    /// Nothing there.
    #[error("the DSN is empty")]
    Empty,
    /// White space or control characters within.
    #[error("the DSN has a blank or a control character in it")]
    Blank,
    /// No `://`.
    #[error("the DSN has no scheme: it must begin with `https://` or `http://`")]
    SchemeMissing,
    /// Neither `http` nor `https`.
    #[error("the DSN's scheme must be `https` or `http`")]
    Scheme,
    /// No `@`, so no key.
    #[error(
        "the DSN has no key: between `://` and the host there must be the key and an `@` (what a browser opens is no DSN)"
    )]
    KeyMissing,
    /// `https://@host/1`.
    #[error("the DSN's key is empty: between `://` and `@` stands nothing")]
    KeyEmpty,
    /// Characters that no key has.
    #[error("the DSN's key may hold letters, digits, `-`, `_` and `.` only")]
    Key,
    /// `https://key@/1`.
    #[error("the DSN has no host: behind `@` there must be one")]
    HostMissing,
    /// Characters that no host has.
    #[error("the DSN's host is not a host name or an address")]
    Host,
    /// Not 1 to 65535.
    #[error("the DSN's port must be a number from 1 to 65535")]
    Port,
    /// No path at all.
    #[error("the DSN has no project: behind the host there must be `/PROJECT_ID`")]
    ProjectMissing,
    /// Ends with a slash.
    #[error("the DSN ends with a slash: its last part must be the project id")]
    TrailingSlash,
    /// Characters that no project id has.
    #[error("the DSN's project id may hold letters, digits, `-` and `_` only")]
    Project,
    /// `?` or `#`.
    #[error("the DSN has a query or a fragment (`?` or `#`): it must end with the project id")]
    Query,
}

impl Dsn {
    /// Reads a DSN; blanks around it are passed over.
    pub fn parse(text: &str) -> Result<Self, DsnError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(DsnError::Empty);
        }
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(DsnError::Blank);
        }
        let (scheme, rest) = text.split_once("://").ok_or(DsnError::SchemeMissing)?;
        let scheme = scheme.to_ascii_lowercase();
        let default_port = default_port(&scheme).ok_or(DsnError::Scheme)?;
        if rest.contains(['?', '#']) {
            return Err(DsnError::Query);
        }
        let (authority, path) = rest
            .split_once('/')
            .map_or((rest, None), |(a, p)| (a, Some(p)));
        let (keys, server) = authority.rsplit_once('@').ok_or(DsnError::KeyMissing)?;
        let public_key = parse_key(keys)?;
        let (host, port) = parse_server(server, default_port)?;
        let (path, project_id) = parse_path(path.ok_or(DsnError::ProjectMissing)?)?;
        Ok(Self {
            scheme,
            public_key,
            host,
            port,
            path,
            project_id,
        })
    }

    /// Where envelopes are posted. The trailing slash is needed by Django servers.
    #[must_use]
    pub fn envelope_url(&self) -> String {
        let Self {
            scheme,
            path,
            project_id,
            ..
        } = self;
        format!(
            "{scheme}://{}{path}/api/{project_id}/envelope/",
            self.server()
        )
    }

    /// The name under which the store keeps what waits for this receiver: stable, and no secret in it.
    #[must_use]
    pub fn store_key(&self) -> String {
        let digest = Sha256::digest(self.public_key.as_bytes());
        let mut key = format!(
            "{}:{}{}/{}#",
            self.host, self.port, self.path, self.project_id
        );
        for byte in digest.iter().take(4) {
            let _strings_take_all = write!(key, "{byte:02x}");
        }
        key
    }

    /// What looks odd although it is a DSN: Sentry itself would refuse it, other receivers may not.
    #[must_use]
    pub fn doubts(&self) -> Vec<&'static str> {
        let mut doubts = Vec::new();
        if self.public_key.len() != 32 || !self.public_key.bytes().all(|b| b.is_ascii_hexdigit()) {
            doubts.push("the DSN's key is not 32 hexadecimal digits: Sentry would refuse it");
        }
        if self.project_id.parse::<u64>().is_err() {
            doubts.push("the DSN's project id is not a number: Sentry would refuse it");
        }
        doubts
    }

    /// Host, and the port where it is not the scheme's own.
    fn server(&self) -> String {
        if default_port(&self.scheme) == Some(self.port) {
            self.host.clone()
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "https" => Some(443),
        "http" => Some(80),
        _ => None,
    }
}

/// `PUBLIC_KEY[:SECRET]`; the secret is dropped.
fn parse_key(keys: &str) -> Result<String, DsnError> {
    let key = keys.split_once(':').map_or(keys, |(key, _secret)| key);
    if key.is_empty() {
        return Err(DsnError::KeyEmpty);
    }
    // It goes into a header (`sentry_key=…, …`): nothing that could end the field.
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if !key.bytes().all(allowed) {
        return Err(DsnError::Key);
    }
    Ok(key.to_owned())
}

/// `HOST[:PORT]`, where the host may be `[::1]`.
fn parse_server(server: &str, default_port: u16) -> Result<(String, u16), DsnError> {
    let (host, port) = match server.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']').ok_or(DsnError::Host)?;
            address
                .parse::<std::net::Ipv6Addr>()
                .map_err(|_| DsnError::Host)?;
            let port = match port {
                "" => None,
                port => Some(port.strip_prefix(':').ok_or(DsnError::Host)?),
            };
            (format!("[{address}]"), port)
        }
        None => match server.split_once(':') {
            Some((host, port)) => (host.to_ascii_lowercase(), Some(port)),
            None => (server.to_ascii_lowercase(), None),
        },
    };
    if host.is_empty() {
        return Err(DsnError::HostMissing);
    }
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let name = host.bytes().all(allowed) && !host.starts_with('.');
    if !name && !host.starts_with('[') {
        return Err(DsnError::Host);
    }
    let port = match port {
        None => default_port,
        Some(port) if port.bytes().all(|b| b.is_ascii_digit()) => port
            .parse()
            .ok()
            .filter(|port| *port != 0)
            .ok_or(DsnError::Port)?,
        Some(_) => return Err(DsnError::Port),
    };
    Ok((host, port))
}

/// `[PATH/]PROJECT_ID`, without the first slash.
fn parse_path(path: &str) -> Result<(String, String), DsnError> {
    let (before, project) = path.rsplit_once('/').unwrap_or(("", path));
    if project.is_empty() {
        let nothing = before.is_empty();
        return Err(if nothing {
            DsnError::ProjectMissing
        } else {
            DsnError::TrailingSlash
        });
    }
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    if !project.bytes().all(allowed) {
        return Err(DsnError::Project);
    }
    let before = before.trim_matches('/');
    let path = if before.is_empty() {
        String::new()
    } else {
        format!("/{before}")
    };
    Ok((path, project.to_owned()))
}

impl std::fmt::Display for Dsn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            scheme,
            path,
            project_id,
            ..
        } = self;
        write!(f, "{scheme}://***@{}{path}/{project_id}", self.server())
    }
}

impl std::fmt::Debug for Dsn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Dsn({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn reads_every_form() {
        let dsn = Dsn::parse(&format!(" https://{KEY}:old@o1.ingest.sentry.io/42\n")).unwrap();
        assert_eq!((dsn.host.as_str(), dsn.port), ("o1.ingest.sentry.io", 443));
        assert_eq!(
            dsn.envelope_url(),
            "https://o1.ingest.sentry.io/api/42/envelope/"
        );

        let dsn = Dsn::parse(&format!("http://{KEY}@[::1]:8000/a/b/7")).unwrap();
        assert_eq!((dsn.path.as_str(), dsn.project_id.as_str()), ("/a/b", "7"));
        assert_eq!(dsn.envelope_url(), "http://[::1]:8000/a/b/api/7/envelope/");
        assert!(dsn.doubts().is_empty());
    }

    #[test]
    fn the_key_is_never_shown() {
        let dsn = Dsn::parse(&format!("https://{KEY}@sentry.acme.org:9000/3")).unwrap();
        assert_eq!(dsn.to_string(), "https://***@sentry.acme.org:9000/3");
        for shown in [
            format!("{dsn}"),
            format!("{dsn:?}"),
            format!("{dsn:#?}"),
            dsn.store_key(),
        ] {
            assert!(!shown.contains("01234567"), "{shown}");
        }
    }

    #[test]
    fn the_store_key_tells_keys_apart_and_stays() {
        let one = Dsn::parse(&format!("https://{KEY}@acme.org/p/3")).unwrap();
        let other = Dsn::parse("https://ffff@acme.org/p/3").unwrap();
        assert_eq!(one.store_key(), "acme.org:443/p/3#3eb1bd43");
        assert_ne!(one.store_key(), other.store_key());
    }

    #[test]
    fn every_typo_has_its_own_word() {
        for (text, error) in [
            ("", DsnError::Empty),
            ("https://k@h/ 1", DsnError::Blank),
            ("k@h/1", DsnError::SchemeMissing),
            ("https:/k@h/1", DsnError::SchemeMissing),
            ("htps://k@h/1", DsnError::Scheme),
            ("https://o1.ingest.sentry.io/1", DsnError::KeyMissing),
            ("https://@h/1", DsnError::KeyEmpty),
            ("https://:secret@h/1", DsnError::KeyEmpty),
            ("https://a,b@h/1", DsnError::Key),
            ("https://k@/1", DsnError::HostMissing),
            ("https://k@:80/1", DsnError::HostMissing),
            ("https://k@h_!/1", DsnError::Host),
            ("https://k@[::1/1", DsnError::Host),
            ("https://k@h:0/1", DsnError::Port),
            ("https://k@h:99999/1", DsnError::Port),
            ("https://k@h:+1/1", DsnError::Port),
            ("https://k@h", DsnError::ProjectMissing),
            ("https://k@h/", DsnError::ProjectMissing),
            ("https://k@h/1/", DsnError::TrailingSlash),
            ("https://k@h/my project", DsnError::Blank),
            ("https://k@h/a.b", DsnError::Project),
            ("https://k@h/1?x=1", DsnError::Query),
        ] {
            assert_eq!(Dsn::parse(text), Err(error), "{text}");
        }
    }
}
