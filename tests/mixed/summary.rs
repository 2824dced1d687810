//! What `parse --output summary` prints.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The table, by type.
pub(crate) struct Summary {
    /// As its last line says.
    pub(crate) total: u64,
    /// Issues of one type together: an issue's title has type and value of whichever event of it was read first.
    pub(crate) classes: BTreeMap<String, u64>,
}

/// The table of these files of a folder, read one behind the other. Their bare names, so that a hundred megabytes' fit on one
/// command line: read in parts, an issue would have other titles.
pub(crate) fn of(folder: &Path, files: &[PathBuf]) -> Summary {
    let mut command = assert_cmd::Command::cargo_bin("stacktail").unwrap();
    let names = files.iter().map(|file| file.file_name().unwrap());
    let command = command.args(["parse", "--output", "summary"]).args(names);
    let command = command.current_dir(folder);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines = text.lines();
    let head = lines.next().unwrap();
    // Columns are as wide as their widest text.
    let width = head.chars().take_while(|c| *c != 'c').count();
    assert_eq!(width, 2, "{head}");
    let culprit = head.find("culprit").unwrap();
    let mut classes = BTreeMap::new();
    for line in lines.by_ref().take_while(|line| !line.is_empty()) {
        let chars: Vec<char> = line.chars().collect();
        let count: String = chars[..7].iter().collect();
        let title: String = chars[9..chars.len().min(culprit)].iter().collect();
        let count: u64 = count.trim().parse().unwrap();
        let class = title.split(": ").next().unwrap_or_default().trim_end();
        *classes.entry(class.to_owned()).or_default() += count;
    }
    let total = lines.next().unwrap().split(' ').next().unwrap();
    assert!(!text.contains("beyond the table's bound"), "{text}");
    Summary {
        total: total.parse().unwrap(),
        classes,
    }
}
