//! Type names. In: a type as printed, `shop.errors.payment.Gateway.Timeout`. Out: module and qualified name, as the SDK
//! sends them apart. The text does not say where one ends and the other begins; the rules stand at [`split`].

/// Exceptions of `builtins`: printed without a module, and sent without one.
const BUILTINS: &[&str] = &[
    "ArithmeticError",
    "AssertionError",
    "AttributeError",
    "BaseException",
    "BaseExceptionGroup",
    "BlockingIOError",
    "BrokenPipeError",
    "BufferError",
    "BytesWarning",
    "ChildProcessError",
    "ConnectionAbortedError",
    "ConnectionError",
    "ConnectionRefusedError",
    "ConnectionResetError",
    "DeprecationWarning",
    "EOFError",
    "EncodingWarning",
    "EnvironmentError",
    "Exception",
    "ExceptionGroup",
    "FileExistsError",
    "FileNotFoundError",
    "FloatingPointError",
    "FutureWarning",
    "GeneratorExit",
    "IOError",
    "ImportError",
    "ImportWarning",
    "IndentationError",
    "IndexError",
    "InterruptedError",
    "IsADirectoryError",
    "KeyError",
    "KeyboardInterrupt",
    "LookupError",
    "MemoryError",
    "ModuleNotFoundError",
    "NameError",
    "NotADirectoryError",
    "NotImplementedError",
    "OSError",
    "OverflowError",
    "PendingDeprecationWarning",
    "PermissionError",
    "ProcessLookupError",
    "PythonFinalizationError",
    "RecursionError",
    "ReferenceError",
    "ResourceWarning",
    "RuntimeError",
    "RuntimeWarning",
    "StandardError",
    "StopAsyncIteration",
    "StopIteration",
    "SyntaxError",
    "SyntaxWarning",
    "SystemError",
    "SystemExit",
    "TabError",
    "TimeoutError",
    "TypeError",
    "UnboundLocalError",
    "UnicodeDecodeError",
    "UnicodeEncodeError",
    "UnicodeError",
    "UnicodeTranslateError",
    "UnicodeWarning",
    "UserWarning",
    "ValueError",
    "Warning",
    "WindowsError",
    "ZeroDivisionError",
    "_IncompleteInputError",
];

/// Modules that are written with a capital, for texts whose frames do not show them.
const CAPITAL_MODULES: &[&str] = &[
    "ConfigParser",
    "Crypto",
    "Cryptodome",
    "IPython",
    "MySQLdb",
    "OpenSSL",
    "OpenSSL.SSL",
    "OpenSSL.crypto",
    "PIL",
    "Queue",
    "SocketServer",
    "ZODB",
    "xml.etree.ElementTree",
];

/// Is it an exception of the language itself?
pub(super) fn is_builtin(name: &str) -> bool {
    BUILTINS.binary_search(&name).is_ok()
}

/// Module and qualified name. `known` tells of a dotted name whether it is a module for sure (a frame's).
///
/// A name without a dot is a builtin or the main script's. Otherwise the module reaches to the last part that cannot begin
/// a class name: a known module, or a part in lower case that is not the last one. What stands before `<locals>` is a
/// function and belongs to the name.
pub(super) fn split(printed: &str, known: &dyn Fn(&str) -> bool) -> (Option<String>, String) {
    // The brackets of a made-up subclass may hold dots; they are part of the last part.
    let plain_end = printed.find(['(', '[']).unwrap_or(printed.len());
    let path = printed.get(..plain_end).unwrap_or(printed);
    let path = path.split(".<locals>").next().unwrap_or(path);
    let mut module_end = 0;
    let mut part_start = 0;
    for (dot, _) in path.match_indices('.') {
        let prefix = path.get(..dot).unwrap_or_default();
        let part = path.get(part_start..dot).unwrap_or_default();
        if is_lower(part) || known(prefix) || CAPITAL_MODULES.contains(&prefix) {
            module_end = dot;
        }
        part_start = dot + 1;
    }
    match (printed.get(..module_end), printed.get(module_end + 1..)) {
        (Some(module), Some(name)) if module_end > 0 => (Some(module.to_owned()), name.to_owned()),
        _ if is_builtin(printed) => (None, printed.to_owned()),
        _ => (Some("__main__".to_owned()), printed.to_owned()),
    }
}

fn is_lower(part: &str) -> bool {
    let first = part.trim_start_matches('_').chars().next();
    first.is_none_or(|c| !c.is_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(printed: &str) -> (Option<String>, String) {
        split(printed, &|_| false)
    }

    fn pair(module: &str, name: &str) -> (Option<String>, String) {
        (Some(module.to_owned()), name.to_owned())
    }

    #[test]
    fn builtins_are_sorted() {
        assert!(BUILTINS.is_sorted());
        assert_eq!(names("KeyError"), (None, "KeyError".to_owned()));
    }

    #[test]
    fn where_the_module_ends() {
        for (printed, module, name) in [
            (
                "shop.errors.payment.Gateway.Timeout",
                "shop.errors.payment",
                "Gateway.Timeout",
            ),
            ("sqlite3.IntegrityError", "sqlite3", "IntegrityError"),
            ("struct.error", "struct", "error"),
            (
                "concurrent.futures.process._RemoteTraceback",
                "concurrent.futures.process",
                "_RemoteTraceback",
            ),
            (
                "MySQLdb._exceptions.OperationalError",
                "MySQLdb._exceptions",
                "OperationalError",
            ),
            (
                "xml.etree.ElementTree.ParseError",
                "xml.etree.ElementTree",
                "ParseError",
            ),
            ("OpenSSL.SSL.Error", "OpenSSL.SSL", "Error"),
            (
                "make_handler.<locals>.RetryError",
                "__main__",
                "make_handler.<locals>.RetryError",
            ),
            (
                "shop.web.View.get.<locals>.Stop",
                "shop.web",
                "View.get.<locals>.Stop",
            ),
            (
                "shop.web.make.<locals>.Stop",
                "shop.web",
                "make.<locals>.Stop",
            ),
            ("__main__.Outer.Inner", "__main__", "Outer.Inner"),
            ("Aborted", "__main__", "Aborted"),
            (
                "ray.exceptions.RayTaskError(a.b.C)",
                "ray.exceptions",
                "RayTaskError(a.b.C)",
            ),
        ] {
            assert_eq!(names(printed), pair(module, name), "{printed}");
        }
    }

    #[test]
    fn a_frame_may_know_better() {
        let known = |m: &str| m == "vendor.Api";
        assert_eq!(
            split("vendor.Api.Refused", &known),
            pair("vendor.Api", "Refused")
        );
        assert_eq!(names("vendor.Api.Refused"), pair("vendor", "Api.Refused"));
    }
}
