//! Globs over paths. In: text. Out: the same glob, absolute, safe to walk; or what is wrong with it.
//!
//! `*`, `?` and `[…]` stay within one name, `**` stands for any number of folders. Never `/proc`, `/sys` or `/dev`: what
//! lies there is the kernel's, endless or made up at the read.

use std::path::{Path, PathBuf};

use super::fault::Fault;
use super::scalars::resolve;

/// Folders of the kernel.
const KERNEL: [&str; 3] = ["proc", "sys", "dev"];
/// `**` in one glob; each multiplies the walk.
const RECURSIONS: usize = 2;
const EXPECTED: &str = "expected a glob such as \"/var/log/app/*.log\"";

/// A glob for `paths`. A relative one begins in `folder`.
pub(super) fn path_glob(folder: &Path, text: &str) -> Result<String, Fault> {
    let glob = absolute(folder, text)?;
    syntax(text)?;
    if glob.ends_with('/') {
        return Err(Fault::new(
            "the glob ends with a slash: it would match folders, not files",
            EXPECTED,
        )
        .help("add `*`"));
    }
    let first = glob.split('/').nth(1).unwrap_or_default();
    let matches = |name: &&str| {
        first == "**" || glob::Pattern::new(first).is_ok_and(|first| first.matches(name))
    };
    if let Some(name) = KERNEL.iter().find(|name| matches(name)) {
        let message = format!("the glob reaches into /{name}, which holds no logs");
        return Err(Fault::new(message, "expected a folder of logs")
            .help("begin with a folder's full name"));
    }
    Ok(glob)
}

/// A glob for `exclude`: over the name, or over the whole path if it holds a slash.
pub(super) fn exclude_glob(folder: &Path, text: &str) -> Result<String, Fault> {
    syntax(text)?;
    if text.contains('/') {
        absolute(folder, text)
    } else {
        Ok(text.to_owned())
    }
}

/// The folder in which a glob begins: all before its first special sign.
#[must_use]
pub fn folder(glob: &str) -> PathBuf {
    let parts = glob.split_inclusive('/');
    let plain: String = parts
        .take_while(|part| part.ends_with('/') && !part.contains(['*', '?', '[']))
        .collect();
    PathBuf::from(plain)
}

/// The glob itself, whatever it is over.
fn syntax(text: &str) -> Result<(), Fault> {
    if let Err(error) = glob::Pattern::new(text) {
        let mut fault = Fault::new(format!("the glob is not valid: {}", error.msg), EXPECTED);
        fault.within = Some(error.pos..error.pos + 1);
        return Err(fault);
    }
    if let Some(at) = brace(text) {
        let mut fault = Fault::new(
            "globs know no braces",
            "write one glob for each, or `[{]` for the sign itself",
        );
        fault.within = Some(at..at + 1);
        return Err(fault);
    }
    if text.split('/').filter(|part| *part == "**").count() > RECURSIONS {
        return Err(Fault::new(
            "the glob has too many `**`",
            format!("at most {RECURSIONS}"),
        ));
    }
    Ok(())
}

/// A brace outside `[…]`.
fn brace(text: &str) -> Option<usize> {
    let mut inside = false;
    text.char_indices().find_map(|(at, c)| {
        match c {
            '[' => inside = true,
            ']' => inside = false,
            _ => {}
        }
        (c == '{' && !inside).then_some(at)
    })
}

/// The glob behind the folder it begins in; the folder's own special signs are escaped.
fn absolute(folder: &Path, text: &str) -> Result<String, Fault> {
    let up = ["../", "./"];
    let mut rest = text;
    let mut base = if text.starts_with('/') {
        Path::new("/").to_path_buf()
    } else {
        folder.to_path_buf()
    };
    while let Some(dots) = up.iter().find(|dots| rest.starts_with(**dots)) {
        base = resolve(&base, dots);
        rest = rest
            .strip_prefix(*dots)
            .unwrap_or_default()
            .trim_start_matches('/');
    }
    let parts: Vec<&str> = rest.split('/').collect();
    if parts.iter().any(|part| matches!(*part, "." | "..")) {
        return Err(Fault::new(
            "`.` and `..` may stand at the start of a glob only",
            "write the path out",
        ));
    }
    let Some(base) = base.to_str() else {
        let message = "a relative glob cannot begin in a folder whose name is not UTF-8";
        return Err(Fault::new(message, "write the path out"));
    };
    let base = glob::Pattern::escape(base);
    let tidy: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let slash = if rest.ends_with('/') { "/" } else { "" };
    Ok(format!(
        "{}/{}{slash}",
        base.trim_end_matches('/'),
        tidy.join("/")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_become_absolute() {
        for (text, glob) in [
            ("/var//log/*.log", "/var/log/*.log"),
            ("../logs/*.log", "/srv/a[[]1[]]/logs/*.log"),
            ("logs/**/x?.log", "/srv/a[[]1[]]/conf/logs/**/x?.log"),
            ("./a.log", "/srv/a[[]1[]]/conf/a.log"),
            ("/var/process/[{]a.log", "/var/process/[{]a.log"),
        ] {
            assert_eq!(
                path_glob(Path::new("/srv/a[1]/conf"), text).as_deref(),
                Ok(glob)
            );
        }
    }

    #[test]
    fn the_kernels_folders_are_out_of_reach() {
        for text in [
            "/proc/*",
            "/*/x.log",
            "/**/x.log",
            "/p*/x",
            "/sys/a",
            "/d?v/log",
            "//proc/kmsg",
            "/[p]roc/1",
            "../../../proc/x",
            "/**",
        ] {
            assert!(
                path_glob(Path::new("/etc/stacktail"), text).is_err(),
                "{text}"
            );
        }
    }

    #[test]
    fn mistakes_have_their_word() {
        for (text, word) in [
            ("/var/log/{a,b}.log", "braces"),
            ("/var/log/[a.log", "not valid"),
            ("/var/log/a**.log", "not valid"),
            ("/var/log/", "slash"),
            ("/var/../x/a.log", "at the start"),
            ("/a/**/b/**/c/**/d", "too many"),
        ] {
            let fault = path_glob(Path::new("/"), text).unwrap_err();
            assert!(fault.message.contains(word), "{text}: {fault:?}");
        }
    }

    #[test]
    fn excludes_are_over_names_or_paths() {
        let folder = Path::new("/etc");
        assert_eq!(exclude_glob(folder, "*.gz").as_deref(), Ok("*.gz"));
        assert_eq!(
            exclude_glob(folder, "/var/log/old/*").as_deref(),
            Ok("/var/log/old/*")
        );
    }
}
