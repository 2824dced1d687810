//! How often each opening stands in logs that hold no trace: each hit costs a closer look at its line.

use std::fmt::Write;

use serde_json::json;
use stacktail::language::LANGUAGES;

use crate::dice::Dice;
use crate::loggen::{Lang, ordinary};

/// Bytes of each kind of log.
const BYTES: usize = 1 << 20;
/// Hits of one opening per MiB, of some 8,000 lines: one line in a hundred.
const HITS_MAX: usize = 80;

/// A kind of log.
struct Kind {
    name: &'static str,
    text: String,
}

fn kinds() -> Vec<Kind> {
    let logged = |name, langs| Kind {
        name,
        text: filled(&mut ordinary(langs, 5)),
    };
    let mut dice = Dice::new(6);
    let mut access = std::iter::repeat_with(|| access_line(&mut dice));
    let access = filled(&mut access);
    let mut dice = Dice::new(7);
    let mut messages = ordinary(ALL, 8);
    let mut syslog = std::iter::repeat_with(|| {
        let message = messages.next().unwrap_or_default();
        let (host, pid) = (dice.within(1, 9), dice.within(300, 9_000));
        format!("Nov 20 15:49:23 web-{host} orders[{pid}]: {message}")
    });
    let syslog = filled(&mut syslog);
    let mut messages = ordinary(ALL, 9);
    let mut number = 0;
    let mut structured = std::iter::repeat_with(|| {
        number += 1;
        let message = messages.next().unwrap_or_default();
        json!({"time": "2026-11-20T15:49:23.377Z", "level": "info", "logger": "shop.http", "seq": number, "msg": message})
            .to_string()
    });
    let structured = filled(&mut structured);
    vec![
        logged("python", &[Lang::Python]),
        logged("logback", &[Lang::Java]),
        logged("go", &[Lang::Go]),
        logged("node", &[Lang::Node]),
        Kind {
            name: "access",
            text: access,
        },
        Kind {
            name: "syslog",
            text: syslog,
        },
        Kind {
            name: "json",
            text: structured,
        },
    ]
}

const ALL: &[Lang] = &[Lang::Python, Lang::Java, Lang::Go, Lang::Node];

fn filled(lines: &mut dyn Iterator<Item = String>) -> String {
    let mut text = String::with_capacity(BYTES + 512);
    while text.len() < BYTES {
        text.extend(lines.next());
        text.push('\n');
    }
    text
}

/// The combined log of a web server.
fn access_line(dice: &mut Dice) -> String {
    let client = format!(
        "10.{}.{}.{}",
        dice.within(0, 9),
        dice.within(0, 256),
        dice.within(1, 255)
    );
    let verb = dice.pick(&["GET", "GET", "GET", "POST", "PUT", "DELETE"]);
    let path = dice.pick(&[
        "/",
        "/orders",
        "/orders/17/items",
        "/static/app.js",
        "/health",
        "/at/home",
        "/login?next=/orders",
    ]);
    let status = dice.pick(&["200", "200", "200", "304", "404", "500", "502"]);
    let agent = dice.pick(&[
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36",
        "curl/8.5.0",
        "kube-probe/1.30",
    ]);
    let bytes = dice.within(0, 90_000);
    format!(
        "{client} - - [20/Nov/2026:15:49:23 +0000] \"{verb} {path} HTTP/1.1\" {status} {bytes} \"-\" \"{agent}\""
    )
}

#[test]
fn openings_are_rare_in_ordinary_logs() {
    let kinds = kinds();
    let mut table = format!("{:34}", "hits per MiB");
    for kind in &kinds {
        write!(table, "{:>9}", kind.name).unwrap();
    }
    let mut often = Vec::new();
    for language in LANGUAGES {
        for opening in language.openings() {
            write!(
                table,
                "\n  {:10}{:22}",
                language.name(),
                format!("{opening:?}")
            )
            .unwrap();
            for kind in &kinds {
                let hits = kind.text.matches(opening).count();
                write!(table, "{hits:>9}").unwrap();
                if hits > HITS_MAX {
                    often.push(format!(
                        "{opening:?} stands {hits} times in a MiB of {}",
                        kind.name
                    ));
                }
            }
        }
    }
    println!("{table}");
    assert!(often.is_empty(), "{often:#?}");
}
