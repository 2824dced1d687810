//! Python packages for checking, each in a virtual environment below `target/`; nothing of them enters the product.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// The folder of executables of an environment that holds `requirement`; made at first use, kept for the next run.
pub(crate) fn with(requirement: &str) -> PathBuf {
    let _guard = ONE_AT_A_TIME
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(requirement.replace("==", "-"));
    let (bin, done) = (folder.join("bin"), folder.join("installed"));
    if !done.exists() {
        let _ = fs::remove_dir_all(&folder);
        must(Command::new("python3").args(["-m", "venv"]).arg(&folder));
        must(Command::new(bin.join("pip")).args(["install", "--quiet", requirement]));
        fs::write(done, "").unwrap();
    }
    bin
}

/// Runs a command that has to succeed; its standard output.
pub(crate) fn must(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("this suite cannot run: {command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}
