//! Telling systemd how the service is doing, without libsystemd. In: `NOTIFY_SOCKET`, `WATCHDOG_USEC`, and lines such as
//! `READY=1`. Out: datagrams. Never blocks: where nobody takes them, they are gone.

use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

use super::env::variable;

/// The way to who started the service.
#[derive(Debug)]
pub struct Notifier {
    socket: UnixDatagram,
    to: SocketAddr,
    watchdog: Option<Duration>,
}

impl Notifier {
    /// As the environment says; `None` where nobody wants to know, or the address is none.
    #[must_use]
    pub fn from_environment() -> Option<Self> {
        let given = |name| variable(name).filter(|value| !value.is_empty());
        let watchdog = watchdog(
            given("WATCHDOG_USEC").as_deref(),
            given("WATCHDOG_PID").as_deref(),
            std::process::id(),
        );
        Self::to(&given("NOTIFY_SOCKET")?, watchdog)
    }

    /// To this address: a path, or behind an `@` an abstract name.
    #[must_use]
    pub fn to(address: &str, watchdog: Option<Duration>) -> Option<Self> {
        let to = match address.strip_prefix('@') {
            Some(name) => SocketAddr::from_abstract_name(name),
            None if address.starts_with('/') => SocketAddr::from_pathname(address),
            None => return None,
        };
        let socket = UnixDatagram::unbound().ok()?;
        socket.set_nonblocking(true).ok()?;
        let to = to.ok()?;
        Some(Self {
            socket,
            to,
            watchdog,
        })
    }

    /// How long it may be silent before it is taken for dead; `None`: nobody watches.
    #[must_use]
    pub fn watchdog(&self) -> Option<Duration> {
        self.watchdog
    }

    /// Sends lines `NAME=value`.
    pub fn send(&self, lines: &str) {
        let _nobody_there = self.socket.send_to_addr(lines.as_bytes(), &self.to);
    }

    /// A reload begins; the time tells it from one before.
    pub fn reloading(&self) {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        let micros = i128::from(now.tv_sec) * 1_000_000 + i128::from(now.tv_nsec) / 1_000;
        self.send(&format!("RELOADING=1\nMONOTONIC_USEC={micros}"));
    }
}

/// The time that the watchdog gives, if it means this process.
fn watchdog(micros: Option<&str>, of: Option<&str>, own: u32) -> Option<Duration> {
    if of.is_some_and(|pid| pid.parse() != Ok(own)) {
        return None;
    }
    let micros: u64 = micros?.parse().ok()?;
    (micros > 0).then(|| Duration::from_micros(micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(socket: &UnixDatagram) -> String {
        let mut bytes = [0; 256];
        let count = socket.recv(&mut bytes).unwrap();
        String::from_utf8(bytes[..count].to_vec()).unwrap()
    }

    #[test]
    fn paths_and_abstract_names_are_reached() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("notify");
        let name = format!("stacktail-test-{}", std::process::id());
        let by_path = UnixDatagram::bind(&path).unwrap();
        let by_name =
            UnixDatagram::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
        let paths = [(path.to_str().unwrap().to_owned(), by_path)];
        for (address, socket) in paths.into_iter().chain([(format!("@{name}"), by_name)]) {
            let notifier = Notifier::to(&address, None).unwrap();
            notifier.send("READY=1\nSTATUS=fine");
            assert_eq!(received(&socket), "READY=1\nSTATUS=fine");
            notifier.reloading();
            let text = received(&socket);
            let micros = text.strip_prefix("RELOADING=1\nMONOTONIC_USEC=").unwrap();
            assert!(micros.parse::<u64>().unwrap() > 0);
        }
        assert!(Notifier::to("relative", None).is_none());
        // Nobody there: said into the void.
        Notifier::to("/nowhere/notify", None)
            .unwrap()
            .send("READY=1");
    }

    #[test]
    fn the_watchdog_is_of_this_process_alone() {
        let minute = Some(Duration::from_mins(1));
        assert_eq!(watchdog(Some("60000000"), None, 7), minute);
        assert_eq!(watchdog(Some("60000000"), Some("7"), 7), minute);
        for (micros, of) in [
            (Some("60000000"), Some("8")),
            (Some("60000000"), Some("x")),
            (Some("0"), None),
            (Some("soon"), None),
            (None, Some("7")),
        ] {
            assert_eq!(watchdog(micros, of, 7), None);
        }
    }
}
