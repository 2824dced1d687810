//! Receivers behind TLS and proxies: whom we trust, what we show, and what happens when it does not fit.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use stacktail::config::{Dsn, Identity, Pem, Proxy, Receiver as Address, Transport};
use stacktail::deliver::Settings;

use crate::plain::accepted;
use crate::receiver::Receiver;
use crate::rig::{Rig, event, ids, settings, system_clock};

/// An authority of its own, that nobody trusts but who is told to.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate with its key.
pub(crate) struct Issued {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Self(CertifiedIssuer::self_signed(params, key).unwrap())
    }

    pub(crate) fn issue(&self, name: &str) -> Issued {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        Issued { certificate, key }
    }

    pub(crate) fn expired(&self, name: &str) -> Issued {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(2001, 1, 1);
        params.not_after = rcgen::date_time_ymd(2002, 1, 1);
        let certificate = params.signed_by(&key, &self.0).unwrap();
        Issued { certificate, key }
    }

    pub(crate) fn pem(&self) -> Pem {
        Pem(self.0.pem().into_bytes())
    }

    /// What lies in the file is trusted.
    pub(crate) fn trusted(&self) -> Settings {
        let http = Transport {
            ca: Some(self.pem()),
            ..Transport::default()
        };
        Settings { http, ..settings() }
    }
}

impl Issued {
    fn identity(&self) -> Identity {
        Identity {
            certificates: Pem(self.certificate.pem().into_bytes()),
            key: Pem(self.key.serialize_pem().into_bytes()),
        }
    }
}

/// A door of TLS before `behind`; with `clients`, only for those whom this authority knows. Its port.
pub(crate) fn front(behind: SocketAddr, server: &Issued, clients: Option<&Authority>) -> u16 {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.0.der().clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().unwrap())
        }
    };
    let key = PrivateKeyDer::try_from(server.key.serialize_der()).unwrap();
    let config = builder
        .with_single_cert(vec![server.certificate.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    // It ends with the test's process; nothing of the test waits for it.
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let (config, behind) = (Arc::clone(&config), TcpStream::connect(behind));
            std::thread::spawn(move || {
                let tls = ServerConnection::new(config).unwrap();
                let _handshake_refused_or_gone = pump(StreamOwned::new(tls, connection), behind?);
                Ok::<(), std::io::Error>(())
            });
        }
    });
    port
}

/// Both ways, until one side is gone.
fn pump(
    mut tls: StreamOwned<ServerConnection, TcpStream>,
    mut plain: TcpStream,
) -> std::io::Result<()> {
    let moment = Some(Duration::from_millis(2));
    tls.sock.set_read_timeout(moment)?;
    plain.set_read_timeout(moment)?;
    let mut buffer = [0; 16 << 10];
    loop {
        for inward in [true, false] {
            let read = if inward {
                tls.read(&mut buffer)
            } else {
                plain.read(&mut buffer)
            };
            match read {
                Ok(0) => return Ok(()),
                Ok(read) if inward => plain.write_all(buffer.get(..read).unwrap())?,
                Ok(read) => tls.write_all(buffer.get(..read).unwrap())?,
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// The DSN of project 1 there.
pub(crate) fn secure(host: &str, port: u16) -> Address {
    let dsn = format!("https://0123456789abcdef0123456789abcdef@{host}:{port}/1");
    Address::Dsn(Dsn::parse(&dsn).unwrap())
}

fn rig(address: Address, settings: Settings) -> Rig {
    Rig::to([("1", address)], settings, system_clock())
}

#[test]
fn an_authority_of_ones_own_is_trusted_by_its_file() {
    let (receiver, authority) = (Receiver::start(), Authority::new());
    let port = front(receiver.address(), &authority.issue("localhost"), None);
    let rig = rig(secure("localhost", port), authority.trusted());
    rig.store("1", (0..10).map(event));
    rig.wait_settled(10);
    assert_eq!(accepted(&receiver.received()), ids(0..10));
}

#[test]
fn a_client_certificate_is_shown_where_one_is_asked_for() {
    let (receiver, authority) = (Receiver::start(), Authority::new());
    let server = authority.issue("localhost");
    let port = front(receiver.address(), &server, Some(&authority));
    let mut settings = authority.trusted();
    settings.http.identity = Some(authority.issue("host-7").identity());
    let rig = rig(secure("localhost", port), settings);
    rig.store("1", (0..10).map(event));
    rig.wait_settled(10);
    assert_eq!(accepted(&receiver.received()), ids(0..10));
}

#[test]
fn without_trust_nothing_goes_out_and_all_waits() {
    let (receiver, authority, other) = (Receiver::start(), Authority::new(), Authority::new());
    let good = authority.issue("localhost");
    let to = receiver.address();
    let asks = front(to, &good, Some(&authority));
    let mut foreign = authority.trusted();
    foreign.http.identity = Some(other.issue("host-7").identity());
    for (what, port, settings) in [
        ("an unknown authority", front(to, &good, None), settings()),
        ("another authority", front(to, &good, None), other.trusted()),
        (
            "another name",
            front(to, &authority.issue("acme.org"), None),
            authority.trusted(),
        ),
        (
            "expired",
            front(to, &authority.expired("localhost"), None),
            authority.trusted(),
        ),
        ("no client certificate", asks, authority.trusted()),
        ("a foreign client certificate", asks, foreign),
        ("no TLS", to.port(), authority.trusted()),
    ] {
        let rig = rig(secure("localhost", port), settings);
        rig.store("1", (0..3).map(event));
        let left = rig.drain(Duration::from_millis(1_500));
        assert_eq!(left.first().map(|left| left.events), Some(3), "{what}");
        assert_eq!(receiver.received().len(), 0, "{what}");
        assert_eq!(rig.outbox.store.ledger().unwrap(), [], "{what}");
    }
}

#[test]
fn what_cannot_be_used_is_told_and_its_events_wait() {
    let authority = Authority::new();
    let mut settings = authority.trusted();
    settings.http.ca = Some(Pem(
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec(),
    ));
    let rig = rig(secure("localhost", 1), settings);
    rig.store("1", [event(0)]);
    let left = rig.drain(Duration::from_secs(5));
    let why = left[0].why.unwrap().to_string();
    assert_eq!(
        (left[0].events, why.as_str()),
        (1, "it cannot be reached with these settings")
    );
    rig.stop(Duration::from_secs(5));
}

#[test]
fn a_proxy_carries_what_is_not_loopback() {
    let proxy = Receiver::start();
    let mut settings = settings();
    let url = format!("http://me:hunter2@{}", proxy.address());
    settings.http.proxy = Proxy::Url(url);
    let key = "0123456789abcdef0123456789abcdef";
    let dsn = Dsn::parse(&format!("http://{key}@receiver.invalid/1")).unwrap();
    let direct = Receiver::start();
    let beside = Dsn::parse(&direct.dsn("2")).unwrap();
    let addresses = [("1", Address::Dsn(dsn)), ("2", Address::Dsn(beside))];
    let rig = Rig::to(addresses, settings, system_clock());
    rig.store("1", (0..3).map(event));
    rig.wait_settled(3);
    let came = proxy.received();
    assert_eq!(accepted(&came), ids(0..3));
    assert_eq!(came[0].path, "http://receiver.invalid/api/1/envelope/");
    assert_eq!(
        came[0].headers["proxy-authorization"],
        "Basic bWU6aHVudGVyMg=="
    );
    rig.store("2", [event(3)]);
    rig.wait_settled(4);
    assert_eq!(accepted(&direct.received()), ids([3]));
    assert_eq!(proxy.received().len(), 3, "loopback goes directly");
}

#[test]
fn a_time_out_is_as_long_as_it_says() {
    let receiver = Receiver::start();
    receiver.always("1", crate::receiver::Act::Hang);
    let mut settings = settings();
    settings.http.timeout = Duration::from_millis(50);
    let rig = Rig::with(&receiver, &["1"], settings, system_clock());
    rig.store("1", [event(0)]);
    let came = receiver.wait("a second try", |came| came.len() >= 2);
    assert_eq!(came[0].event_id(), came[1].event_id());
    receiver.always("1", crate::receiver::Act::ok());
    receiver.release();
    rig.wait_settled(1);
}
