//! What a text may be wrapped in on its way into a file.

use serde_json::json;
use stacktail::language::LANGUAGES;

/// A line and where it comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    /// Without its end.
    pub(crate) text: &'a str,
    /// Which of two services printed it.
    pub(crate) stream: usize,
    /// Counts the lines of the file.
    pub(crate) number: usize,
    /// Nothing is wrong: where the wrapper has a level, it is not an error's.
    pub(crate) calm: bool,
}

impl Line<'_> {
    /// One of two, by how severe the line is.
    fn level<'l>(self, severe: &'l str, calm: &'l str) -> &'l str {
        if self.calm { calm } else { severe }
    }
}

/// How a text comes into a file.
pub(crate) enum Wear {
    /// Each line by itself.
    Lines(fn(Line<'_>) -> String),
    /// All of it in one line.
    Whole(fn(&str) -> String),
}

/// One wrapper.
pub(crate) struct Dress {
    /// As the table names it.
    pub(crate) name: &'static str,
    /// How it is put on.
    pub(crate) wear: Wear,
    /// It tells which of two services printed a line.
    pub(crate) tells_streams: bool,
}

const fn lines(name: &'static str, wear: fn(Line<'_>) -> String) -> Dress {
    Dress {
        name,
        wear: Wear::Lines(wear),
        tells_streams: false,
    }
}

const fn streams(name: &'static str, wear: fn(Line<'_>) -> String) -> Dress {
    Dress {
        name,
        wear: Wear::Lines(wear),
        tells_streams: true,
    }
}

const fn whole(name: &'static str, wear: fn(&str) -> String) -> Dress {
    Dress {
        name,
        wear: Wear::Whole(wear),
        tells_streams: false,
    }
}

/// All of them.
pub(crate) const DRESSES: &[Dress] = &[
    lines("crlf", |l| format!("{}\r\n", l.text)),
    lines("coloured", |l| format!("\x1b[31m{}\x1b[0m\n", l.text)),
    lines("coloured 256", |l| {
        format!("\x1b[38;5;203m{}\x1b[39m\x1b[K\n", l.text)
    }),
    lines("indented", |l| format!("    {}\n", l.text)),
    lines("tabbed", |l| format!("\t{}\n", l.text)),
    streams("cri", |l| {
        format!("{} {} F {}\n", iso(l), std_name(l), l.text)
    }),
    streams("cri in parts", cri_parts),
    streams("docker", |l| docker(l, &format!("{}\n", l.text))),
    lines("docker in parts", docker_parts),
    streams("syslog 3164", |l| {
        let at = clock(l, ':');
        let priority = l.level("11", "14");
        format!("<{priority}>Nov 20 {at} web shop[{}]: {}\n", pid(l), l.text)
    }),
    streams("syslog file", |l| {
        let at = clock(l, ':');
        format!("Nov 20 {at} web shop[{}]: {}\n", pid(l), l.text)
    }),
    streams("rsyslog #011", |l| {
        let text = l.text.replace('\t', "#011");
        format!("{} web shop[{}]: {text}\n", iso_offset(l), pid(l))
    }),
    streams("syslog 5424", |l| {
        let priority = l.level("11", "14");
        format!(
            "<{priority}>1 {} web shop {} - - {}\n",
            iso(l),
            pid(l),
            l.text
        )
    }),
    streams("compose", |l| {
        format!("shop-{}  | {}\n", l.stream + 1, l.text)
    }),
    streams("compose coloured", |l| {
        let colour = 36 - l.stream;
        format!("\x1b[{colour}mshop-{}  |\x1b[0m {}\n", l.stream + 1, l.text)
    }),
    streams("pm2", |l| format!("{}|shop     | {}\n", l.stream, l.text)),
    streams("pm2 time", |l| {
        let at = clock(l, ':');
        format!("{}|shop     | 2026-11-20T{at}: {}\n", l.stream, l.text)
    }),
    streams("kubectl", |l| {
        format!(
            "[pod/shop-5d9c6b7f-{}/app] {}\n",
            ["x2x", "k7q"][l.stream],
            l.text
        )
    }),
    streams("journalctl", |l| {
        let at = clock(l, ':');
        format!("Nov 20 {at} web python[{}]: {}\n", pid(l), l.text)
    }),
    streams("headed", |l| {
        let (at, pid) = (clock(l, ':'), pid(l));
        format!(
            "2026-11-20 {at},377 {} [{pid}] shop.orders: {}\n",
            l.level("ERROR", "INFO"),
            l.text
        )
    }),
    streams("headed logback", |l| {
        let at = clock(l, ':');
        let thread = l.stream + 3;
        format!(
            "2026-11-20 {at}.377 [http-nio-8080-exec-{thread}] {} com.acme.Shop - {}\n",
            l.level("ERROR", "INFO "),
            l.text
        )
    }),
    lines("headed go", |l| {
        format!("2026/11/20 {} {}\n", clock(l, ':'), l.text)
    }),
    streams("logcat", |l| {
        let (at, pid) = (clock(l, ':'), pid(l));
        format!(
            "11-20 {at}.377 {pid:5} {pid:5} {} AndroidRuntime: {}\n",
            l.level("E", "I"),
            l.text
        )
    }),
    streams("json lines", |l| {
        let record = json!({"time": iso(l), "level": l.level("error", "info"), "pid": pid(l), "message": l.text});
        format!("{record}\n")
    }),
    whole("json stack", |text| {
        let record = json!({"level": "error", "time": "2026-11-20T15:49:23.377Z", "msg": "request failed", "stack": text});
        format!("{record}\n")
    }),
    whole("json message", |text| {
        let record =
            json!({"@timestamp": "2026-11-20T15:49:23.377Z", "level": "ERROR", "message": text});
        format!("{record}\n")
    }),
    whole("json nested", |text| {
        let record = json!({"@timestamp": "2026-11-20T15:49:23.377Z", "log.level": "error", "message": "request failed", "error": {"stack_trace": text}});
        format!("{record}\n")
    }),
    whole("json in docker", |text| {
        let record = json!({"level": "error", "msg": "request failed", "stack_trace": text});
        docker(first(), &format!("{record}\n"))
    }),
    whole("json in cri", |text| {
        let record = json!({"level": "error", "msg": "request failed", "exception": text});
        format!("2026-11-20T15:49:23.000000377Z stderr F {record}\n")
    }),
    whole("json in syslog", |text| {
        let record = json!({"level": "error", "msg": "request failed", "stack": text});
        format!("<11>1 2026-11-20T15:49:23.377Z web shop 812 - - {record}\n")
    }),
    whole("json in compose", |text| {
        let record = json!({"level": "error", "msg": "request failed", "err": {"stack": text}});
        format!("shop-1  | {record}\n")
    }),
    whole("logfmt", |text| {
        let stack = serde_json::Value::from(text);
        format!("time=2026-11-20T15:49:23.377Z level=error msg=\"request failed\" stack={stack}\n")
    }),
    whole("escaped", |text| {
        let text = text.replace('\n', "\\n").replace('\t', "\\t");
        format!("2026-11-20 15:49:23,377 ERROR shop.orders: request failed\\n{text}\n")
    }),
    whole("escaped crlf", |text| {
        let text = text.replace('\n', "\\r\\n").replace('\t', "\\t");
        format!("2026-11-20 15:49:23,377 ERROR shop.orders: request failed\\r\\n{text}\n")
    }),
    whole("octal #012", |text| {
        let text = text.replace('\n', "#012").replace('\t', "#011");
        format!("Nov 20 15:49:23 web shop[812]: request failed#012{text}\n")
    }),
];

/// The text in this dress, every line from the first service; a dress of one line is worn by each of `traces`, the texts
/// of its traces.
pub(crate) fn put_on(dress: &Dress, text: &str, traces: &[String]) -> String {
    match dress.wear {
        Wear::Whole(wear) => traces.iter().map(|trace| wear(trace)).collect(),
        Wear::Lines(_) => put_on_all(dress, text),
    }
}

/// The text in this dress, every line from the first service, all of it in one line if it is a dress of one line.
pub(crate) fn put_on_all(dress: &Dress, text: &str) -> String {
    match dress.wear {
        Wear::Whole(wear) => wear(text.strip_suffix('\n').unwrap_or(text)),
        Wear::Lines(wear) => text
            .lines()
            .enumerate()
            .map(|(number, text)| {
                wear(Line {
                    text,
                    stream: 0,
                    number,
                    calm: false,
                })
            })
            .collect(),
    }
}

/// Lines of two services in turn, then what is left of the longer one.
pub(crate) fn in_turn<'a>(one: &'a str, other: &'a str) -> Vec<Line<'a>> {
    let (mut one, mut other) = (one.lines(), other.lines());
    let mut mixed: Vec<(usize, &str)> = Vec::new();
    loop {
        let (a, b) = (one.next(), other.next());
        mixed.extend(a.map(|text| (0, text)));
        mixed.extend(b.map(|text| (1, text)));
        if a.is_none() && b.is_none() {
            let line = |(number, (stream, text))| Line {
                text,
                stream,
                number,
                calm: false,
            };
            return mixed.into_iter().enumerate().map(line).collect();
        }
    }
}

fn first() -> Line<'static> {
    Line {
        text: "",
        stream: 0,
        number: 0,
        calm: false,
    }
}

fn std_name(line: Line<'_>) -> &'static str {
    ["stderr", "stdout"][line.stream]
}

fn pid(line: Line<'_>) -> usize {
    812 + 4_095 * line.stream
}

/// A second every thousand lines.
fn clock(line: Line<'_>, colon: char) -> String {
    format!("15{colon}49{colon}{:02}", 23 + line.number / 1_000)
}

fn iso(line: Line<'_>) -> String {
    format!(
        "2026-11-20T{}.{:03}Z",
        clock(line, ':'),
        line.number % 1_000
    )
}

fn iso_offset(line: Line<'_>) -> String {
    let (at, millis) = (clock(line, ':'), line.number % 1_000);
    format!("2026-11-20T{at}.{millis:03}377+00:00")
}

fn docker(line: Line<'_>, log: &str) -> String {
    let record = json!({"log": log, "stream": std_name(line), "time": iso(line)});
    format!("{record}\n")
}

/// The runtime cuts at 16 KiB, wherever that is; an opening that it cuts is not found, because the search is over raw bytes.
fn cri_parts(line: Line<'_>) -> String {
    let (one, other) = in_two(line.text);
    let (at, name) = (iso(line), std_name(line));
    format!("{at} {name} P {one}\n{at} {name} F {other}\n")
}

fn docker_parts(line: Line<'_>) -> String {
    let (one, other) = in_two(line.text);
    docker(line, one) + &docker(line, &format!("{other}\n"))
}

/// Near the middle, but not within an opening.
fn in_two(text: &str) -> (&str, &str) {
    let openings = || LANGUAGES.iter().flat_map(|language| language.openings());
    let free = |at: &usize| {
        let within = |opening: &&&str| {
            text.match_indices(**opening)
                .any(|(begin, _)| begin < *at && *at < begin + opening.len())
        };
        text.is_char_boundary(*at) && !openings().any(|opening| within(&opening))
    };
    let middle = text.len() / 2;
    let at = (middle..=text.len()).find(free).unwrap_or(text.len());
    text.split_at(at)
}
