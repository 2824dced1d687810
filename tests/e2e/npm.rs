//! npm packages for checking, each set in a folder below `target/`; nothing of them enters the product.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::venv;

/// The `node_modules` of a folder called `name` that holds exactly these packages; made at first use, kept for the next run.
pub(crate) fn with(name: &str, packages: &[&str]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("npm-{name}"));
    let (modules, done) = (folder.join("node_modules"), folder.join("installed"));
    let wanted = packages.join("\n");
    if fs::read_to_string(&done).ok().as_deref() != Some(&wanted) {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let install = [
            "install",
            "--silent",
            "--no-audit",
            "--no-fund",
            "--save-exact",
            "--prefix",
        ];
        venv::must(
            Command::new("npm")
                .args(install)
                .arg(&folder)
                .args(packages),
        );
        fs::write(done, wanted).unwrap();
    }
    modules
}
