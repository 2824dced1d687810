//! Looking without touching. In: a glob or a folder. Out: what is there and whether this user may use it. Opens nothing.

use std::io::{Error, Result};
use std::path::{Path, PathBuf};

use rustix::fs::{Access, FileType, access, lstat, stat};

/// How globs match: `*` and `?` stay within one name and do not stand for a leading dot.
pub const MATCHING: glob::MatchOptions = glob::MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: true,
};

/// A path that a glob matched.
#[derive(Debug)]
pub struct Match {
    /// As matched.
    pub path: PathBuf,
    /// What it is to this user.
    pub state: MatchState,
}

/// What a matched path is to this user.
#[derive(Debug)]
pub enum MatchState {
    /// A regular file that may be read, of this many bytes.
    Readable(u64),
    /// It is there and may not be read, or not even be asked about.
    Unreadable(Error),
    /// A folder, FIFO, socket or device.
    NotAFile,
    /// A link that neither root nor the owner of its target made.
    PlantedLink,
}

/// What a glob matches.
#[derive(Debug, Default)]
pub struct Matches {
    /// In the order of their names; at most as many as were asked for.
    pub matches: Vec<Match>,
    /// Folders that could not be listed, and why.
    pub closed: Vec<(PathBuf, Error)>,
    /// There are more.
    pub more: bool,
}

/// What `glob` matches now.
#[must_use]
pub fn matches(glob: &str, max: usize) -> Matches {
    let mut found = Matches::default();
    for path in glob::glob_with(glob, MATCHING).into_iter().flatten() {
        if found.matches.len() + found.closed.len() >= max {
            found.more = true;
            break;
        }
        match path {
            Ok(path) => {
                let state = state_of(&path).unwrap_or_else(MatchState::Unreadable);
                found.matches.push(Match { path, state });
            }
            Err(error) => found
                .closed
                .push((error.path().to_path_buf(), error.into())),
        }
    }
    found
}

fn state_of(path: &Path) -> Result<MatchState> {
    let (own, target) = (lstat(path)?, stat(path)?);
    if FileType::from_raw_mode(target.st_mode) != FileType::RegularFile {
        return Ok(MatchState::NotAFile);
    }
    let link = FileType::from_raw_mode(own.st_mode) == FileType::Symlink;
    if link && own.st_uid != 0 && own.st_uid != target.st_uid {
        return Ok(MatchState::PlantedLink);
    }
    access(path, Access::READ_OK)?;
    Ok(MatchState::Readable(
        u64::try_from(target.st_size).unwrap_or(0),
    ))
}

/// Is there a folder that this user may list and enter?
pub fn may_list(folder: &Path) -> Result<()> {
    is_folder(folder)?;
    Ok(access(folder, Access::READ_OK | Access::EXEC_OK)?)
}

/// May this user write into the folder, or make it where it is missing?
pub fn may_write(folder: &Path) -> Result<()> {
    let mut at = folder;
    while let Err(error) = stat(at) {
        match (error, at.parent()) {
            (rustix::io::Errno::NOENT, Some(parent)) => at = parent,
            _ => return Err(error.into()),
        }
    }
    is_folder(at)?;
    Ok(access(at, Access::WRITE_OK | Access::EXEC_OK)?)
}

fn is_folder(path: &Path) -> Result<()> {
    let folder = FileType::from_raw_mode(stat(path)?.st_mode) == FileType::Directory;
    if folder {
        Ok(())
    } else {
        Err(rustix::io::Errno::NOTDIR.into())
    }
}

/// The user that this process acts as.
#[must_use]
pub fn user_id() -> u32 {
    rustix::process::geteuid().as_raw()
}
