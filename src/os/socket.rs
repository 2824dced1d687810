//! Unix sockets. In: a path. Out: a listener that only its user and group may speak to; or, on the other side, an answer.
//! A client waits for a bounded time and takes a bounded number of bytes.

use std::io::{Error, ErrorKind, Read as _, Result, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{FileType, Mode, chmod, lstat, rename, unlink};

/// Who may speak: the user and the group.
const MODE: u32 = 0o660;

/// A socket at its path; the path goes when this goes.
#[derive(Debug)]
pub struct Listening {
    socket: UnixListener,
    path: PathBuf,
}

impl Listening {
    /// Binds it, not blocking. One that a dead process left is replaced, another process's that is alive is not.
    ///
    /// # Errors
    /// The path is too long or taken, or its folder may not be written.
    pub fn at(path: &Path) -> Result<Self> {
        if let Ok(stat) = lstat(path) {
            if FileType::from_raw_mode(stat.st_mode) != FileType::Socket {
                return Err(Error::new(
                    ErrorKind::AlreadyExists,
                    "there is something else than a socket",
                ));
            }
            if UnixStream::connect(path).is_ok() {
                return Err(Error::new(
                    ErrorKind::AddrInUse,
                    "another process listens there",
                ));
            }
        }
        // Under another name first: nobody sees it before its mode is right.
        let mut name = path.as_os_str().to_owned();
        name.push(".new");
        let new = PathBuf::from(name);
        let _nothing_there = unlink(&new);
        let socket = UnixListener::bind(&new)?;
        let placed = chmod(&new, Mode::from_raw_mode(MODE)).and_then(|()| rename(&new, path));
        if let Err(error) = placed {
            let _gone = unlink(&new);
            return Err(error.into());
        }
        socket.set_nonblocking(true)?;
        Ok(Self {
            socket,
            path: path.to_path_buf(),
        })
    }

    /// The socket itself, once more.
    ///
    /// # Errors
    /// No descriptor is left.
    pub fn socket(&self) -> Result<UnixListener> {
        self.socket.try_clone()
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _gone_already = unlink(&self.path);
    }
}

/// Says one line there and takes the answer, to its end: at most `max` bytes, each read within `patience`.
///
/// # Errors
/// Nobody listens, it may not be spoken to, it does not answer in time, or it answers too much.
pub fn ask(path: &Path, line: &str, patience: Duration, max: u64) -> Result<Vec<u8>> {
    let mut stream = UnixStream::connect(path)?;
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    stream.write_all(format!("{line}\n").as_bytes())?;
    let mut answer = Vec::new();
    stream.take(max + 1).read_to_end(&mut answer)?;
    if answer.len() as u64 > max {
        let text = format!("the answer is longer than {max} bytes");
        return Err(Error::new(ErrorKind::FileTooLarge, text));
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_one_is_replaced_a_living_one_and_a_file_are_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("admin.sock");
        let first = Listening::at(&path).unwrap();
        let mode = lstat(&path).unwrap().st_mode;
        assert_eq!(mode & 0o777, 0o660);
        let error = Listening::at(&path).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AddrInUse);
        drop(first);
        assert!(!path.exists());
        // As a process that was killed leaves it.
        drop(UnixListener::bind(&path).unwrap());
        assert!(path.exists());
        let again = Listening::at(&path).unwrap();
        assert_eq!(again.path(), path);
        drop(again);
        std::fs::write(&path, "a file").unwrap();
        let error = Listening::at(&path).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);
        let kept = FileType::from_raw_mode(lstat(&path).unwrap().st_mode);
        assert_eq!(kept, FileType::RegularFile);
    }

    #[test]
    fn an_answer_is_bounded_in_bytes_and_in_time() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("s");
        let socket = UnixListener::bind(&path).unwrap();
        let answering = std::thread::spawn(move || {
            for answer in ["yes", "too long for it"] {
                let (mut stream, _) = socket.accept().unwrap();
                let mut asked = [0; 5];
                stream.read_exact(&mut asked).unwrap();
                assert_eq!(&asked, b"well\n");
                stream.write_all(answer.as_bytes()).unwrap();
            }
            // Nobody accepts the third.
            socket
        });
        let long = Duration::from_secs(20);
        assert_eq!(ask(&path, "well", long, 10).unwrap(), b"yes");
        let error = ask(&path, "well", long, 10).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FileTooLarge);
        let _socket = answering.join().unwrap();
        let error = ask(&path, "well", Duration::from_millis(50), 10).unwrap_err();
        assert!(matches!(
            error.kind(),
            ErrorKind::WouldBlock | ErrorKind::TimedOut
        ));
    }
}
