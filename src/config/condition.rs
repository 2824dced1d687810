//! Conditions of rules. In: an expression in CEL. Out: a compiled [`Condition`], or where it is wrong and what was meant.
//!
//! CEL has no loops of its own, but its macros go over lists: an expression whose macros could take more than
//! [`CONDITION_STEPS_MAX`] steps over the longest lists there are is refused. Regexes are compiled here, so they are texts as
//! they stand, never made at run time. Nothing of an event ever stands in an error.

mod walk;

use std::fmt::{self, Debug, Formatter};
use std::sync::{Arc, LazyLock};

use cel::common::ast::Expr;
use cel::extractors::This;
use cel::{Context, Env, ExecutionError, IdedExpr, Value};
use regex::Regex;

use super::fault::{Fault, brief};
use crate::bounds::{CONDITION_LIST_MAX, CONDITION_STEPS_MAX};
use walk::{MATCHES, Walk};

/// What a condition may name, and what each holds; none: it is a value itself.
pub const NAMES: &[(&str, &[&str])] = &[
    ("error", &["type", "value", "module", "handled"]),
    ("frames", &[]),
    ("level", &[]),
    (
        "record",
        &["message", "logger", "level", "time", "thread", "fields"],
    ),
    ("app", &[]),
    ("source", &["path", "name"]),
];

/// What a frame of `frames` holds.
pub const FRAME_NAMES: &[&str] = &[
    "function",
    "module",
    "package",
    "filename",
    "abs_path",
    "lineno",
    "in_app",
    "context_line",
];

static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

/// A compiled expression that says yes or no.
#[derive(Clone)]
pub struct Condition(Arc<Compiled>);

struct Compiled {
    text: String,
    expression: IdedExpr,
    patterns: Arc<Vec<Regex>>,
    wanted: Vec<&'static str>,
}

impl Debug for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Condition({:?})", self.0.text)
    }
}

impl Condition {
    /// The expression, as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Does it name this one of [`NAMES`]? What it does not name need not be given.
    #[must_use]
    pub fn wants(&self, name: &str) -> bool {
        self.0.wanted.contains(&name)
    }

    /// Its answer over these values; or why there is none, in words that hold nothing of the values.
    ///
    /// # Errors
    /// A field that is not there, types that do not fit, an answer that is neither true nor false.
    pub fn holds<'v>(
        &self,
        values: impl IntoIterator<Item = (&'v str, Value)>,
    ) -> Result<bool, String> {
        let mut context = Context::with_env(Arc::clone(&ENVIRONMENT));
        for (name, value) in values {
            context.add_variable_from_value(name, value);
        }
        if !self.0.patterns.is_empty() {
            let patterns = Arc::clone(&self.0.patterns);
            let asked = move |This(text): This<Arc<String>>, number: i64| {
                let pattern = usize::try_from(number).ok().and_then(|at| patterns.get(at));
                pattern.is_some_and(|pattern| pattern.is_match(&text))
            };
            context
                .add_function(MATCHES, asked)
                .map_err(|error| error.to_string())?;
        }
        match Value::resolve(&self.0.expression, &context) {
            Ok(Value::Bool(answer)) => Ok(answer),
            Ok(other) => Err(format!("it gives {}, not true or false", other.type_of())),
            Err(error) => Err(told(&error)),
        }
    }

    /// Compiles the expression.
    pub(super) fn compile(key: &str, text: &str) -> Result<Self, Fault> {
        let parsed = ENVIRONMENT.parser().parse_with_source_info(text);
        let (mut expression, places) = parsed.map_err(|errors| syntax(key, text, &errors))?;
        if let Expr::Literal(_) = expression.expr {
            let fault = Fault::new(
                format!("`{key}` is always the same"),
                "expected a condition",
            );
            return Err(fault.help("for instance: error.type == \"TimeoutError\""));
        }
        let mut walk = Walk {
            key,
            text,
            places: &places,
            scope: Vec::new(),
            patterns: Vec::new(),
            wanted: Vec::new(),
        };
        let steps = walk.node(&mut expression)?;
        if steps > CONDITION_STEPS_MAX {
            let fault = Fault::new(
                format!("`{key}` goes over lists within lists: it could take too long"),
                format!("at most {CONDITION_STEPS_MAX} steps over lists of {CONDITION_LIST_MAX}"),
            );
            return Err(fault.help("one `exists` over `frames` at a time"));
        }
        let (patterns, wanted) = (Arc::new(walk.patterns), walk.wanted);
        Ok(Self(Arc::new(Compiled {
            text: text.to_owned(),
            expression,
            patterns,
            wanted,
        })))
    }
}

/// An error of a run, without the values that it speaks of.
fn told(error: &ExecutionError) -> String {
    match error {
        ExecutionError::NoSuchKey(name) => {
            format!("there is no `{}`; ask `has(…)` first", brief(name))
        }
        ExecutionError::UndeclaredReference(name) => format!("nothing is called `{}`", brief(name)),
        ExecutionError::NoSuchOverload(error) => error.to_string(),
        ExecutionError::IndexOutOfBounds(_) => "there is no such item in the list".to_owned(),
        ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => {
            "division by zero".to_owned()
        }
        ExecutionError::Overflow(..) => "a number grew too large".to_owned(),
        _ => "its types do not fit".to_owned(),
    }
}

/// The first syntax error.
fn syntax(key: &str, text: &str, errors: &cel::ParseErrors) -> Fault {
    let Some(error) = errors.errors.first() else {
        return Fault::new(format!("`{key}` is not CEL"), "expected an expression");
    };
    let why = error
        .msg
        .strip_prefix("Syntax error: ")
        .unwrap_or(&error.msg);
    let why = why.lines().next().unwrap_or_default();
    // Lines and columns begin at 1; a text of the configuration has one line.
    let column = usize::try_from(error.pos.1).unwrap_or(1).saturating_sub(1);
    let at = at_char(text, column.min(text.chars().count()));
    Fault::new(format!("`{key}` is not CEL: {}", brief(why)), brief(why)).at(at..text.len().max(at))
}

/// The byte at which a character stands.
fn at_char(text: &str, nth: usize) -> usize {
    text.char_indices()
        .nth(nth)
        .map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
#[path = "condition_tests.rs"]
mod tests;
