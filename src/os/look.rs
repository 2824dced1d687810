//! Looking without touching. In: a folder. Out: whether this user may use it. Opens nothing.

use std::io::Result;
use std::path::Path;

use rustix::fs::{Access, FileType, access, stat};

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
