//! `[http]` of the host file: how receivers are reached. In: the section. Out: a [`Transport`], or problems. Files are read
//! here, so that a bad one is told with everything else; the key and the proxy's password are never shown.

use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use super::check::Checker;
use super::fault::Fault;
use super::given::plain;
use super::key::{Key, Kind};
use super::problem::Severity;
use super::setting::{Layers, Section};
use crate::bounds::{CERTIFICATES_BYTES_MAX, CONNECT_MS_MAX, REQUEST_MS_MAX};

/// `[http]`.
pub static HTTP_KEYS: &[Key] = &[
    Key::new(
        "proxy",
        Kind::Name(1_024),
        "A proxy's URL, \"environment\" (HTTPS_PROXY and its kin) or \"off\".",
    )
    .or("\"environment\""),
    Key::new(
        "ca_file",
        Kind::Path,
        "Certificates (PEM) that are trusted beside the host's own.",
    )
    .such_as("\"/etc/stacktail/ca.pem\""),
    Key::new(
        "client_cert_file",
        Kind::Path,
        "The certificate (PEM, with those above it) that is shown to receivers.",
    )
    .such_as("\"/etc/stacktail/client.pem\""),
    Key::new(
        "client_key_file",
        Kind::Path,
        "Its private key (PEM, without a passphrase).",
    )
    .such_as("\"/etc/stacktail/client.key\""),
    Key::new(
        "connect_timeout",
        Kind::Duration,
        "How long a connection may take to be made.",
    )
    .or("\"5s\""),
    Key::new(
        "timeout",
        Kind::Duration,
        "How long a request and its answer may take.",
    )
    .or("\"30s\""),
];

/// How receivers are reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transport {
    /// What stands between.
    pub proxy: Proxy,
    /// Trusted beside the host's own.
    pub ca: Option<Pem>,
    /// Shown to receivers.
    pub identity: Option<Identity>,
    /// For the connection.
    pub connect_timeout: Duration,
    /// For all of it.
    pub timeout: Duration,
}

impl Default for Transport {
    fn default() -> Self {
        Self {
            proxy: Proxy::Environment,
            ca: None,
            identity: None,
            connect_timeout: Duration::from_millis(CONNECT_MS_MAX),
            timeout: Duration::from_millis(REQUEST_MS_MAX),
        }
    }
}

/// A proxy. `Debug` hides its password.
#[derive(Clone, PartialEq, Eq)]
pub enum Proxy {
    /// As the environment names it.
    Environment,
    /// None, whatever the environment names.
    Off,
    /// This one, but for what `NO_PROXY` lists.
    Url(String),
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Environment => "Environment",
            Self::Off => "Off",
            Self::Url(_) => "Url(…)",
        })
    }
}

/// A certificate and its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The certificate, then those above it.
    pub certificates: Pem,
    /// A secret.
    pub key: Pem,
}

/// A file in PEM. `Debug` hides what it holds.
#[derive(Clone, PartialEq, Eq)]
pub struct Pem(pub Vec<u8>);

impl std::fmt::Debug for Pem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pem({} bytes)", self.0.len())
    }
}

/// Reads the section.
pub(super) fn transport(file: &mut Checker<'_>, section: &Section) -> Transport {
    let sections: Vec<&Section> = section.sections("http").iter().collect();
    let layers = Layers {
        sections: &sections,
        keys: HTTP_KEYS,
        folder: file.folder,
    };
    let transport = Transport {
        connect_timeout: layers.duration("connect_timeout"),
        timeout: layers.duration("timeout"),
        ..Transport::default()
    };
    let Some(section) = sections.first() else {
        return transport;
    };
    Transport {
        proxy: proxy(file, section, &layers),
        ca: pem(file, section, &layers, "ca_file", "CERTIFICATE"),
        identity: identity(file, section, &layers),
        ..transport
    }
}

fn tell(file: &mut Checker<'_>, section: &Section, key: &str, fault: Fault) {
    let span = section.place(key).unwrap_or_else(|| section.span.clone());
    file.tell(Severity::Error, &format!("http.{key}"), &span, fault);
}

fn proxy(file: &mut Checker<'_>, section: &Section, layers: &Layers<'_>) -> Proxy {
    let text = layers.text("proxy").unwrap_or_default();
    match text.trim() {
        "environment" => Proxy::Environment,
        "off" => Proxy::Off,
        url if is_proxy_url(url) => Proxy::Url(url.to_owned()),
        _ => {
            // Not quoted: there may be a password in it.
            let expected = "\"http://HOST:PORT\" (or https), \"environment\" or \"off\"; others are not spoken";
            let fault = Fault::new("this is not a proxy", expected);
            tell(file, section, "proxy", fault);
            Proxy::Environment
        }
    }
}

/// `http[s]://[USER:PASSWORD@]HOST[:PORT][/]`.
fn is_proxy_url(url: &str) -> bool {
    let rest = url
        .strip_prefix("http://")
        .or_else(|| url.strip_prefix("https://"));
    let Some(rest) = rest else { return false };
    let server = rest.strip_suffix('/').unwrap_or(rest);
    let host = server.rsplit_once('@').map_or(server, |(_, host)| host);
    let odd = |c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#');
    !host.is_empty() && !host.starts_with(':') && !server.contains(odd)
}

fn identity(file: &mut Checker<'_>, section: &Section, layers: &Layers<'_>) -> Option<Identity> {
    let pair = ["client_cert_file", "client_key_file"];
    let [cert, key] = pair.map(|key| section.place(key));
    match (cert, key) {
        (None, None) => return None,
        (Some(_), Some(_)) => {}
        (cert, _) => {
            let [cert_name, key_name] = pair;
            let (there, other) = if cert.is_some() {
                (cert_name, key_name)
            } else {
                (key_name, cert_name)
            };
            let fault = Fault::new(
                format!("`{there}` without `{other}`"),
                "a certificate is of no use without its key, nor a key without its certificate",
            );
            tell(file, section, there, fault);
            return None;
        }
    }
    let certificates = pem(file, section, layers, "client_cert_file", "CERTIFICATE")?;
    let key = pem(file, section, layers, "client_key_file", "PRIVATE KEY")?;
    Some(Identity { certificates, key })
}

/// A file with at least one block of this kind.
fn pem(
    file: &mut Checker<'_>,
    section: &Section,
    layers: &Layers<'_>,
    key: &'static str,
    block: &str,
) -> Option<Pem> {
    let span = section.place(key)?;
    let path = layers.path(key)?;
    if file.host.offline() {
        return None;
    }
    match read(file, &path, block) {
        Ok((pem, mode)) => {
            if block == "PRIVATE KEY" && mode & 0o004 != 0 {
                warn_readable(file, key, &span, &path);
            }
            Some(pem)
        }
        Err(fault) => {
            tell(file, section, key, fault);
            None
        }
    }
}

fn read(file: &Checker<'_>, path: &Path, block: &str) -> Result<(Pem, u32), Fault> {
    let shown = path.display();
    let read = file.host.read(path, CERTIFICATES_BYTES_MAX);
    let read = read.map_err(|error| {
        let message = format!("cannot read {shown}: {}", plain(&error));
        Fault::new(message, "must be a file that the agent may read")
    })?;
    let text = String::from_utf8_lossy(&read.bytes);
    if text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") {
        let message = format!("{shown} holds a key with a passphrase");
        return Err(Fault::new(message, "nobody is there to type it")
            .help("openssl pkey -in KEY -out KEY.open; chmod 640 KEY.open"));
    }
    let has_block = text
        .lines()
        .any(|line| line.starts_with("-----BEGIN ") && line.contains(block));
    if !has_block {
        let article = if block == "CERTIFICATE" {
            "certificate"
        } else {
            "private key"
        };
        let fault = Fault::new(
            format!("{shown} holds no {article} in PEM"),
            format!("expected a line \"-----BEGIN {block}-----\""),
        );
        return Err(fault.help("openssl x509 -inform der -in FILE -out FILE.pem makes PEM of DER"));
    }
    Ok((Pem(read.bytes), read.mode))
}

fn warn_readable(file: &mut Checker<'_>, key: &str, span: &Range<usize>, path: &Path) {
    let message = format!(
        "everybody on this host may read the key in {}",
        path.display()
    );
    let fault = Fault::new(message, "holds a secret")
        .help("chmod 640, and give it to the group that the agent runs as");
    file.tell(Severity::Warning, &format!("http.{key}"), span, fault);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::keys::HOST_KEYS;
    use crate::os::surroundings::MemorySurroundings;

    const CERT: &str = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    const KEY: &str = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";

    /// What a section makes, and its problems as `key: message`.
    fn read_section(text: &str) -> (Transport, Vec<String>) {
        let mut machine = MemorySurroundings::default();
        machine.file("/etc/ca.pem", CERT);
        machine.file("/etc/me.key", KEY);
        machine.file("/etc/locked.key", "-----BEGIN ENCRYPTED PRIVATE KEY-----\n");
        let path = Path::new("/etc/host.toml");
        let mut file = Checker::new(path, text, Path::new("/etc"), &machine);
        let section = file.file(HOST_KEYS);
        let transport = transport(&mut file, &section);
        let problems = file.problems.iter();
        let told = problems.map(|problem| format!("{}: {}", problem.key, problem.message));
        let told = told.collect();
        (transport, told)
    }

    #[test]
    fn nothing_said_is_the_default() {
        assert_eq!(read_section(""), (Transport::default(), Vec::new()));
        assert_eq!(read_section("[http]"), (Transport::default(), Vec::new()));
    }

    #[test]
    fn all_said() {
        let (transport, told) = read_section(
            "[http]\nproxy = \"http://me:hunter2@proxy.acme.org:3128\"\nca_file = \"ca.pem\"\n\
             client_cert_file = \"ca.pem\"\nclient_key_file = \"/etc/me.key\"\n\
             connect_timeout = \"1s\"\ntimeout = \"2s\"",
        );
        assert_eq!(told, Vec::<String>::new());
        let pem = |text: &str| Pem(text.as_bytes().to_vec());
        let expected = Transport {
            proxy: Proxy::Url("http://me:hunter2@proxy.acme.org:3128".to_owned()),
            ca: Some(pem(CERT)),
            identity: Some(Identity {
                certificates: pem(CERT),
                key: pem(KEY),
            }),
            connect_timeout: Duration::from_secs(1),
            timeout: Duration::from_secs(2),
        };
        assert_eq!(transport, expected);
        let shown = format!("{transport:?}");
        assert!(
            !shown.contains("hunter2") && !shown.contains("BEGIN"),
            "{shown}"
        );
    }

    #[test]
    fn what_is_wrong_is_told_at_its_key() {
        for (text, told) in [
            (
                "proxy = \"socks5://h:1\"",
                "http.proxy: this is not a proxy",
            ),
            ("proxy = \"http://\"", "http.proxy: this is not a proxy"),
            (
                "proxy = \"http://h/path\"",
                "http.proxy: this is not a proxy",
            ),
            (
                "ca_file = \"gone.pem\"",
                "http.ca_file: cannot read /etc/gone.pem: No such file or directory",
            ),
            (
                "ca_file = \"me.key\"",
                "http.ca_file: /etc/me.key holds no certificate in PEM",
            ),
            (
                "client_cert_file = \"ca.pem\"",
                "http.client_cert_file: `client_cert_file` without `client_key_file`",
            ),
            (
                "client_key_file = \"me.key\"",
                "http.client_key_file: `client_key_file` without `client_cert_file`",
            ),
            (
                "client_cert_file = \"ca.pem\"\nclient_key_file = \"ca.pem\"",
                "http.client_key_file: /etc/ca.pem holds no private key in PEM",
            ),
            (
                "client_cert_file = \"ca.pem\"\nclient_key_file = \"locked.key\"",
                "http.client_key_file: /etc/locked.key holds a key with a passphrase",
            ),
        ] {
            let (_, problems) = read_section(&format!("[http]\n{text}"));
            assert_eq!(problems, [told], "{text}");
        }
    }
}
