//! TLS. In: the host's roots, a CA file, a client certificate. Out: rustls settings on ring, made once for all receivers, and
//! at the first one that asks.

use std::sync::{Arc, OnceLock};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

use crate::config::{Identity, Pem, Transport};

/// How receivers are reached, and whom we trust there.
#[derive(Debug, Default)]
pub(super) struct Trust {
    pub(super) transport: Transport,
    config: OnceLock<Result<Arc<ClientConfig>, String>>,
}

impl Trust {
    pub(super) fn new(transport: Transport) -> Self {
        Self {
            transport,
            config: OnceLock::new(),
        }
    }

    /// With the host's roots, a bundled set where it has none, and the CA file's beside them.
    pub(super) fn config(&self) -> Result<Arc<ClientConfig>, String> {
        self.config.get_or_init(|| self.load()).clone()
    }

    /// Whether it was asked for.
    #[cfg(test)]
    pub(super) fn is_loaded(&self) -> bool {
        self.config.get().is_some()
    }

    fn load(&self) -> Result<Arc<ClientConfig>, String> {
        let mut roots = RootCertStore::empty();
        let native = rustls_native_certs::load_native_certs();
        let (_added, _unreadable) = roots.add_parsable_certificates(native.certs);
        if roots.is_empty() {
            tracing::warn!("no root certificates found on this host; using the bundled ones");
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
        if let Some(ca) = &self.transport.ca {
            for certificate in certificates("ca_file", ca)? {
                roots
                    .add(certificate)
                    .map_err(|error| format!("http.ca_file: {error}"))?;
            }
        }
        config(roots, self.transport.identity.as_ref())
    }
}

/// For plain HTTP, which trusts nobody.
pub(super) fn none() -> Result<Arc<ClientConfig>, String> {
    config(RootCertStore::empty(), None)
}

fn config(roots: RootCertStore, identity: Option<&Identity>) -> Result<Arc<ClientConfig>, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS cannot be set up: {error}"))?
        .with_root_certificates(roots);
    let Some(identity) = identity else {
        return Ok(Arc::new(builder.with_no_client_auth()));
    };
    let chain = certificates("client_cert_file", &identity.certificates)?;
    let key = PrivateKeyDer::from_pem_slice(&identity.key.0)
        .map_err(|error| format!("http.client_key_file: {error}"))?;
    let config = builder
        .with_client_auth_cert(chain, key)
        .map_err(|error| format!("http.client_cert_file and its key: {error}"))?;
    Ok(Arc::new(config))
}

fn certificates(key: &str, pem: &Pem) -> Result<Vec<CertificateDer<'static>>, String> {
    CertificateDer::pem_slice_iter(&pem.0)
        .collect::<Result<_, _>>()
        .map_err(|error| format!("http.{key}: {error}"))
}
