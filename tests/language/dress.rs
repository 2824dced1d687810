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

/// A text as its programs wrote it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Written {
    /// All of it.
    pub(crate) text: String,
    /// Of each line: beside the records of others, it tells of no failure.
    pub(crate) calm: Vec<bool>,
    /// Its traces; all of it where there is none.
    pub(crate) traces: Vec<Logged>,
}

/// One trace as a logger is given it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Logged {
    /// What its record says beside it; `None` where it is no record's, or all that the record says.
    pub(crate) said: Option<String>,
    /// The trace.
    pub(crate) stack: String,
    /// As it was printed: the record with its header, if that is one message of several lines.
    pub(crate) printed: String,
    /// The record is one that has a field of its own for the trace: no logger is given it again.
    pub(crate) has_field: bool,
}

impl Logged {
    /// What a logger says where the record says nothing.
    pub(crate) fn words(&self) -> &str {
        self.said.as_deref().unwrap_or("request failed")
    }

    /// Of one who puts the trace into his message.
    fn message(&self) -> String {
        match self.said.as_deref() {
            Some(said) if !said.is_empty() => format!("{said}\n{}", self.stack),
            _ => self.stack.clone(),
        }
    }

    /// What it says and the trace, its ends of lines and its tabs written out.
    fn on_one_line(&self, end: &str, tab: &str) -> String {
        let text = format!("{}\n{}", self.words(), self.stack);
        text.replace('\n', end).replace('\t', tab)
    }
}

/// How a text comes into a file.
pub(crate) enum Wear {
    /// Each line by itself.
    Lines(fn(Line<'_>) -> String),
    /// A trace and what its record says in one line.
    Whole(fn(&Logged) -> String),
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

const fn whole(name: &'static str, wear: fn(&Logged) -> String) -> Dress {
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
    whole("json stack", |l| {
        let record = json!({"level": "error", "time": "2026-11-20T15:49:23.377Z", "msg": l.words(), "stack": l.stack});
        format!("{record}\n")
    }),
    whole("json message", |l| {
        let record = json!({"@timestamp": "2026-11-20T15:49:23.377Z", "level": "ERROR", "message": l.message()});
        format!("{record}\n")
    }),
    whole("json nested", |l| {
        let record = json!({"@timestamp": "2026-11-20T15:49:23.377Z", "log.level": "error", "message": l.words(), "error": {"stack_trace": l.stack}});
        format!("{record}\n")
    }),
    whole("json in docker", |l| {
        let record = json!({"level": "error", "msg": l.words(), "stack_trace": l.stack});
        docker(first(), &format!("{record}\n"))
    }),
    whole("json in cri", |l| {
        let record = json!({"level": "error", "msg": l.words(), "exception": l.stack});
        format!("2026-11-20T15:49:23.000000377Z stderr F {record}\n")
    }),
    whole("json in syslog", |l| {
        let record = json!({"level": "error", "msg": l.words(), "stack": l.stack});
        format!("<11>1 2026-11-20T15:49:23.377Z web shop 812 - - {record}\n")
    }),
    whole("json in compose", |l| {
        let record = json!({"level": "error", "msg": l.words(), "err": {"stack": l.stack}});
        format!("shop-1  | {record}\n")
    }),
    whole("logfmt", |l| {
        let [words, stack] = [l.words(), &l.stack].map(serde_json::Value::from);
        format!("time=2026-11-20T15:49:23.377Z level=error msg={words} stack={stack}\n")
    }),
    whole("escaped", |l| {
        let text = l.on_one_line("\\n", "\\t");
        format!("2026-11-20 15:49:23,377 ERROR shop.orders: {text}\n")
    }),
    whole("escaped crlf", |l| {
        let text = l.on_one_line("\\r\\n", "\\t");
        format!("2026-11-20 15:49:23,377 ERROR shop.orders: {text}\n")
    }),
    whole("octal #012", |l| {
        let text = l.printed.replace('\n', "#012").replace('\t', "#011");
        format!("Nov 20 15:49:23 web shop[812]: {text}\n")
    }),
];

/// The text in this dress, every line from the first service; a dress of one line is worn by each trace that has no field
/// of its own already.
pub(crate) fn put_on(dress: &Dress, written: &Written) -> String {
    match dress.wear {
        Wear::Whole(wear) => {
            let worn = |logged: &Logged| match logged.has_field {
                true => logged.printed.clone() + "\n",
                false => wear(logged),
            };
            written.traces.iter().map(worn).collect()
        }
        Wear::Lines(wear) => lines_of(written, 0).map(wear).collect(),
    }
}

/// The text in this dress, every line from the first service, all of it in one line if it is a dress of one line.
pub(crate) fn put_on_all(dress: &Dress, text: &str) -> String {
    let stack = text.strip_suffix('\n').unwrap_or(text).to_owned();
    let all = Logged {
        printed: stack.clone(),
        stack,
        ..Logged::default()
    };
    let written = Written {
        text: text.to_owned(),
        traces: vec![all],
        ..Written::default()
    };
    put_on(dress, &written)
}

/// Each line, from this service.
fn lines_of(written: &Written, stream: usize) -> impl Iterator<Item = Line<'_>> {
    let line = move |(number, text)| Line {
        text,
        stream,
        number,
        calm: written.calm.get(number).copied().unwrap_or_default(),
    };
    written.text.lines().enumerate().map(line)
}

/// Lines of two services in turn, then what is left of the longer one.
pub(crate) fn in_turn<'a>(one: &'a Written, other: &'a Written) -> Vec<Line<'a>> {
    let (mut one, mut other) = (lines_of(one, 0), lines_of(other, 1));
    let mut mixed: Vec<Line<'_>> = Vec::new();
    loop {
        let (a, b) = (one.next(), other.next());
        let done = a.is_none() && b.is_none();
        mixed.extend(a);
        mixed.extend(b);
        if done {
            let number = |(number, line)| Line { number, ..line };
            return mixed.into_iter().enumerate().map(number).collect();
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
