//! The shapes: what real runtimes printed, from this folder, from the languages' fixtures and from the parity cases.

use std::path::{Path, PathBuf};

use stacktail::language::LANGUAGES;

use crate::excused::is_settled;
use crate::seen::{self, Seen};

/// Longer ones are for the parity cases.
const LINES_MAX: usize = 120;

/// One text.
pub(crate) struct Shape {
    /// `awkward/go/repanic`.
    pub(crate) name: String,
    /// Index of the language in the registry.
    pub(crate) language: usize,
    /// What was printed, whole lines.
    pub(crate) text: String,
    /// What is read of it alone; the parity cases and the snapshots say that this is right.
    pub(crate) truth: Vec<Seen>,
    /// Where it stands.
    pub(crate) path: PathBuf,
}

/// All that hold a trace.
pub(crate) fn all() -> Vec<Shape> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut shapes = Vec::new();
    for (ix, language) in LANGUAGES.iter().enumerate() {
        let name = language.name();
        if !is_settled(name) {
            continue;
        }
        let own = logs(&tests.join("awkward/shapes").join(name));
        let fixtures = logs(&tests.join("language").join(name));
        for (kind, path) in own
            .map(|p| ("awkward", p))
            .chain(fixtures.map(|p| ("fixture", p)))
        {
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            shapes.extend(shape(format!("{kind}/{name}/{stem}"), ix, path));
        }
    }
    for path in cases(&tests.join("parity/cases")) {
        let case = path.parent().unwrap();
        let names = case.iter().rev().take(2).map(|part| part.to_string_lossy());
        let names: Vec<_> = names.collect();
        let name = format!("parity/{}/{}", names[1], names[0]);
        let claimed = seen::read(&text(&path))
            .first()
            .map(|(_, seen)| seen.told.language);
        let claimed = claimed.filter(|ix| is_settled(LANGUAGES[*ix].name()));
        shapes.extend(claimed.and_then(|ix| shape(name, ix, path.clone())));
    }
    shapes
}

/// Texts that end within a message: what is printed behind them may be more of it.
const UNENDED: &[&str] = &["fixture/ruby/broken_31", "parity/elixir/long_message"];

fn shape(name: String, language: usize, path: PathBuf) -> Option<Shape> {
    let text = text(&path);
    let truth = seen::all(&text);
    let fits = text.lines().count() <= LINES_MAX && !UNENDED.contains(&name.as_str());
    (fits && !truth.is_empty()).then_some(Shape {
        name,
        language,
        text,
        truth,
        path,
    })
}

fn text(path: &Path) -> String {
    let mut text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn logs(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let log = |path: &PathBuf| path.extension().is_some_and(|e| e == "log");
    below(folder).into_iter().filter(log)
}

/// The log of each case: without its SDK's lines where there is such a log.
fn cases(folder: &Path) -> Vec<PathBuf> {
    let cases = below(folder)
        .into_iter()
        .flat_map(|language| below(&language));
    let log = |case: PathBuf| {
        let bare = case.join("log_nosdk.txt");
        if bare.exists() {
            bare
        } else {
            case.join("log.txt")
        }
    };
    cases.map(log).filter(|path| path.exists()).collect()
}

/// The text of one occurrence: a word of the reported value carries the number wherever it stands, so that no two
/// occurrences are alike; and what is read of it alone.
pub(crate) fn occurrence(shape: &Shape, number: usize) -> (String, Vec<Seen>) {
    let values = shape.truth.iter().flat_map(|seen| &seen.told.exceptions);
    let words = values
        .filter_map(|exception| exception.value.as_deref())
        .flat_map(|value| value.split(|c: char| !c.is_ascii_alphabetic()))
        .filter(|word| word.len() >= 4);
    for word in words.take(8) {
        let marked = format!("{word}{number:04}");
        let text = shape.text.replace(word, &marked);
        let truth = seen::all(&text);
        let mut as_marked = truth.len() == shape.truth.len();
        for (seen, plain) in truth.iter().zip(&shape.truth) {
            as_marked &= alike(seen, plain, word, &marked);
        }
        if as_marked {
            return (text, truth);
        }
    }
    (shape.text.clone(), shape.truth.clone())
}

/// The same but for the word.
fn alike(marked: &Seen, plain: &Seen, word: &str, with_number: &str) -> bool {
    let (one, other) = (&marked.told.exceptions, &plain.told.exceptions);
    let same = |(one, other): (
        &stacktail::language::Exception,
        &stacktail::language::Exception,
    )| {
        let value = other
            .value
            .as_ref()
            .map(|value| value.replace(word, with_number));
        let functions = |of: &stacktail::language::Exception| -> Vec<Option<String>> {
            of.frames.iter().map(|f| f.function.clone()).collect()
        };
        one.ty == other.ty && one.value == value && functions(one) == functions(other)
    };
    one.len() == other.len() && one.iter().zip(other).all(same) && marked.level == plain.level
}
