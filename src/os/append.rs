//! A file that only grows. In: a path, bytes. Out: the bytes at its end, on the disk; or an error, and the file as it was.
//!
//! The path is opened anew each time: a file that was rotated away is begun again. Never follows a link in its place, never
//! waits for a pipe.

use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Read as _, Result, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::state::sync_dir;

/// Appends `bytes`, which end with a line feed. What a crash left of an earlier line gets a line of its own.
pub fn append(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = open(path)?;
    let found = file.metadata()?;
    if !found.is_file() {
        return Err(Error::new(ErrorKind::InvalidInput, "not a regular file"));
    }
    let length = found.len();
    let torn = length > 0 && last_byte(&mut file)? != b'\n';
    let written = (|| {
        if torn {
            file.write_all(b"\n")?;
        }
        file.write_all(bytes)?;
        file.sync_data()
    })();
    if written.is_err() {
        // Half a line would stay for ever, and the whole one comes again.
        let _the_first_error_tells_more = file.set_len(length);
        return written;
    }
    match path.parent() {
        Some(folder) if length == 0 => sync_dir(folder),
        _ => Ok(()),
    }
}

fn open(path: &Path) -> Result<File> {
    let flags = rustix::fs::OFlags::NOFOLLOW
        | rustix::fs::OFlags::CLOEXEC
        | rustix::fs::OFlags::NONBLOCK
        | rustix::fs::OFlags::NOCTTY;
    OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .mode(0o640)
        .custom_flags(flags.bits().cast_signed())
        .open(path)
}

fn last_byte(file: &mut File) -> Result<u8> {
    let mut last = [b'\n'];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    let [byte] = last;
    Ok(byte)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the file is looked at")]
mod tests {
    use super::*;

    #[test]
    fn it_grows_by_whole_lines_and_is_begun_again_after_a_rotation() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out.ndjson");
        append(&path, b"{\"a\":1}\n").unwrap();
        append(&path, b"{\"b\":2}\n").unwrap();
        let text = |path: &Path| std::fs::read_to_string(path).unwrap();
        assert_eq!(text(&path), "{\"a\":1}\n{\"b\":2}\n");
        std::fs::rename(&path, dir.path().join("out.ndjson.1")).unwrap();
        append(&path, b"{\"c\":3}\n").unwrap();
        assert_eq!(text(&path), "{\"c\":3}\n");
        std::fs::write(&path, "{\"torn\":").unwrap();
        append(&path, b"{\"d\":4}\n").unwrap();
        assert_eq!(text(&path), "{\"torn\":\n{\"d\":4}\n");
    }

    #[test]
    fn neither_a_link_nor_a_pipe_nor_a_folder_is_written_to() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("target");
        std::fs::write(&target, "untouched").unwrap();
        let link = dir.path().join("link");
        std::os::unix::fs::symlink(&target, &link).unwrap();
        let pipe = dir.path().join("pipe");
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, mode, 0).unwrap();
        for path in [&link, &pipe, &dir.path().to_path_buf()] {
            assert!(append(path, b"x\n").is_err(), "{}", path.display());
        }
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "untouched");
    }
}
