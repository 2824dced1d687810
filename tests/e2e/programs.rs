//! Real Python programs that fail for real, and what they really raised.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/e2e/programs");

/// A program: its folder and its script.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Program {
    /// Folder below `programs/`, the app's name, too.
    pub name: &'static str,
    /// The script in it.
    pub script: &'static str,
}

/// A shop: causes, contexts, the standard library in the middle, uncaught at the end.
pub(crate) const SHOP: Program = Program {
    name: "shop",
    script: "main.py",
};
/// A worker: recursion, comprehensions, a value of two lines, uncaught at the end.
pub(crate) const WORKER: Program = Program {
    name: "worker",
    script: "worker.py",
};

impl Program {
    /// The folder it runs in.
    pub(crate) fn folder(self) -> String {
        format!("{PROGRAMS}/{}", self.name)
    }

    /// Runs it to its (uncaught) end; `dsn` turns the SDK on. What it raised, in order, each a chain, innermost first.
    pub(crate) fn run(self, python: &Path, log: &Path, dsn: Option<&str>) -> Vec<Value> {
        let truth = log.with_extension("truth");
        let mut command = Command::new(python);
        command
            .arg(self.script)
            .current_dir(self.folder())
            .env("PYTHONPATH", format!("{PROGRAMS}/witness"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("TZ", "UTC")
            .env("WITNESS_LOG", log)
            .env("WITNESS_TRUTH", &truth);
        if let Some(dsn) = dsn {
            command.env("WITNESS_DSN", dsn);
        }
        let status = command.status().unwrap();
        assert_eq!(
            status.code(),
            Some(1),
            "{} ends by its uncaught exception",
            self.name
        );
        let rows = fs::read_to_string(truth).unwrap();
        rows.lines()
            .map(|row| serde_json::from_str(row).unwrap())
            .collect()
    }
}
