//! Checks of lists and of tables of texts. In: a TOML list or table and its kind. Out: a [`Setting`], or a
//! problem for each item that is wrong, at its place.

use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::DeValue;

use super::check::Checker;
use super::contexts;
use super::fault::{Fault, brief, one_line};
use super::globs;
use super::journal;
use super::keys::{Key, Kind};
use super::patterns::{pattern, removal, text_pattern};
use super::scalars::{field, resolve};
use super::sentry::environment;
use super::setting::Setting;
use crate::bounds::CONFIG_ITEMS_MAX;

/// Checks a list or a table of texts.
pub(super) fn check(
    file: &mut Checker<'_>,
    key: &'static Key,
    value: &Spanned<DeValue<'_>>,
) -> Option<Setting> {
    let folder = file.folder;
    match key.kind {
        Kind::Tags => entries(file, key, value, tag).map(Setting::Tags),
        Kind::TagFields => {
            let one = |name: &str, text: &str| {
                tag_name(name)?;
                Ok((name.to_owned(), field(key.name, text)?))
            };
            entries(file, key, value, one).map(Setting::Tags)
        }
        Kind::ExtraFields => {
            let one = |name: &str, text: &str| Ok((extra_name(name)?, field(key.name, text)?));
            entries(file, key, value, one).map(Setting::Tags)
        }
        Kind::Contexts => contexts::check(file, key, value).map(Setting::Contexts),
        Kind::Environments => {
            let one = |text: &str| environment(text).map(|()| text.trim().to_owned());
            items(file, key, value, one).map(Setting::Texts)
        }
        Kind::Fingerprint => {
            items(file, key, value, |text| Ok(text.to_owned())).map(Setting::Texts)
        }
        Kind::TextPatterns => {
            items(file, key, value, |text| text_pattern(key.name, text)).map(Setting::TextPatterns)
        }
        Kind::Removals => {
            items(file, key, value, |text| removal(key.name, text)).map(Setting::Patterns)
        }
        Kind::FolderMap => {
            let one = |prefix: &str, text: &str| Ok((without_slash(prefix), root(folder, text)?));
            entries(file, key, value, one).map(Setting::FolderMap)
        }
        Kind::Folders => items(file, key, value, |text| root(folder, text)).map(Setting::Paths),
        Kind::Patterns => {
            items(file, key, value, |text| pattern(key.name, text)).map(Setting::Patterns)
        }
        Kind::Globs => {
            items(file, key, value, |text| globs::path_glob(folder, text)).map(Setting::Texts)
        }
        Kind::Units => items(file, key, value, journal::unit).map(Setting::Texts),
        Kind::Names => items(file, key, value, journal::name).map(Setting::Texts),
        Kind::Matches => items(file, key, value, journal::field_match).map(Setting::Texts),
        _ => items(file, key, value, |text| globs::exclude_glob(folder, text)).map(Setting::Texts),
    }
}

/// The items of a list of texts; `None` if one of them is wrong, which is told.
fn items<T>(
    file: &mut Checker<'_>,
    key: &'static Key,
    value: &Spanned<DeValue<'_>>,
    one: impl Fn(&str) -> Result<T, Fault>,
) -> Option<Vec<T>> {
    let Some(list) = value.get_ref().as_array() else {
        file.tell_value(
            key,
            value,
            Fault::of_type(key.name, "a list", value.get_ref()),
        );
        return None;
    };
    if list.len() > CONFIG_ITEMS_MAX {
        file.tell_value(key, value, too_many(key));
        return None;
    }
    let mut valid = Vec::new();
    for item in list {
        match item_of(key, item.get_ref()).and_then(&one) {
            Ok(found) => valid.push(found),
            Err(fault) => file.tell_value(key, item, fault),
        }
    }
    let all = valid.len() == list.len();
    all.then_some(valid)
}

/// The entries of a table of texts; `None` if one of them is wrong, which is told.
fn entries<T>(
    file: &mut Checker<'_>,
    key: &'static Key,
    value: &Spanned<DeValue<'_>>,
    one: impl Fn(&str, &str) -> Result<T, Fault>,
) -> Option<Vec<T>> {
    let Some(table) = value.get_ref().as_table() else {
        file.tell_value(
            key,
            value,
            Fault::of_type(key.name, "a table", value.get_ref()),
        );
        return None;
    };
    if table.len() > CONFIG_ITEMS_MAX {
        file.tell_value(key, value, too_many(key));
        return None;
    }
    let mut valid = Vec::new();
    for (name, item) in table {
        let named = one_line(key.name, name.get_ref());
        let checked = named
            .and_then(|()| entry_of(key, name.get_ref(), item.get_ref()))
            .and_then(|text| one(name.get_ref(), text));
        match checked {
            Ok(found) => valid.push(found),
            Err(fault) => file.tell_value(key, item, fault),
        }
    }
    let all = valid.len() == table.len();
    all.then_some(valid)
}

/// The text of an item of a list.
fn item_of<'v>(key: &Key, value: &'v DeValue<'_>) -> Result<&'v str, Fault> {
    let text = value.as_str().ok_or_else(|| {
        let mut fault = Fault::of_type(key.name, "a list of texts", value);
        "expected a text".clone_into(&mut fault.expected);
        fault.or_quotes(value)
    })?;
    if text.trim().is_empty() {
        let message = format!("`{}` has an empty item", key.name);
        return Err(Fault::new(message, "expected a text").help("leave the item out"));
    }
    one_line(key.name, text)?;
    Ok(text)
}

/// The text of an entry of a table.
fn entry_of<'v>(key: &Key, name: &str, value: &'v DeValue<'_>) -> Result<&'v str, Fault> {
    let name = format!("{}.{}", key.name, brief(name));
    let text = value
        .as_str()
        .ok_or_else(|| Fault::of_type(&name, "a text", value).or_quotes(value))?;
    one_line(&name, text)?;
    Ok(text)
}

pub(super) fn too_many(key: &Key) -> Fault {
    Fault::new(
        format!("`{}` has too many items", key.name),
        format!("at most {CONFIG_ITEMS_MAX}"),
    )
}

/// Sentry: key of at most 200 of `[a-zA-Z0-9_.:-]` (32 on the SDKs' side), value of at most 200 characters.
fn tag(name: &str, value: &str) -> Result<(String, String), Fault> {
    tag_name(name)?;
    if value.chars().count() > 200 {
        return Err(Fault::new(
            format!("the tag `{name}` is too long"),
            "at most 200 characters",
        ));
    }
    Ok((name.to_owned(), value.to_owned()))
}

/// Sentry sets these itself, or takes them for fields of the event.
pub(super) const RESERVED_TAGS: [&str; 8] = [
    "release",
    "dist",
    "user",
    "filename",
    "function",
    "environment",
    "level",
    "server_name",
];

fn tag_name(name: &str) -> Result<(), Fault> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"_.:-".contains(&b);
    if name.len() > 32 || !name.bytes().all(allowed) {
        let message = format!("Sentry would drop the tag `{}`", brief(name));
        return Err(Fault::new(
            message,
            "its name: at most 32 letters, digits, `_`, `.`, `:` or `-`",
        ));
    }
    if RESERVED_TAGS.contains(&name) {
        let message = format!("a tag cannot be named `{name}`: Sentry sets it itself");
        return Err(Fault::new(message, "choose another name"));
    }
    Ok(())
}

/// A name in `extra`; those that begin with `log_` are the agent's own.
fn extra_name(name: &str) -> Result<String, Fault> {
    if name.starts_with("log_") {
        let message = format!("`{}` is a name of the agent's own", brief(name));
        return Err(Fault::new(message, "must not begin with `log_`"));
    }
    if name.chars().count() > 200 {
        return Err(Fault::new(
            "a name in `extra` is too long",
            "at most 200 characters",
        ));
    }
    Ok(name.to_owned())
}

/// A path without the slash at its end; `/` alone stays (a container's whole file system).
fn without_slash(path: &str) -> String {
    match path.trim_end_matches('/') {
        "" => "/".to_owned(),
        path => path.to_owned(),
    }
}

/// A folder for source context: not the whole host.
fn root(folder: &Path, text: &str) -> Result<PathBuf, Fault> {
    let path = resolve(folder, text);
    if path.parent().is_none() {
        let fault = Fault::new(
            "`/` would open the whole host to source context",
            "expected the app's own folder",
        );
        return Err(fault);
    }
    Ok(path)
}
