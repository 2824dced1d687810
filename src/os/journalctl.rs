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

/// Bytes that it collects before it prints them, where it can be told to: of itself it prints a page at a time, and each costs
/// both of the two a call, and often a change of process.
const PRINTED_BYTES: usize = 256 << 10;

/// How `journalctl` is called on this host.
#[derive(Debug, Clone, Copy)]
pub struct Program {
    /// Through coreutils' `stdbuf`, which tells it how much to collect.
    wide: bool,
}

/// A running `journalctl`; ended when it is dropped.
#[derive(Debug)]
pub struct Journalctl {
    child: Child,
    output: ChildStdout,
    /// Before a read of what was drained, if that is one that waits: so long that the pipe is not filled meanwhile.
    pause: Option<Timespec>,
    /// Nothing was left behind the last read.
    drained: bool,
}

impl Program {
    /// The one of this host.
    ///
    /// # Errors
    /// There is none, or it does not start.
    pub fn find() -> io::Result<Self> {
        let wide = Self { wide: true };
        if wide.starts().unwrap_or(false) {
            return Ok(wide);
        }
        let plain = Self { wide: false };
        if !plain.starts()? {
            return Err(io::Error::other("`journalctl --version` fails"));
        }
        Ok(plain)
    }

    fn command(self) -> Command {
        if !self.wide {
            return Command::new("journalctl");
        }
        let mut command = Command::new("stdbuf");
        command.args([&format!("--output={PRINTED_BYTES}"), "journalctl"]);
        command
    }

    fn starts(self) -> io::Result<bool> {
        let mut command = self.command();
        command.arg("--version").stdin(Stdio::null());
        let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        Ok(status?.success())
    }

    /// Starts it over `place`, in the export format, with all fields: to be told which of them costs it (systemd 252) more than
    /// to print the others. `waits`: a read waits for output.
    ///
    /// # Errors
    /// There is no process for it.
    pub fn start(
        self,
        place: &JournalPlace,
        arguments: &[&str],
        waits: bool,
    ) -> io::Result<Journalctl> {
        let mut command = self.command();
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
        Ok(Journalctl {
            child,
            output,
            pause: waits.then_some(Timespec {
                tv_sec: 0,
                tv_nsec: pause.min(999_999_999),
            }),
            drained: false,
        })
    }
}

impl Journalctl {
    /// Appends of what it has printed, at most `max` bytes or what `into` has room for; 0 at its end.
    ///
    /// # Errors
    /// `WouldBlock` where there is nothing now.
    pub fn read(&mut self, into: &mut Vec<u8>, max: usize) -> io::Result<usize> {
        if self.drained {
            self.let_it_print();
        }
        into.reserve(max);
        let room = into.capacity() - into.len();
        loop {
            match rustix::io::read(&self.output, spare_capacity(into)) {
                Err(rustix::io::Errno::INTR) => {}
                read => {
                    let read = read?;
                    self.drained = read < room;
                    return Ok(read);
                }
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
