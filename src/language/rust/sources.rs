//! tracing's line of an error. In: `settlement failed error=gateway timed out error.sources=[customer 404 not found]`. Out:
//! its chain, as sentry-tracing sends it: the message last, as what was thrown.

use super::line;
use crate::language::{Exception, TellsHandled, Trace};
use crate::level::Level;

/// What the line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told<'a> {
    /// Behind the spans.
    message: &'a str,
    error: &'a str,
    /// The nearest first.
    sources: Vec<&'a str>,
}

/// Reads the line.
pub(super) fn read(text: &str) -> Option<Told<'_>> {
    let (before, behind) = line::SOURCES.parts(text)?;
    let sources = behind.split_once(']')?.0;
    // `error=… error`: the name stands on both sides.
    let (before, name) = before.rsplit_once(' ')?;
    let named = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let known = !name.is_empty() && name.chars().all(named);
    let (message, error) = before.split_once(&format!("{name}="))?;
    let message = message.trim_end();
    (known && !error.is_empty() && !sources.is_empty()).then(|| Told {
        message,
        error,
        sources: sources.split(", ").collect(),
    })
}

/// The trace of the line.
pub(super) fn trace(text: &str, level: Option<Level>, logger: Option<&str>) -> Trace {
    let Some(told) = read(text.trim_start()) else {
        return Trace::default();
    };
    let (target, message) = target(told.message, logger);
    let cause = |value: &&str| super::report::exception(value, false);
    let mut exceptions: Vec<Exception> = told.sources.iter().rev().map(cause).collect();
    exceptions.push(super::report::exception(told.error, false));
    let level = level.unwrap_or(Level::Error);
    let name = if level == Level::Fatal {
        "error"
    } else {
        level.as_str()
    };
    let name = if level == Level::Warning {
        "warn"
    } else {
        name
    };
    exceptions.push(Exception {
        ty: format!("tracing::{name}!"),
        value: Some(message.to_owned()),
        module: target.map(str::to_owned),
        synthetic: true,
        ..Exception::default()
    });
    Trace {
        exceptions,
        handled: Some(true),
        tells_handled: TellsHandled::Never,
        logger: target.map(str::to_owned),
        message: Some(String::new()),
        ..Trace::default()
    }
}

/// The message may begin with the spans it was logged in, and the target: `job{id="a1"}:worker: `.
fn target<'a>(text: &'a str, logger: Option<&'a str>) -> (Option<&'a str>, &'a str) {
    let (mut target, mut rest) = (logger, text);
    while let Some((name, behind)) = rest.split_once(": ") {
        let span = name.ends_with('}') && name.contains('{');
        let named = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '-');
        if !span && (name.is_empty() || !name.chars().all(named)) {
            break;
        }
        if !span {
            target = Some(name);
        }
        rest = behind;
        if !span {
            break;
        }
    }
    if line::is_blank(rest) {
        return (logger, text);
    }
    (target, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let text = "job{id=\"a1\"}: worker: settlement failed error=gateway timed out error.sources=[a: b, c] n=4";
        let told = read(text).unwrap();
        assert_eq!(
            (told.error, told.sources.as_slice()),
            ("gateway timed out", &["a: b", "c"][..])
        );
        let trace = trace(text, Some(Level::Error), None);
        let values: Vec<_> = trace
            .exceptions
            .iter()
            .filter_map(|e| e.value.as_deref())
            .collect();
        assert_eq!(
            values,
            ["c", "a: b", "gateway timed out", "settlement failed"]
        );
        let last = trace.exceptions.last().unwrap();
        assert_eq!(
            (last.ty.as_str(), last.module.as_deref()),
            ("tracing::error!", Some("worker"))
        );
        for no in [
            "x error.sources=[]",
            "see .sources=[a]",
            "error.sources=[a]",
            "x err=1 error.sources=[a]",
        ] {
            assert_eq!(read(no), None, "{no}");
        }
    }
}
