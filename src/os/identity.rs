//! Who this host is. In: nothing. Out: its name and its machine id, with fallbacks.

use std::path::Path;

use crate::os::surroundings::{Surroundings, SystemSurroundings};

/// Files that hold the machine id, `machine-id(5)` first.
const MACHINE_ID_FILES: [&str; 2] = ["/etc/machine-id", "/var/lib/dbus/machine-id"];

/// The host's name as the kernel has it (what `socket.gethostname()` gives an SDK); `localhost` where it has none.
#[must_use]
pub fn host_name() -> String {
    let name = rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned();
    if name.is_empty() {
        "localhost".to_owned()
    } else {
        name
    }
}

/// The machine id: 32 hexadecimal digits. `None` in a container or image that has none: the caller then uses random bytes
/// that it stores.
#[must_use]
pub fn machine_id() -> Option<String> {
    machine_id_of(&SystemSurroundings)
}

/// The path of the program that runs; `None` where `/proc` is not there.
#[must_use]
pub fn own_path() -> Option<Vec<u8>> {
    let path = rustix::fs::readlink("/proc/self/exe", Vec::new()).ok()?;
    let path = path.into_bytes();
    // So the kernel says of a program that was replaced while it runs.
    Some(match path.strip_suffix(b" (deleted)") {
        Some(path) => path.to_vec(),
        None => path,
    })
}

fn machine_id_of(host: &dyn Surroundings) -> Option<String> {
    MACHINE_ID_FILES.iter().find_map(|file| {
        let read = host.read(Path::new(file), 64).ok()?;
        let id = String::from_utf8(read.bytes)
            .ok()?
            .trim()
            .to_ascii_lowercase();
        // `uninitialized` stands there until the first boot is over.
        let valid = id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit());
        (valid && id.bytes().any(|b| b != b'0')).then_some(id)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::os::surroundings::MemorySurroundings;

    #[test]
    fn the_first_valid_machine_id_counts() {
        let mut host = MemorySurroundings::default();
        assert_eq!(machine_id_of(&host), None);
        host.file("/etc/machine-id", "uninitialized\n");
        assert_eq!(machine_id_of(&host), None);
        host.file(
            "/var/lib/dbus/machine-id",
            "0123456789ABCDEF0123456789abcdef\n",
        );
        let id = machine_id_of(&host);
        assert_eq!(id.as_deref(), Some("0123456789abcdef0123456789abcdef"));
    }

    #[test]
    fn the_host_has_a_name() {
        assert!(!host_name().is_empty());
    }
}
