//! What real runtimes printed: `<language>/<name>.log` for each language of the registry.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use stacktail::language::LANGUAGES;

/// One text of one language.
pub(crate) struct Fixture {
    /// Index in the registry.
    pub(crate) language: usize,
    /// `python/old_27`.
    pub(crate) name: String,
    /// Where it stands.
    pub(crate) path: PathBuf,
    /// What was printed; bytes that are no UTF-8 are replaced.
    pub(crate) text: String,
}

impl Fixture {
    /// Its language's name.
    pub(crate) fn language(&self) -> &'static str {
        LANGUAGES[self.language].name()
    }
}

/// All of them, in the registry's order, each language's by name; with `STACKTAIL_ONLY=ruby/causes`, those whose names begin so.
pub(crate) fn all() -> &'static [Fixture] {
    static ALL: OnceLock<Vec<Fixture>> = OnceLock::new();
    let wanted = |fixture: &Fixture| only().is_none_or(|only| fixture.name.starts_with(&only));
    ALL.get_or_init(|| (0..LANGUAGES.len()).flat_map(of).filter(wanted).collect())
}

/// Which fixtures alone are looked at.
pub(crate) fn only() -> Option<String> {
    std::env::var("STACKTAIL_ONLY").ok()
}

/// Is every cell of the matrix tried?
pub(crate) fn is_whole() -> bool {
    cfg!(feature = "e2e") || only().is_some()
}

/// Those of one language; a language without a folder has none.
fn of(language: usize) -> Vec<Fixture> {
    let name = LANGUAGES[language].name();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/language")
        .join(name);
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "log"));
    paths.sort();
    let fixture = |path: PathBuf| Fixture {
        language,
        name: format!("{name}/{}", path.file_stem().unwrap().to_string_lossy()),
        text: String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned(),
        path,
    };
    paths.into_iter().map(fixture).collect()
}
