//! `journalctl`, for hosts on which libsystemd cannot be loaded. In: arguments. Out: what it prints. It decides nothing.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::process::{Child, ChildStdout, Command, Stdio};

use rustix::fs::OFlags;

use super::journal::JournalPlace;

/// Room in the pipe: fewer turns between the two.
const PIPE_BYTES: usize = 1 << 20;

/// A running `journalctl`; ended when it is dropped.
#[derive(Debug)]
pub struct Journalctl {
    child: Child,
    output: ChildStdout,
}

impl Journalctl {
    /// Starts it over `place`, in the export format. `waits`: whoever reads is not made to wait for output.
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
        Ok(Self { child, output })
    }

    /// Appends at most `max` bytes of what it has printed; 0 at its end.
    ///
    /// # Errors
    /// `WouldBlock` where there is nothing now.
    pub fn read(&mut self, into: &mut Vec<u8>, max: usize) -> io::Result<usize> {
        let from = into.len();
        into.resize(from + max, 0);
        let place = into.get_mut(from..).unwrap_or_default();
        let read = loop {
            match rustix::io::read(&self.output, &mut *place) {
                Err(rustix::io::Errno::INTR) => {}
                read => break read,
            }
        };
        into.truncate(from + read.unwrap_or(0));
        Ok(read?)
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
