//! `journalctl`, for hosts on which libsystemd cannot be loaded. In: arguments. Out: what it prints. It decides nothing.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::process::{Child, ChildStdout, Command, Stdio};

use rustix::buffer::spare_capacity;
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fs::OFlags;

use super::journal::JournalPlace;

/// Room in the pipe: fewer turns between the two.
const PIPE_BYTES: usize = 1 << 20;
/// Bytes that it prints in a microsecond, at the most.
const PRINTED_PER_MICROSECOND: i64 = 256;

/// A running `journalctl`; ended when it is dropped.
#[derive(Debug)]
pub struct Journalctl {
    child: Child,
    output: ChildStdout,
    /// Before each read but the first, if that is one that waits: so long that the pipe is not filled meanwhile.
    pause: Option<Timespec>,
    begun: bool,
}

impl Journalctl {
    /// Starts it over `place`, in the export format, with all fields: to be told which of them costs it (systemd 252) more than
    /// to print the others. `waits`: a read waits for output.
    ///
    /// # Errors
    /// There is none, or no process for it.
    pub fn start(place: &JournalPlace, arguments: &[&str], waits: bool) -> io::Result<Self> {
        let mut command = Command::new("journalctl");
        command.args(["--output=export", "--no-pager", "--quiet"]);
        match place {
            JournalPlace::Host => {}
            JournalPlace::Namespace(name) => {
                command.arg(format!("--namespace={name}"));
            }
            JournalPlace::Folder(path) => {
                command.arg("--directory").arg(path);
            }
        }
        let mut child = command
            .args(arguments)
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let Some(output) = child.stdout.take() else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let _smaller_is_slower = rustix::pipe::fcntl_setpipe_size(&output, PIPE_BYTES);
        if !waits {
            rustix::fs::fcntl_setfl(&output, OFlags::NONBLOCK)?;
        }
        let room = rustix::pipe::fcntl_getpipe_size(&output).unwrap_or(0);
        let pause = i64::try_from(room).unwrap_or(0) * 1_000 / PRINTED_PER_MICROSECOND;
        Ok(Self {
            child,
            output,
            pause: waits.then_some(Timespec {
                tv_sec: 0,
                tv_nsec: pause.min(999_999_999),
            }),
            begun: false,
        })
    }

    /// Appends of what it has printed, at most `max` bytes or what `into` has room for; 0 at its end.
    ///
    /// # Errors
    /// `WouldBlock` where there is nothing now.
    pub fn read(&mut self, into: &mut Vec<u8>, max: usize) -> io::Result<usize> {
        if std::mem::replace(&mut self.begun, true) {
            self.let_it_print();
        }
        into.reserve(max);
        loop {
            match rustix::io::read(&self.output, spare_capacity(into)) {
                Err(rustix::io::Errno::INTR) => {}
                read => return Ok(read?),
            }
        }
    }

    /// It prints a page at a time, and whoever waits is woken for each: two changes of process, a part of what an entry costs.
    /// So nobody waits for text, but for its end, and only for as long as there is room for more.
    fn let_it_print(&self) {
        let Some(pause) = &self.pause else {
            return;
        };
        let mut ended = [PollFd::new(&self.output, PollFlags::empty())];
        let _interrupted_is_early = rustix::event::poll(&mut ended, Some(pause));
    }

    /// How it ended, once it has.
    ///
    /// # Errors
    /// It is no child any more.
    pub fn succeeded(&mut self) -> io::Result<bool> {
        Ok(self.child.wait()?.success())
    }
}

impl AsFd for Journalctl {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.output.as_fd()
    }
}

impl Drop for Journalctl {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _not_ours = self.child.wait();
    }
}
