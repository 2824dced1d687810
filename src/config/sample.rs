//! `[[tests]]` of an app's file. In: the checked tables. Out: [`Sample`]s: a text, and the exceptions that it must give.

use std::path::PathBuf;

use super::check::Checker;
use super::fault::Fault;
use super::keys::{EXPECT_KEYS, TESTS_KEYS};
use super::problem::{Place, Severity};
use super::setting::{Layers, Section};

/// One test.
#[derive(Clone)]
pub struct Sample {
    /// What it is about; empty where nothing is said.
    pub name: String,
    /// What stands in the log.
    pub text: String,
    /// What must be found; empty: nothing.
    pub expected: Vec<Expected>,
    /// Where the test stands.
    pub file: PathBuf,
    /// The line there.
    pub line: usize,
}

/// Nothing of it: an app with other tests runs as it did.
impl std::fmt::Debug for Sample {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sample")
    }
}

/// An exception that must be found; what is not said is not asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// Its type.
    pub ty: Option<String>,
    /// Its message.
    pub value: Option<String>,
    /// Where it happened.
    pub culprit: Option<String>,
    /// Its language.
    pub language: Option<String>,
    /// How many of them.
    pub count: u64,
}

/// The tests; what is wrong with one is told.
pub(super) fn samples(file: &mut Checker<'_>, section: &Section) -> Vec<Sample> {
    let sections = section.sections("tests").iter();
    sections.map(|section| one(file, section)).collect()
}

fn one(file: &mut Checker<'_>, section: &Section) -> Sample {
    if section.place("text").is_none() {
        let fault = Fault::new(
            "a test without `text` tests nothing",
            "expected `text = \"\"\"…\"\"\"`",
        );
        file.tell(Severity::Error, "tests", &section.span, fault);
    }
    let top = [section];
    let layers = Layers {
        sections: &top,
        keys: TESTS_KEYS,
        folder: file.folder,
    };
    let (name, text) = (layers.text("name"), layers.text("text"));
    let expected = section.sections("expect").iter();
    Sample {
        name: name.unwrap_or_default(),
        text: text.unwrap_or_default(),
        expected: expected.map(|section| expected_of(file, section)).collect(),
        file: file.file.to_path_buf(),
        line: Place::of(file.text, &section.span).line,
    }
}

fn expected_of(file: &mut Checker<'_>, section: &Section) -> Expected {
    let top = [section];
    let layers = Layers {
        sections: &top,
        keys: EXPECT_KEYS,
        folder: file.folder,
    };
    let expected = Expected {
        ty: layers.text("type"),
        value: layers.text("value"),
        culprit: layers.text("culprit"),
        language: layers.text("language"),
        count: layers.count("count"),
    };
    let asks = ["type", "value", "culprit", "language"].map(|key| section.place(key));
    if asks.iter().all(Option::is_none) {
        let fault = Fault::new(
            "this expects nothing in particular",
            "expected one of `type`, `value`, `culprit`, `language`",
        );
        file.tell(Severity::Error, "tests.expect", &section.span, fault);
    }
    expected
}
