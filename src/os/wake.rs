//! Waking a thread that waits. In: a nudge from any thread, or a further descriptor that becomes readable. Out: a file
//! descriptor that `poll(2)` sees.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use rustix::event::epoll;

/// A counter in the kernel (`eventfd(2)`): any clone may nudge, one thread waits on it. It stands in an `epoll(7)` set, which
/// may hold further descriptors.
#[derive(Debug, Clone)]
pub struct Wake {
    fd: Arc<OwnedFd>,
    set: Arc<OwnedFd>,
}

impl Wake {
    /// A fresh one that nobody has nudged.
    ///
    /// # Errors
    /// When the kernel has no descriptor left.
    pub fn new() -> std::io::Result<Self> {
        let flags = rustix::event::EventfdFlags::CLOEXEC | rustix::event::EventfdFlags::NONBLOCK;
        let fd = rustix::event::eventfd(0, flags)?;
        let set = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        epoll::add(
            &set,
            &fd,
            epoll::EventData::new_u64(0),
            epoll::EventFlags::IN,
        )?;
        Ok(Self {
            fd: Arc::new(fd),
            set: Arc::new(set),
        })
    }

    /// Waits end as well while `fd` is readable; whoever owns it makes it unreadable again. Over when it is closed.
    ///
    /// # Errors
    /// When the kernel has no room for it, or it is listened to already.
    pub fn also(&self, fd: BorrowedFd<'_>) -> std::io::Result<()> {
        let data = epoll::EventData::new_u64(1);
        Ok(epoll::add(&self.set, fd, data, epoll::EventFlags::IN)?)
    }

    /// Wakes the waiter, now or at its next wait. Many nudges are one wake-up.
    pub fn nudge(&self) {
        let _full_is_woken_already = rustix::io::write(&*self.fd, &1_u64.to_ne_bytes());
    }

    /// Waits for a nudge, at most for `timeout`, and takes it.
    pub fn wait(&self, timeout: Option<Duration>) {
        let timeout = timeout.and_then(|timeout| rustix::event::Timespec::try_from(timeout).ok());
        let mut fds = [rustix::event::PollFd::new(
            &*self.set,
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

/// Can something be read from it now?
#[must_use]
pub fn is_readable(fd: BorrowedFd<'_>) -> bool {
    let now = rustix::event::Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    let mut fds = [rustix::event::PollFd::from_borrowed_fd(
        fd,
        rustix::event::PollFlags::IN,
    )];
    rustix::event::poll(&mut fds, Some(&now)).is_ok_and(|ready| ready > 0)
}

impl AsFd for Wake {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.set.as_fd()
    }
}
