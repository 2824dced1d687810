//! Names as sentry-dotnet sends them. In: type and method as printed. Out: module and function; whether the code is the app's.
//!
//! The SDK takes the type's full name (`Outer+Inner`, `` Store`1 ``) and the method's bare one, and undoes what the compiler
//! makes of async methods and lambdas. The text parts nested types by dots, as namespaces: where a name says by itself that
//! it is nested (a compiler's, or one in a generic type), the plus comes back.

/// Modules that begin like this are not the app's (`SentryOptions.InAppExclude`).
const EXCLUDED: &[&str] = &[
    "System",
    "Mono",
    "Sentry",
    "Microsoft",
    "MS",
    "ABI.Microsoft",
    "WinRT",
    "UIKit",
    "Newtonsoft.Json",
    "FSharp",
    "Serilog",
    "Giraffe",
    "NLog",
    "Npgsql",
    "RabbitMQ",
    "Hangfire",
    "IdentityServer4",
    "AWSSDK",
    "Polly",
    "Swashbuckle",
    "FluentValidation",
    "Autofac",
    "Stackexchange.Redis",
    "Dapper",
    "RestSharp",
    "SkiaSharp",
    "IdentityModel",
    "SqlitePclRaw",
    "Xamarin",
    "Android",
    "Google",
    "MongoDB",
    "Remotion.Linq",
    "AutoMapper",
    "Nest",
    "Owin",
    "MediatR",
    "ICSharpCode",
    "Grpc",
    "ServiceStack",
];

/// What the SDK calls the module of a method without a type.
const UNKNOWN: &str = "(unknown)";

/// Module and function.
pub(super) fn split(name: &str) -> (String, String) {
    let name = without_arguments(name);
    let parts = segments(&name);
    let Some((method, types)) = parts.split_last() else {
        return (UNKNOWN.to_owned(), name);
    };
    if let Some(at) = explicit(&parts) {
        let (types, rest) = parts.split_at_checked(at).unwrap_or((types, &[]));
        return (joined(types), rest.join("."));
    }
    let constructor = matches!(*method, "ctor" | "cctor") && types.last() == Some(&"");
    let (types, method) = if constructor {
        let rest = types.split_last().map_or(types, |(_, rest)| rest);
        (rest, format!(".{method}"))
    } else {
        (types, (*method).to_owned())
    };
    if types.is_empty() {
        return (UNKNOWN.to_owned(), method);
    }
    readable(joined(types), method)
}

/// Where a method's name begins that names the interface it belongs to, with the namespace: behind a generic type, or at
/// `System`, which begins no type's name within another.
fn explicit(parts: &[&str]) -> Option<usize> {
    let interface = parts.len().checked_sub(2).and_then(|at| parts.get(at))?;
    let mut signs = interface.chars();
    if signs.next() != Some('I') || !signs.next().is_some_and(char::is_uppercase) {
        return None;
    }
    let generic = parts
        .iter()
        .position(|part| part.contains('`') && !part.starts_with('<'));
    let system = parts.iter().skip(1).position(|part| *part == "System");
    let at = system.or(generic)? + 1;
    (at + 2 < parts.len()).then_some(at)
}

/// `Shelf[TItem].Take[TWanted]` without its brackets.
fn without_arguments(name: &str) -> String {
    let mut depth = 0_u32;
    let mut bare = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => bare.push(c),
            _ => {}
        }
    }
    bare
}

/// The names between the dots; those in angle brackets part nothing.
fn segments(name: &str) -> Vec<&str> {
    let mut depth = 0_u32;
    let parted = |c: char| {
        match c {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == '.' && depth == 0
    };
    name.split(parted).collect()
}

fn joined(types: &[&str]) -> String {
    let mut module = String::new();
    let mut generic = false;
    for part in types {
        if !module.is_empty() {
            let nested = generic || part.starts_with('<');
            module.push(if nested { '+' } else { '.' });
        }
        generic |= part.contains('`');
        module.push_str(part);
    }
    module
}

/// What the compiler made of a method is called by the method's name.
fn readable(module: String, method: String) -> (String, String) {
    if method == "MoveNext"
        && let Some((outer, machine)) = module.rsplit_once("+<")
        && let Some((name, number)) = machine.split_once(">d__")
        && is_word(name)
        && number.bytes().all(|b| b.is_ascii_digit())
    {
        return (outer.to_owned(), name.to_owned());
    }
    let lambda = method.strip_prefix('<').and_then(|m| m.split_once(">b__"));
    if let Some((name, number)) = lambda
        && is_word(name)
        && is_word(number)
        && !number.is_empty()
    {
        return (module, format!("{name} {{ <lambda> }}"));
    }
    (module, method)
}

fn is_word(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// Is the code the app's own?
pub(super) fn in_app(module: &str) -> bool {
    module != UNKNOWN && !EXCLUDED.iter().any(|prefix| module.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_sdk() {
        for (printed, module, function) in [
            ("A.B.Place", "A.B", "Place"),
            ("A.Truck..ctor", "A.Truck", ".ctor"),
            ("A.Broken..cctor", "A.Broken", ".cctor"),
            ("A.Store`1[TKey].Find", "A.Store`1", "Find"),
            (
                "A.Depot`2.Shelf`1.Take[TWanted]",
                "A.Depot`2+Shelf`1",
                "Take",
            ),
            ("A.Program.<Drive>d__5.MoveNext", "A.Program", "Drive"),
            (
                "A.Program.<Stops>d__7`1.MoveNext",
                "A.Program+<Stops>d__7`1",
                "MoveNext",
            ),
            (
                "A.Program.<>c.<Main>b__0_0",
                "A.Program+<>c",
                "Main { <lambda> }",
            ),
            ("A.Gate.<>c.<.cctor>b__9_0", "A.Gate+<>c", "<.cctor>b__9_0"),
            (
                "A.Gate.<<Open>b__6_0>d.MoveNext",
                "A.Gate+<<Open>b__6_0>d",
                "MoveNext",
            ),
            ("A.Gate.<Open>g__Sum|4_0", "A.Gate", "<Open>g__Sum|4_0"),
            (
                "A.P+<Main>c__AnonStorey0.<>m__0",
                "A.P+<Main>c__AnonStorey0",
                "<>m__0",
            ),
            ("A.Depot`2.A.ILoader.Load", "A.Depot`2", "A.ILoader.Load"),
            (
                "A.Box.System.IDisposable.Dispose",
                "A.Box",
                "System.IDisposable.Dispose",
            ),
            ("System.IO.Stream.Read", "System.IO.Stream", "Read"),
            ("lambda_method", "(unknown)", "lambda_method"),
        ] {
            assert_eq!(
                split(printed),
                (module.to_owned(), function.to_owned()),
                "{printed}"
            );
        }
        assert!(in_app("Acme.Shop") && !in_app("System.Linq.Enumerable") && !in_app("(unknown)"));
    }
}
