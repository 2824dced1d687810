//! What the app's settings read from a record. In: the record's fields, the settings. Out: user, tags, names in `extra`,
//! release, each within what receivers take unchanged.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use serde_json::{Map, Value};

use super::clean;
use super::protocol::User;
use crate::config::Labels;

/// Fields of a record, by name.
pub(super) type Fields = [(String, Value)];

/// The field of this name; else, for a path with dots, the field within fields, the longest name first.
pub(super) fn field<'a>(fields: &'a Fields, path: &str) -> Option<&'a Value> {
    if fields.is_empty() {
        return None;
    }
    let named = |name: &str| {
        let found = fields.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value)
    };
    named(path).or_else(|| parts(path).find_map(|(name, rest)| within(named(name)?, rest)))
}

fn within<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    let object: &Map<String, Value> = value.as_object()?;
    let inner = || parts(path).find_map(|(name, rest)| within(object.get(name)?, rest));
    object.get(path).or_else(inner)
}

/// `a.b.c` as (`a.b`, `c`), then (`a`, `b.c`).
fn parts(path: &str) -> impl Iterator<Item = (&str, &str)> {
    path.rmatch_indices('.')
        .filter_map(|(at, _)| Some((path.get(..at)?, path.get(at + 1..)?)))
}

/// A field as text; objects, lists and nothing are none.
fn text(fields: &Fields, path: &str) -> Option<String> {
    match field(fields, path)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The release that the record names, if it may be one.
pub(super) fn release(labels: &Labels, fields: &Fields) -> Option<String> {
    let path = labels.release_field.as_deref()?;
    clean::release(&text(fields, path)?)
}

/// The user; `None` where the record has none of the fields. The lengths are Relay's.
pub(super) fn user(labels: &Labels, fields: &Fields) -> Option<User> {
    let mut user = User::default();
    for (name, path) in &labels.user {
        let said = text(fields, path);
        let said = said.as_deref();
        match name.as_str() {
            "id" => user.id = said.and_then(|text| clean::line(text, 128)),
            "email" => user.email = said.and_then(|text| clean::line(text, 75)),
            "username" => user.username = said.and_then(|text| clean::line(text, 128)),
            "ip_address" => user.ip_address = said.and_then(address),
            _ => {}
        }
    }
    (user != User::default()).then_some(user)
}

/// An address, its port taken off.
fn address(text: &str) -> Option<String> {
    let text = text.trim();
    let with_port = || text.parse::<SocketAddr>().map(|both| both.ip());
    let address: IpAddr = text.parse().or_else(|_| with_port()).ok()?;
    Some(address.to_string())
}

/// The app's tags, and over them those that the record names.
pub(super) fn tags(
    app: &BTreeMap<String, String>,
    labels: &Labels,
    fields: &Fields,
) -> BTreeMap<String, String> {
    let own = labels.tag_fields.iter();
    let own = own.filter_map(|(tag, path)| clean::tag(tag, &text(fields, path)?));
    app.clone().into_iter().chain(own).collect()
}

/// All fields by their names; those that have another name in `extra` by that one.
pub(super) fn extra(labels: &Labels, fields: &Fields) -> BTreeMap<String, Value> {
    let mut extra: BTreeMap<String, Value> = fields.iter().cloned().collect();
    for (_, path) in &labels.extra_fields {
        extra.remove(path);
    }
    for (name, path) in &labels.extra_fields {
        if let Some(value) = field(fields, path) {
            extra.insert(name.clone(), value.clone());
        }
    }
    extra
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fields() -> Vec<(String, Value)> {
        let fields = json!({
            "user.id": "literal",
            "user": {"id": 7, "name": "Ada\nL.", "seen": null, "a.b": {"c": true}},
            "client": "192.0.2.7:443",
            "version": "shop/1.2",
            "list": [1, 2],
            "order": "A-1",
        });
        fields.as_object().unwrap().clone().into_iter().collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn a_name_comes_before_a_path() {
        let fields = fields();
        for (path, found) in [
            ("user.id", Some(json!("literal"))),
            ("user.name", Some(json!("Ada\nL."))),
            ("user.a.b.c", Some(json!(true))),
            ("user.a.b", Some(json!({"c": true}))),
            ("user.a", None),
            ("user.id.x", None),
            ("list.0", None),
            ("nothing", None),
            (".", None),
            ("user.", None),
        ] {
            assert_eq!(field(&fields, path).cloned(), found, "{path}");
        }
    }

    #[test]
    fn a_user_only_where_the_record_tells_one() {
        let mut labels = Labels {
            user: pairs(&[
                ("id", "user.seen"),
                ("username", "user.name"),
                ("ip_address", "client"),
                ("email", "list"),
            ]),
            ..Labels::default()
        };
        let user_of = |labels: &Labels| user(labels, &fields());
        let found = user_of(&labels).unwrap();
        assert_eq!((found.id, found.email), (None, None));
        assert_eq!(found.username.as_deref(), Some("Ada L."));
        assert_eq!(found.ip_address.as_deref(), Some("192.0.2.7"));
        labels.user = pairs(&[("ip_address", "order"), ("id", "nothing")]);
        assert_eq!(user_of(&labels), None);
        assert_eq!(user_of(&Labels::default()), None);
    }

    #[test]
    fn lengths_are_relays() {
        let fields = vec![("long".to_owned(), json!("é".repeat(5_000)))];
        let labels = Labels {
            user: pairs(&[("id", "long"), ("email", "long"), ("username", "long")]),
            tag_fields: pairs(&[("t", "long")]),
            ..Labels::default()
        };
        let user = user(&labels, &fields).unwrap();
        let tags = tags(&BTreeMap::new(), &labels, &fields);
        let chars = |text: &String| text.chars().count();
        assert_eq!(user.id.as_ref().map(chars), Some(128));
        assert_eq!(user.email.as_ref().map(chars), Some(75));
        assert_eq!(user.username.as_ref().map(chars), Some(128));
        assert_eq!(tags.get("t").map(chars), Some(200));
    }

    #[test]
    fn tags_extra_and_release_come_from_fields() {
        let labels = Labels {
            tag_fields: pairs(&[("team", "order"), ("ok", "user.a.b.c"), ("no", "list")]),
            extra_fields: pairs(&[("id", "order"), ("name", "user.name"), ("order", "version")]),
            release_field: Some("version".to_owned()),
            ..Labels::default()
        };
        let app = pairs(&[("team", "payments"), ("zone", "a")]);
        let tags = tags(&app.into_iter().collect(), &labels, &fields());
        let told: Vec<_> = tags.iter().map(|(k, v)| format!("{k}={v}")).collect();
        assert_eq!(told, ["ok=true", "team=A-1", "zone=a"]);
        let extra = extra(&labels, &fields());
        assert_eq!(
            (&extra["id"], &extra["name"]),
            (&json!("A-1"), &json!("Ada\nL."))
        );
        assert_eq!(extra["order"], json!("shop/1.2"));
        assert!(!extra.contains_key("version") && extra.contains_key("user"));
        assert_eq!(release(&labels, &fields()).as_deref(), Some("shop-1.2"));
    }
}
