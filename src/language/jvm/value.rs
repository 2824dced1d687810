//! Classes known to print more, or other, than their message. In: what was printed. Out: what `getMessage()` says, which is
//! what the SDK sends.

use super::head::Head;

/// The message out of what stands behind `pkg.Class: `.
pub(super) fn own<'a>(module: Option<&str>, ty: &str, printed: &'a str) -> &'a str {
    let module = module.unwrap_or_default();
    let extra = match (module, ty) {
        // `JobCancellationException.toString`: `…; job=StandaloneCoroutine{Cancelled}@5`.
        ("kotlinx.coroutines", "JobCancellationException") => printed.rfind("; job="),
        // `ExceptionInfo.toString`: the message, a blank, the data.
        ("clojure.lang", "ExceptionInfo") => data(printed),
        // `NamingException.toString`: `…; remaining name 'x'`.
        _ if module == "javax.naming" || module.starts_with("javax.naming.") => {
            printed.rfind("; remaining name ")
        }
        _ => None,
    };
    extra.and_then(|at| printed.get(..at)).unwrap_or(printed)
}

/// Where Clojure's data begins: the map that ends the text.
fn data(printed: &str) -> Option<usize> {
    if !printed.ends_with('}') {
        return None;
    }
    let mut depth = 0_usize;
    for (at, sign) in printed.char_indices().rev() {
        match sign {
            '}' => depth += 1,
            '{' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            let before = printed.get(..at)?;
            return before.ends_with(' ').then(|| at - 1);
        }
    }
    None
}

/// `SAXParseException.toString`: `systemId: f.xml; lineNumber: 1; columnNumber: 7; message`. The message, if the text begins so.
pub(super) fn parsing(printed: &str) -> Option<&str> {
    const PARTS: &[&str] = &["publicId: ", "systemId: ", "lineNumber: ", "columnNumber: "];
    let mut rest = printed;
    while PARTS.iter().any(|part| rest.starts_with(part)) {
        rest = match rest.split_once("; ") {
            Some((_, behind)) => behind,
            None => "",
        };
    }
    (rest.len() < printed.len()).then_some(rest)
}

/// Clojure's compiler prints the message alone: `Syntax error compiling at (shop.clj:3:1).`
pub(super) fn compiler(text: &str) -> Option<Head> {
    let begins = ["Syntax error ", "Unexpected error ", "Error "]
        .iter()
        .any(|words| text.starts_with(words));
    let phase = ["compiling ", "macroexpanding ", "reading source "]
        .iter()
        .any(|words| text.lines().next().is_some_and(|line| line.contains(words)));
    (begins && phase && text.contains("at (")).then(|| Head {
        module: Some("clojure.lang".to_owned()),
        ty: "Compiler$CompilerException".to_owned(),
        value: Some(text.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_classes_add_is_cut() {
        let cancelled = "Job was cancelled; job=StandaloneCoroutine{Cancelling}@5";
        for (module, ty, printed, want) in [
            (
                "kotlinx.coroutines",
                "JobCancellationException",
                cancelled,
                "Job was cancelled",
            ),
            ("a", "B", cancelled, cancelled),
            (
                "clojure.lang",
                "ExceptionInfo",
                "no stock {:sku {:id 1}}",
                "no stock",
            ),
            ("clojure.lang", "ExceptionInfo", "no stock}", "no stock}"),
            (
                "javax.naming",
                "NameNotFoundException",
                "Name [x] is not bound; remaining name 'x'",
                "Name [x] is not bound",
            ),
        ] {
            assert_eq!(own(Some(module), ty, printed), want);
        }
    }

    #[test]
    fn messages_behind_their_place() {
        assert_eq!(
            parsing("lineNumber: 1; columnNumber: 7; x; y"),
            Some("x; y")
        );
        assert_eq!(parsing("other: 1; x"), None);
        let head = compiler("Syntax error (X) compiling at (shop.clj:3:1).").unwrap();
        assert_eq!(head.ty, "Compiler$CompilerException");
        assert_eq!(compiler("Error at (x)"), None);
    }
}
