//! What needs the app: `filename` and `in_app`, as sentry-ruby derives them from the project's root and the load path. In:
//! frames with the path as printed. Out: the same with these filled in.
//!
//! The SDK's rules (sentry-ruby 6.6, `StacktraceInterface`): a frame is the app's if its path, the root left out, begins
//! with one of a few folders' names; its filename is relative to the root if it is, else to the longest entry of the load
//! path. The load path is not printed: it is known where Ruby and its gems keep their libraries.

use crate::language::seek::Seek as _;
use crate::language::{Frame, Project, Trace};

use super::line;

/// Beginnings of the app's own paths. The SDK looks for no slash behind them.
const OWN: &[&str] = &["bin", "exe", "app", "config", "lib", "test", "spec"];

pub(super) fn resolve(trace: &mut Trace, project: &Project<'_>) {
    for frame in trace.frames_mut() {
        place(frame, project);
    }
}

fn place(frame: &mut Frame, project: &Project<'_>) {
    if let (None, Some(relative)) = (&frame.abs_path, &frame.filename) {
        // As Rails prints it: below its root.
        frame.abs_path = Some(match project.root {
            Some(root) => format!("{root}/{relative}"),
            None => relative.clone(),
        });
    }
    let Some(path) = frame.abs_path.clone() else {
        return;
    };
    if let Some((_, _, inner)) = line::in_gem(&path) {
        frame.filename = Some(inner.strip_prefix("lib/").unwrap_or(inner).to_owned());
        frame.abs_path = None;
        frame.in_app = Some(false);
        return;
    }
    let beneath = project.root.and_then(|root| {
        let rest = path.strip_prefix(root)?;
        rest.strip_prefix('/')
    });
    let own =
        begins_own(beneath.unwrap_or(&path)) || (project.root.is_none() && is_foreign_root(&path));
    frame.in_app = Some(own);
    let filename = match beneath {
        Some(beneath) if own => beneath,
        _ => in_library(&path).or(beneath).unwrap_or(&path),
    };
    frame.filename = Some(filename.to_owned());
}

fn begins_own(path: &str) -> bool {
    OWN.iter().any(|begin| path.starts_with(begin))
}

/// Without a root nothing says where the app is: what is nobody else's is the app's.
fn is_foreign_root(path: &str) -> bool {
    path.starts_with('/') && may_be_own(path)
}

/// May code at this path be the app's own?
pub(super) fn may_be_own(path: &str) -> bool {
    let gem = [
        "/gems/",
        "/bundler/gems/",
        "/vendor/bundle/",
        "/lib/ruby/",
        "/vendor_ruby/",
    ];
    !path.starts_with(['<', '(']) && !gem.iter().any(|part| path.contains(part))
}

/// The path relative to the entry of the load path that it stands beneath.
fn in_library(path: &str) -> Option<&str> {
    if let Some((_, inner)) = path.rsplit_once("/gems/")
        && let Some((gem, inner)) = inner.parted(b'/')
    {
        let inner = inner.strip_prefix("lib/")?;
        // A gem may name a folder of its own within `lib`.
        let name = gem.rsplit_once('-').map_or(gem, |(name, _)| name);
        let own = inner
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix('/'))
            .filter(|_| name.contains('-') && !inner.ends_with(&format!("{name}.rb")));
        return Some(own.filter(|_| nested(name)).unwrap_or(inner));
    }
    for folder in ["/vendor_ruby/", "/site_ruby/"] {
        if let Some((_, inner)) = path.rsplit_once(folder) {
            return Some(behind_version(inner));
        }
    }
    let (_, inner) = path.rsplit_once("/ruby/")?;
    let behind = behind_version(inner);
    (behind.len() < inner.len()).then_some(behind)
}

/// Gems whose `require_paths` is not `lib`.
fn nested(gem: &str) -> bool {
    gem == "concurrent-ruby"
}

/// `3.1.0/x86_64-linux/socket.so`: version and architecture are the load path's.
fn behind_version(path: &str) -> &str {
    let Some((version, rest)) = path.parted(b'/') else {
        return path;
    };
    let counts = version.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if !counts || !version.contains('.') {
        return path;
    }
    match rest.parted(b'/') {
        Some((arch, inner)) if arch.contains("-linux") || arch.contains("-darwin") => inner,
        _ => rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str, root: Option<&str>) -> (Option<String>, Option<bool>) {
        let mut frame = Frame {
            abs_path: Some(path.to_owned()),
            ..Frame::default()
        };
        let project = Project {
            root,
            file_exists: &|_| false,
            line: &|_, _| None,
        };
        place(&mut frame, &project);
        (frame.filename, frame.in_app)
    }

    #[test]
    fn names_and_owners() {
        let root = Some("/srv/app");
        for (path, filename, own) in [
            ("/srv/app/lib/x.rb", "lib/x.rb", true),
            ("/srv/app/nested.rb", "nested.rb", false),
            ("/srv/app/library.rb", "library.rb", true),
            (
                "/srv/application/lib/x.rb",
                "/srv/application/lib/x.rb",
                false,
            ),
            ("main.rb", "main.rb", false),
            ("test_main.rb", "test_main.rb", true),
            ("/usr/lib/ruby/3.1.0/net/http.rb", "net/http.rb", false),
            ("/usr/lib/ruby/vendor_ruby/rack.rb", "rack.rb", false),
            (
                "/b/ruby/3.3.0/gems/rack-3.1.0/lib/rack/builder.rb",
                "rack/builder.rb",
                false,
            ),
            (
                "/g/gems/irb-1.4.1/exe/irb",
                "/g/gems/irb-1.4.1/exe/irb",
                false,
            ),
            (
                "/g/gems/concurrent-ruby-1.1.6/lib/concurrent-ruby/concurrent/promises.rb",
                "concurrent/promises.rb",
                false,
            ),
            ("rack (3.1.0) lib/rack/builder.rb", "rack/builder.rb", false),
            ("<internal:kernel>", "<internal:kernel>", false),
            ("(eval)", "(eval)", false),
        ] {
            assert_eq!(
                of(path, root),
                (Some(filename.to_owned()), Some(own)),
                "{path}"
            );
        }
        assert_eq!(of("/srv/x.rb", None).1, Some(true));
        assert_eq!(of("/g/gems/a-1.0/lib/a.rb", None).1, Some(false));
    }
}
