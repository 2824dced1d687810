//! Checks of lists and of tables of texts. In: a TOML list or table and its kind. Out: a [`Setting`], or a
//! problem for each item that is wrong, at its place.

use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::DeValue;

use super::check::Checker;
use super::fault::{Fault, brief, one_line};
use super::globs;
use super::journal;
use super::keys::{Key, Kind};
use super::scalars::{pattern, resolve};
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
        match text_of(key, item.get_ref()).and_then(&one) {
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
            .and_then(|()| text_of(key, item.get_ref()))
            .and_then(|text| one(name.get_ref(), text));
        match checked {
            Ok(found) => valid.push(found),
            Err(fault) => file.tell_value(key, item, fault),
        }
    }
    let all = valid.len() == table.len();
    all.then_some(valid)
}

fn text_of<'v>(key: &Key, value: &'v DeValue<'_>) -> Result<&'v str, Fault> {
    let text = value.as_str().ok_or_else(|| {
        let name = format!("{}[]", key.name);
        Fault::of_type(&name, "a text", value)
    })?;
    one_line(key.name, text)?;
    Ok(text)
}

fn too_many(key: &Key) -> Fault {
    Fault::new(
        format!("`{}` has too many items", key.name),
        format!("at most {CONFIG_ITEMS_MAX}"),
    )
}

/// Sentry: key of at most 200 of `[a-zA-Z0-9_.:-]` (32 on the SDKs' side), value of at most 200 characters.
fn tag(name: &str, value: &str) -> Result<(String, String), Fault> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"_.:-".contains(&b);
    if name.len() > 32 || !name.bytes().all(allowed) {
        let message = format!("Sentry would drop the tag `{}`", brief(name));
        return Err(Fault::new(
            message,
            "its name: at most 32 letters, digits, `_`, `.`, `:` or `-`",
        ));
    }
    if [
        "release",
        "dist",
        "user",
        "filename",
        "function",
        "environment",
        "level",
        "server_name",
    ]
    .contains(&name)
    {
        let message = format!("a tag cannot be named `{name}`: Sentry sets it itself");
        return Err(Fault::new(message, "choose another name"));
    }
    if value.chars().count() > 200 {
        return Err(Fault::new(
            format!("the tag `{name}` is too long"),
            "at most 200 characters",
        ));
    }
    Ok((name.to_owned(), value.to_owned()))
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
