//! A thrown object. In: what `util.inspect` prints of it. Out: the words that the SDK makes of it.
//!
//! `getMessageForObject` of `@sentry/core` (10.78): by its `name` and `message`, else by its keys.

/// The SDK's words; `None` where the text is no object.
pub(super) fn words(text: &str) -> Option<String> {
    let text = text.trim();
    let (class, inner) = text.strip_suffix('}')?.split_once('{')?;
    let class = class.trim();
    if !class
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$'))
    {
        return None;
    }
    let parts = parts(inner);
    let string = |key: &str| {
        let (_, value) = parts.iter().find(|(k, _)| *k == key)?;
        value.strip_prefix('\'')?.strip_suffix('\'')
    };
    match (string("name"), string("message")) {
        (Some(name), Some(message)) => {
            return Some(format!(
                "'{name}' captured as exception with message '{message}'"
            ));
        }
        (Some(name), None) => return Some(format!("'{name}' captured as exception")),
        (None, Some(message)) => return Some(message.to_owned()),
        (None, None) => {}
    }
    let mut keys: Vec<&str> = parts.iter().map(|(key, _)| *key).collect();
    keys.sort_unstable();
    let keys = if keys.is_empty() {
        "[object has no keys]".to_owned()
    } else {
        keys.join(", ")
    };
    let what = match class {
        "" | "Object" => "Object".to_owned(),
        class => format!("'{class}'"),
    };
    Some(format!("{what} captured as exception with keys: {keys}"))
}

/// Keys and values, those of nested objects left in their values.
fn parts(inner: &str) -> Vec<(&str, &str)> {
    let mut out = Vec::new();
    let (mut depth, mut quote, mut escaped, mut from) = (0_usize, None, false, 0);
    for (at, c) in inner.char_indices().chain([(inner.len(), ',')]) {
        match (quote, c) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if c == open => quote = None,
            (None, '\'' | '"' | '`') => quote = Some(c),
            (None, '{' | '[' | '(') => depth += 1,
            (None, '}' | ']' | ')') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                let part = inner.get(from..at).unwrap_or_default();
                from = at + 1;
                let pair = part
                    .split_once(':')
                    .map(|(k, v)| (k.trim().trim_matches('\''), v.trim()));
                out.extend(pair.filter(|(key, _)| !key.is_empty()));
            }
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_by_their_keys() {
        let with = |text| words(text).unwrap_or_default();
        assert_eq!(
            with("{ code: 17, detail: 'a, b: c', 'odd-key': { x: 1 } }"),
            "Object captured as exception with keys: code, detail, odd-key"
        );
        assert_eq!(
            with("Stop { at: 1 }"),
            "'Stop' captured as exception with keys: at"
        );
        assert_eq!(with("{ message: 'no stock', code: 1 }"), "no stock");
        assert_eq!(
            with("{}"),
            "Object captured as exception with keys: [object has no keys]"
        );
        assert_eq!(words("license is missing"), None);
        assert_eq!(words(&"{".repeat(100_000)), None);
    }
}
