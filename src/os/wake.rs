//! Waking a thread that waits. In: a nudge from any thread. Out: a file descriptor that `poll(2)` sees.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

/// A counter in the kernel (`eventfd(2)`): any clone may nudge, one thread waits on it.
#[derive(Debug, Clone)]
pub struct Wake {
    fd: Arc<OwnedFd>,
}

impl Wake {
    /// A fresh one that nobody has nudged.
    ///
    /// # Errors
    /// When the kernel has no descriptor left.
    pub fn new() -> std::io::Result<Self> {
        let flags = rustix::event::EventfdFlags::CLOEXEC | rustix::event::EventfdFlags::NONBLOCK;
        Ok(Self {
            fd: Arc::new(rustix::event::eventfd(0, flags)?),
        })
    }

    /// Wakes the waiter, now or at its next wait. Many nudges are one wake-up.
    pub fn nudge(&self) {
        let _full_is_woken_already = rustix::io::write(&*self.fd, &1_u64.to_ne_bytes());
    }

    /// Waits for a nudge, at most for `timeout`, and takes it.
    pub fn wait(&self, timeout: Option<Duration>) {
        let timeout = timeout.and_then(|timeout| rustix::event::Timespec::try_from(timeout).ok());
        let mut fds = [rustix::event::PollFd::new(
            &*self.fd,
            rustix::event::PollFlags::IN,
        )];
        let _interrupted_is_woken_too = rustix::event::poll(&mut fds, timeout.as_ref());
        self.clear();
    }

    /// Takes the nudges that came.
    pub fn clear(&self) {
        let _empty_is_fine = rustix::io::read(&*self.fd, &mut [0_u8; 8]);
    }
}

impl AsFd for Wake {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}
