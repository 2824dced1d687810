//! What servers say beside the message itself. In: the words of a record. Out: the message, and a context with the rest: who
//! asked for what (nginx, Apache), what PostgreSQL adds in lines of their own. So the same error of two requests is one issue.

use serde_json::{Map, Value};

type Contexts = Vec<(&'static str, Map<String, Value>)>;

/// The message, and what else was said.
pub(super) fn told(text: &str) -> (String, Contexts) {
    let parted = nginx(text)
        .or_else(|| haproxy(text))
        .or_else(|| postgres(text))
        .or_else(|| apache(text));
    match parted {
        Some((message, name, context)) if !message.is_empty() => (message, vec![(name, context)]),
        _ => (text.to_owned(), Vec::new()),
    }
}

type Parted = Option<(String, &'static str, Map<String, Value>)>;

/// What nginx says of the request, in its order (ngx_http_log_error_handler, ngx_http_upstream_log_error).
const NGINX: [&str; 9] = [
    "client",
    "server",
    "request",
    "subrequest",
    "upstream",
    "host",
    "referrer",
    "login",
    "unix",
];

/// `9999#9999: *2 connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, …`
fn nginx(text: &str) -> Parted {
    let (pid, rest) = text.split_once('#')?;
    let (tid, rest) = rest.split_once(": ")?;
    if !is_number(pid) || !is_number(tid) {
        return None;
    }
    let mut context = Map::new();
    context.insert("pid".to_owned(), pid.into());
    let connection = rest.strip_prefix('*').and_then(|rest| rest.split_once(' '));
    let rest = match connection.filter(|(number, _)| is_number(number)) {
        Some((number, rest)) => {
            context.insert("connection".to_owned(), number.into());
            rest
        }
        None => rest,
    };
    let places = NGINX.iter().filter_map(|name| {
        let at = rest.find(&format!(", {name}: "))?;
        Some((at, *name))
    });
    let mut places: Vec<(usize, &str)> = places.collect();
    places.sort_unstable();
    let message = places.first().map_or(rest, |(at, _)| head(rest, *at));
    let ends = places.iter().skip(1).map(|(at, _)| *at).chain([rest.len()]);
    for ((at, name), end) in places.iter().zip(ends) {
        let value = rest.get(at + name.len() + 4..end).unwrap_or_default();
        context.insert((*name).to_owned(), value.trim_matches('"').into());
    }
    Some((message.to_owned(), "nginx", context))
}

/// `(10112) : backend 'shop' has no server available!`
fn haproxy(text: &str) -> Parted {
    let (pid, message) = text.strip_prefix('(')?.split_once(") : ")?;
    let context = Map::from_iter([("pid".to_owned(), pid.into())]);
    is_number(pid).then(|| (message.to_owned(), "haproxy", context))
}

/// A message, and `DETAIL:  …` and its kin in lines of their own, each with further lines set in.
fn postgres(text: &str) -> Parted {
    let mut context = Map::new();
    let (mut at, mut message) = (0, text.len());
    let mut current: Option<(String, String)> = None;
    for line in text.split_inclusive('\n') {
        let words = line
            .split_once(":  ")
            .filter(|(word, _)| ADDED.contains(word));
        if let Some((word, rest)) = words {
            message = message.min(at);
            context.extend(current.take().map(|(name, text)| (name, text.into())));
            current = Some((word.to_lowercase(), rest.trim_end().to_owned()));
        } else if let Some((_, text)) = &mut current {
            text.push('\n');
            text.push_str(line.strip_prefix('\t').unwrap_or(line).trim_end());
        }
        at += line.len();
    }
    context.extend(current.map(|(name, text)| (name, text.into())));
    // Its further lines are set in by a tab.
    let message = head(text, message).trim_end().replace("\n\t", "\n");
    (!context.is_empty()).then_some((message, "postgresql", context))
}

const ADDED: [&str; 7] = [
    "DETAIL",
    "HINT",
    "QUERY",
    "CONTEXT",
    "LOCATION",
    "STATEMENT",
    "BACKTRACE",
];

/// `AH01630: client denied by server configuration: /srv/x, referer: http://shop.example.com/cart`
fn apache(text: &str) -> Parted {
    let (message, behind) = text.split_once(", referer: ")?;
    let end = behind.find('\n').unwrap_or(behind.len());
    let (referer, rest) = behind.split_at_checked(end)?;
    let context = Map::from_iter([("referer".to_owned(), referer.into())]);
    let one_word = !referer.contains(char::is_whitespace);
    one_word.then(|| (format!("{message}{rest}"), "apache", context))
}

fn head(text: &str, at: usize) -> &str {
    text.get(..at).unwrap_or(text)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}
