//! What a frame calls. In: `Shop.Orders.Service.ship/1`, `:gen_server.handle_msg(1, [2, 3], "x, y")`. Out: the function and
//! the module as sentry-elixir names them.

use std::borrow::Cow;

/// The file of a script, as the compiler names what runs in it.
const FILE: &str = ":elixir_compiler.__FILE__/1";
/// The body of a module that is being compiled.
const MODULE: &str = ":elixir_compiler.__MODULE__/1";

/// Is it a call as frames print one?
pub(super) fn is_call(text: &str) -> bool {
    if matches!(text, "(file)" | "(module)" | "(test)" | "(macro)") {
        return true;
    }
    if let Some(module) = text.strip_suffix(" (module)") {
        return module_of(module).is_some() || super::line::is_alias(module);
    }
    let text = bare(text);
    if text.starts_with("#Function<") {
        return is_ended(text);
    }
    let named = text
        .strip_prefix("anonymous fn/")
        .map_or(Some(text), |rest| {
            rest.split_once(" in ").map(|(_, outer)| outer)
        });
    named.is_some_and(|call| is_ended(call) && module_of(call).is_some())
}

/// The call without the words before it.
fn bare(text: &str) -> &str {
    text.strip_prefix("expanding macro: ").unwrap_or(text)
}

/// It ends in an arity or its arguments.
fn is_ended(text: &str) -> bool {
    if text.ends_with(')') {
        return text.contains('(');
    }
    text.rsplit_once('/')
        .is_some_and(|(_, arity)| !arity.is_empty() && arity.bytes().all(|b| b.is_ascii_digit()))
}

/// Is it what a script, or a module's body while it is compiled, is run as?
pub(super) fn is_compiled(text: &str) -> bool {
    matches!(text, "(file)" | "(module)")
}

/// The function, with its arity, as the SDK names it.
pub(in crate::language) fn function(text: &str) -> Cow<'_, str> {
    match text {
        "(file)" => return Cow::Borrowed(FILE),
        "(module)" => return Cow::Borrowed(MODULE),
        _ => {}
    }
    if let Some(module) = text.strip_suffix(" (module)") {
        return Cow::Owned(format!("{module}.__MODULE__/0"));
    }
    let text = bare(text);
    match arguments(text) {
        Some((name, count)) => Cow::Owned(format!("{name}/{count}")),
        None => Cow::Borrowed(text),
    }
}

/// The module whose function it is: `Elixir.Shop.Orders.Service`, `gen_server`.
pub(in crate::language) fn module(text: &str) -> Option<String> {
    if is_compiled(text) {
        return Some("elixir_compiler".to_owned());
    }
    if let Some(module) = text.strip_suffix(" (module)") {
        return Some(format!("Elixir.{module}"));
    }
    let text = bare(text);
    let text = text.strip_prefix("anonymous fn/").map_or(text, |rest| {
        rest.split_once(" in ").map_or(rest, |(_, outer)| outer)
    });
    let module = module_of(text)?;
    Some(match module.strip_prefix(':') {
        Some(atom) => atom.trim_matches('"').to_owned(),
        None => format!("Elixir.{module}"),
    })
}

/// `Shop.Orders.Service` of `Shop.Orders.Service.ship/1`, `:gen_server` of `:gen_server.f/3`.
fn module_of(call: &str) -> Option<&str> {
    if let Some(atom) = call.strip_prefix(':') {
        let end = match atom.strip_prefix('"') {
            Some(quoted) => quoted.find('"')? + 2,
            None => atom.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '@')))?,
        };
        let behind = atom.get(end..)?;
        let named = end > 0 && names_function(behind);
        return named.then(|| call.get(..=end)).flatten();
    }
    let mut end = None;
    let mut at = 0;
    for part in call.split('.') {
        let alias = part.starts_with(|c: char| c.is_uppercase())
            && part.chars().all(|c| c == '_' || c.is_alphanumeric());
        if !alias {
            break;
        }
        at += part.len() + 1;
        end = Some(at - 1);
    }
    let end = end?;
    names_function(call.get(end..)?)
        .then(|| call.get(..end))
        .flatten()
}

/// Does a function's name, an operator's maybe, stand behind the dot?
fn names_function(behind: &str) -> bool {
    let name = behind.strip_prefix('.').unwrap_or_default();
    name.starts_with(|c: char| !c.is_whitespace())
}

/// The name in front of a call's arguments, and how many there are.
fn arguments(text: &str) -> Option<(&str, usize)> {
    if !text.ends_with(')') {
        return None;
    }
    // A quoted name may hold parentheses; an operator's name may not.
    let quoted = text.find(".\"").and_then(|at| {
        let inner = text.get(at + 2..)?;
        Some(at + 3 + inner.find('"')?)
    });
    let from = quoted.filter(|at| text.get(*at..).is_some_and(|rest| rest.starts_with('(')));
    let open = from.or_else(|| text.find('('))?;
    let inner = text.get(open + 1..text.len() - 1)?;
    Some((text.get(..open)?, count(inner)))
}

/// How many terms stand between commas, of which those within brackets and quotes do not count.
fn count(inner: &str) -> usize {
    if inner.trim().is_empty() {
        return 0;
    }
    let mut open: Vec<u8> = Vec::new();
    let mut commas = 0;
    let mut quote = None;
    let mut escaped = false;
    let mut before = 0;
    for byte in inner.bytes() {
        if let Some(end) = quote {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                _ if byte == end => quote = None,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' | b'\'' => quote = Some(byte),
            b'(' => open.push(b')'),
            b'[' => open.push(b']'),
            b'{' => open.push(b'}'),
            // Binaries and pids: `<<1, 2>>`, `#PID<0.1.0>`.
            b'<' => open.push(b'>'),
            // The arrow of a map closes nothing: `%{17 => 2}`.
            b'>' if matches!(before, b'=' | b'-') => {}
            b',' if open.is_empty() => commas += 1,
            _ if open.last() == Some(&byte) => {
                open.pop();
            }
            _ => {}
        }
        before = byte;
    }
    commas + 1
}

/// Applications that come with the runtime or that most projects depend on: not the app's own.
const LIBRARIES: &[&str] = &[
    "asn1",
    "bandit",
    "broadway",
    "castore",
    "common_test",
    "compiler",
    "connection",
    "cowboy",
    "cowlib",
    "crypto",
    "db_connection",
    "decimal",
    "dialyzer",
    "ecto",
    "ecto_sql",
    "eex",
    "elixir",
    "erl_interface",
    "erts",
    "et",
    "eunit",
    "ex_unit",
    "exqlite",
    "finch",
    "flow",
    "gen_stage",
    "gettext",
    "guardian",
    "hackney",
    "hex",
    "horde",
    "httpoison",
    "iex",
    "inets",
    "jason",
    "kernel",
    "libcluster",
    "logger",
    "mint",
    "mix",
    "mnesia",
    "myxql",
    "nimble_options",
    "nimble_pool",
    "oban",
    "observer",
    "os_mon",
    "parsetools",
    "plug",
    "plug_cowboy",
    "plug_crypto",
    "poison",
    "poolboy",
    "postgrex",
    "public_key",
    "quantum",
    "ranch",
    "rebar",
    "redix",
    "req",
    "runtime_tools",
    "sasl",
    "sentry",
    "ssh",
    "ssl",
    "stdlib",
    "swoosh",
    "syntax_tools",
    "telemetry",
    "tesla",
    "thousand_island",
    "tools",
    "websock",
    "websock_adapter",
    "xmerl",
];

/// May the code of this OTP application be the app's own?
pub(in crate::language) fn is_own(app: &str) -> bool {
    LIBRARIES.binary_search(&app).is_err()
        && !app.starts_with("phoenix")
        && !app.starts_with("opentelemetry")
        && !app.starts_with("absinthe")
        && !app.starts_with("telemetry_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (text, expected, of) in [
            (
                "Shop.Orders.Service.ship/1",
                "Shop.Orders.Service.ship/1",
                "Elixir.Shop.Orders.Service",
            ),
            (
                ":gen_server.handle_msg/3",
                ":gen_server.handle_msg/3",
                "gen_server",
            ),
            (
                "anonymous fn/1 in Shop.Jobs.Runner.arithmetic/0",
                "anonymous fn/1 in Shop.Jobs.Runner.arithmetic/0",
                "Elixir.Shop.Jobs.Runner",
            ),
            (
                "Enum.\"-map/2-lists^map/1-1-\"/2",
                "Enum.\"-map/2-lists^map/1-1-\"/2",
                "Elixir.Enum",
            ),
            (
                "Shop.X.city_of(%{name: \"Grace, (x)\", address: nil})",
                "Shop.X.city_of/1",
                "Elixir.Shop.X",
            ),
            (
                "Shop.X.f([1, 2], {3, 4}, 'a,b', \"\\\",\")",
                "Shop.X.f/4",
                "Elixir.Shop.X",
            ),
            ("Shop.X.f()", "Shop.X.f/0", "Elixir.Shop.X"),
            (":erlang./(1, 0)", ":erlang.//2", "erlang"),
            (":erlang.div(10, 0)", ":erlang.div/2", "erlang"),
            (
                "Shop.X.f(<<1, 2>>, #PID<0.1.0>)",
                "Shop.X.f/2",
                "Elixir.Shop.X",
            ),
            ("(file)", ":elixir_compiler.__FILE__/1", "elixir_compiler"),
            (
                "(module)",
                ":elixir_compiler.__MODULE__/1",
                "elixir_compiler",
            ),
            ("Shop.X (module)", "Shop.X.__MODULE__/0", "Elixir.Shop.X"),
            (
                "expanding macro: Kernel.if/2",
                "Kernel.if/2",
                "Elixir.Kernel",
            ),
        ] {
            assert!(is_call(text), "{text}");
            assert_eq!(function(text), expected);
            assert_eq!(module(text).as_deref(), Some(of), "{text}");
        }
        for no in [
            "Shop",
            "Shop.X",
            "f/1",
            "x.y/1",
            "1.5/2",
            "Foo bar.x/1",
            ":x",
            "Note. See x/1",
        ] {
            assert!(!is_call(no), "{no}");
        }
    }

    #[test]
    fn the_libraries_are_in_order() {
        assert!(LIBRARIES.is_sorted());
        assert!(is_own("shop") && !is_own("stdlib") && !is_own("phoenix_live_view"));
    }
}
