//! HTTP. In: the bytes of an envelope. Out: an [`Answer`]. HTTP/1.1, kept alive, no redirects, bounded in time and size.
//!
//! Loopback addresses are reached directly, whatever proxy is named.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderValue};
use rustls::ClientConfig;

use crate::bounds::{ANSWER_BYTES_MAX, CONNECTION_IDLE_MS_MAX, FLIGHTS_MAX};
use crate::config::{Dsn, Proxy, Receiver};

use super::limits::Said;
use super::reply::{Answer, Reply, given_id, one_line, told};
use super::tls::{self, Trust};

/// Name and version, as receivers see them.
const CLIENT: &str = concat!("stacktail/", env!("CARGO_PKG_VERSION"));

/// One receiver's address, ready to be posted to.
#[derive(Debug, Clone)]
pub(super) struct Remote {
    client: reqwest::Client,
    trust: Arc<Trust>,
    /// When it was posted to last.
    used: Option<Duration>,
    url: reqwest::Url,
    headers: HeaderMap,
}

impl Remote {
    /// Connects to nothing yet.
    pub(super) fn new(receiver: &Receiver, trust: &Arc<Trust>) -> Result<Self, String> {
        let (url, dsn) = match receiver {
            Receiver::Dsn(dsn) => (dsn.envelope_url(), Some(dsn)),
            Receiver::Spotlight(spotlight) => (spotlight.url.clone(), None),
            Receiver::Console | Receiver::File(_) => return Err("it is no server".to_owned()),
        };
        let url = reqwest::Url::parse(&url).map_err(|error| error.to_string())?;
        Ok(Self {
            client: client(&url, trust)?,
            trust: Arc::clone(trust),
            used: None,
            url,
            headers: headers(dsn)?,
        })
    }

    /// The same, for a request at `now`. Connections that were idle for long are given up here, when a request needs one: watched
    /// by a timer, each would wake an idle host once a minute.
    pub(super) fn at(&mut self, now: Duration) -> Self {
        let used = self.used.replace(now);
        let idle = used.map_or(Duration::ZERO, |used| now.saturating_sub(used));
        if idle >= Duration::from_millis(CONNECTION_IDLE_MS_MAX)
            && let Ok(client) = client(&self.url, &self.trust)
        {
            self.client = client;
        }
        self.clone()
    }

    /// Posts one envelope.
    pub(super) async fn post(self, body: Vec<u8>) -> Answer {
        let mut request = reqwest::Request::new(reqwest::Method::POST, self.url);
        *request.headers_mut() = self.headers;
        *request.body_mut() = Some(body.into());
        match self.client.execute(request).await {
            Ok(response) => read(response).await,
            Err(error) => Answer::Nothing(chain(error)),
        }
    }
}

fn client(url: &reqwest::Url, trust: &Trust) -> Result<reqwest::Client, String> {
    let transport = &trust.transport;
    let secure = |url: &str| url.starts_with("https:");
    let through = matches!(&transport.proxy, Proxy::Url(proxy) if secure(proxy));
    let config = if secure(url.as_str()) || through {
        trust.config()?
    } else {
        tls::none()?
    };
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(ClientConfig::clone(&config))
        .http1_only()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(transport.connect_timeout)
        .timeout(transport.timeout)
        .pool_idle_timeout(None)
        .pool_max_idle_per_host(FLIGHTS_MAX);
    match &transport.proxy {
        _ if url.host_str().is_some_and(is_loopback) => builder = builder.no_proxy(),
        Proxy::Environment => {}
        Proxy::Off => builder = builder.no_proxy(),
        Proxy::Url(proxy) => {
            // Its error might quote the password.
            let proxy = reqwest::Proxy::all(proxy).map_err(|_| "http.proxy cannot be used")?;
            builder = builder.proxy(proxy.no_proxy(reqwest::NoProxy::from_env()));
        }
    }
    builder.build().map_err(chain)
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || bare
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn headers(dsn: Option<&Dsn>) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::with_capacity(8);
    if let Some(dsn) = dsn {
        let key = &dsn.public_key;
        let auth = format!("Sentry sentry_version=7, sentry_client={CLIENT}, sentry_key={key}");
        let mut auth = HeaderValue::from_str(&auth).map_err(|_| "the key does not fit a header")?;
        auth.set_sensitive(true);
        headers.insert("x-sentry-auth", auth);
    }
    headers.insert("user-agent", HeaderValue::from_static(CLIENT));
    let envelope = HeaderValue::from_static("application/x-sentry-envelope");
    headers.insert("content-type", envelope);
    headers.insert("content-encoding", HeaderValue::from_static("gzip"));
    headers.insert("accept", HeaderValue::from_static("application/json"));
    Ok(headers)
}

/// Reads the answer to its end, so that its connection can be used again; one that breaks off is none.
async fn read(mut response: reqwest::Response) -> Answer {
    let status = response.status().as_u16();
    let said = Said {
        limits: joined(response.headers(), "x-sentry-rate-limits"),
        retry_after: joined(response.headers(), "retry-after"),
    };
    let redirect = (300..400)
        .contains(&status)
        .then(|| joined(response.headers(), "location"))
        .flatten();
    let mut body = Vec::new();
    while body.len() < ANSWER_BYTES_MAX {
        match response.chunk().await {
            Ok(Some(bytes)) => body.extend_from_slice(&bytes),
            // An acceptance must be whole; a refusal or a limit is a word however it ends.
            Err(error) if status < 300 => return Answer::Nothing(chain(error)),
            Ok(None) | Err(_) => break,
        }
    }
    Answer::Reply(Reply {
        status,
        said,
        web_page: body.trim_ascii_start().starts_with(b"<"),
        id: given_id(&body),
        text: redirect.map_or_else(|| told(&body), |to| one_line(&format!("on to {to}"))),
    })
}

fn joined(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut values = headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let first = values.next()?.to_owned();
    Some(values.fold(first, |sum, value| sum + "," + value))
}

/// The error with its causes; without the address, which stands beside it in the log.
fn chain(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_posted_where() {
        let dsn = Dsn::parse("http://abc@[::1]:3000/p/42").unwrap();
        let remote = Remote::new(&Receiver::Dsn(dsn), &Arc::default()).unwrap();
        assert_eq!(remote.url.as_str(), "http://[::1]:3000/p/api/42/envelope/");
        let header = |name: &str| remote.headers.get(name).unwrap().to_str().unwrap();
        assert_eq!(
            header("x-sentry-auth"),
            format!("Sentry sentry_version=7, sentry_client={CLIENT}, sentry_key=abc")
        );
        assert_eq!(header("content-encoding"), "gzip");
        assert!(!format!("{remote:?}").contains("abc"));
    }

    #[test]
    fn plain_http_loads_no_roots() {
        let trust = Arc::<Trust>::default();
        let dsn = Dsn::parse("http://abc@localhost/1").unwrap();
        assert!(Remote::new(&Receiver::Dsn(dsn), &trust).is_ok());
        assert!(!trust.is_loaded());
    }

    #[tokio::test]
    async fn a_connection_is_kept_for_a_minute_and_no_timer_watches_it() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let accepted = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let counted = Arc::clone(&accepted);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                tokio::spawn(async move {
                    let mut bytes = [0; 4096];
                    while tokio::io::AsyncReadExt::read(&mut stream, &mut bytes)
                        .await
                        .is_ok_and(|n| n > 0)
                    {
                        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
                        tokio::io::AsyncWriteExt::write_all(&mut stream, answer)
                            .await
                            .unwrap();
                    }
                });
            }
        });
        let dsn = Dsn::parse(&format!("http://abc@127.0.0.1:{port}/1")).unwrap();
        let mut remote = Remote::new(&Receiver::Dsn(dsn), &Arc::default()).unwrap();
        let mut connections = Vec::new();
        for at in [0, 59, 118, 178, 179] {
            let answer = remote.at(Duration::from_secs(at)).post(vec![b'x']).await;
            assert!(
                matches!(answer, Answer::Reply(Reply { status: 200, .. })),
                "{answer:?}"
            );
            connections.push(accepted.load(std::sync::atomic::Ordering::Relaxed));
        }
        assert_eq!(connections, [1, 1, 1, 2, 2]);
    }

    #[test]
    fn loopback_in_its_forms() {
        for host in ["localhost", "127.0.0.1", "127.9.9.9", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["localhost.acme.org", "10.0.0.1", "[2001:db8::1]"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
