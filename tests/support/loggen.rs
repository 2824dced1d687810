//! Logs as several services write them into one file, with stack traces among the lines, and the truth of them; by seed.
//!
//! A trace carries its number twice: `TRC-00000007-S` in its header or first line, and at its end `TRC-00000007-E` in the
//! message (Python) or `TRC_00000007_E` in the name of a file, so that who reads it can be checked.
//!
//! Python's logging, logback, Go's log and a Node logger, 20 to 200 characters of message; traces of 10 to 60 frames. A
//! sparse log begins a trace with one line in 500, a dense one so often that half of its lines are in traces.

#[path = "loggen/printed.rs"]
mod printed;
#[path = "loggen/words.rs"]
mod words;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use super::dice::Dice;
use words::{CLASSES, MODULES, WORDS};

/// A service's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lang {
    /// Python's logging.
    Python,
    /// logback.
    Java,
    /// Go's log.
    Go,
    /// A logger of Node.
    Node,
}

/// How often a trace begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Density {
    /// One line in 500.
    Sparse,
    /// Half of the lines are in traces.
    Dense,
}

/// One trace of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Truth {
    /// From 1.
    pub(crate) id: u64,
    /// What printed it.
    pub(crate) lang: Lang,
    /// Its lines, the header among them.
    pub(crate) lines: Vec<String>,
}

/// What was written.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Written {
    /// Bytes.
    pub(crate) bytes: u64,
    /// Lines.
    pub(crate) lines: u64,
    /// Traces.
    pub(crate) traces: u64,
    /// Lines in traces.
    pub(crate) trace_lines: u64,
}

/// Writes at least `bytes` bytes of log to `path`.
pub(crate) fn write(
    path: &Path,
    bytes: u64,
    langs: &[Lang],
    density: Density,
    seed: u64,
) -> Written {
    let told = &mut |_| {};
    write_telling(path, bytes, langs, density, seed, told)
}

/// The same; `told` is told of every trace.
pub(crate) fn write_telling(
    path: &Path,
    bytes: u64,
    langs: &[Lang],
    density: Density,
    seed: u64,
    told: &mut dyn FnMut(Truth),
) -> Written {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path).unwrap());
    let mut generator = Generator::new(seed);
    while generator.written.bytes < bytes {
        let lang = langs[generator.dice.within(0, langs.len() as u64) as usize];
        for _ in 0..generator.dice.within(1, 40) {
            let text = generator.step(lang, density, told);
            out.write_all(text.as_bytes()).unwrap();
        }
    }
    out.flush().unwrap();
    generator.written
}

/// Ordinary lines of these services, without end, none of them severe.
pub(crate) fn ordinary(langs: &'static [Lang], seed: u64) -> impl Iterator<Item = String> {
    let mut generator = Generator::new(seed);
    generator.calm = true;
    std::iter::repeat_with(move || {
        let lang = langs[generator.dice.within(0, langs.len() as u64) as usize];
        generator.line(lang)
    })
}

struct Generator {
    dice: Dice,
    micros: i64,
    written: Written,
    /// Nothing above INFO is logged.
    calm: bool,
}

impl Generator {
    fn new(seed: u64) -> Self {
        Self {
            dice: Dice::new(seed),
            micros: 1_793_491_200_000_000,
            written: Written::default(),
            calm: false,
        }
    }

    fn step(&mut self, lang: Lang, density: Density, told: &mut dyn FnMut(Truth)) -> String {
        let starts = match density {
            Density::Dense => self.written.trace_lines * 2 < self.written.lines,
            Density::Sparse => self.dice.fraction() < 0.002,
        };
        let lines = if starts {
            self.written.traces += 1;
            let lines = self.trace(lang);
            self.written.trace_lines += lines.len() as u64;
            lines
        } else {
            vec![self.line(lang)]
        };
        self.written.lines += lines.len() as u64;
        let text = lines.join("\n") + "\n";
        self.written.bytes += text.len() as u64;
        if starts {
            let id = self.written.traces;
            told(Truth { id, lang, lines });
        }
        text
    }

    fn time(&mut self, format: &str) -> String {
        self.micros += self.dice.within(200, 20_000).cast_signed();
        jiff::Timestamp::from_microsecond(self.micros)
            .unwrap()
            .strftime(format)
            .to_string()
    }

    fn level(&mut self) -> &'static str {
        let at = self.dice.fraction();
        if self.calm {
            return if at < 0.35 { "DEBUG" } else { "INFO" };
        }
        if at < 0.35 {
            "DEBUG"
        } else if at < 0.95 {
            "INFO"
        } else if at < 0.985 {
            "WARNING"
        } else {
            "ERROR"
        }
    }

    fn number(&mut self, from: u64, to: u64) -> u64 {
        self.dice.within(from, to)
    }

    fn message(&mut self, from: u64, to: u64) -> String {
        let length = self.number(from, to) as usize;
        let mut text = String::new();
        while text.len() < length {
            let kind = self.dice.fraction();
            if kind < 0.75 {
                text.push_str(self.dice.pick(WORDS));
            } else if kind < 0.9 {
                let word = self.dice.pick(WORDS);
                text.extend([word, "=", &self.number(0, 100_000).to_string()]);
            } else {
                text.extend(["req_id=", &format!("{:016x}", self.dice.bits())]);
            }
            text.push(' ');
        }
        text.pop();
        text
    }

    fn line(&mut self, lang: Lang) -> String {
        match lang {
            Lang::Python => {
                let (time, level) = (self.time("%Y-%m-%d %H:%M:%S,%3f"), self.level());
                let (process, module) = (self.number(1_000, 1_016), self.dice.pick(MODULES));
                format!(
                    "{time} {level} [{process}] {module}: {}",
                    self.message(20, 180)
                )
            }
            Lang::Java => {
                let (time, thread) = (self.time("%Y-%m-%d %H:%M:%S.%3f"), self.number(1, 33));
                let (level, class) = (
                    self.level().replace("WARNING", "WARN"),
                    self.dice.pick(CLASSES),
                );
                format!(
                    "{time} [http-nio-8080-exec-{thread}] {level:5} {class} - {}",
                    self.message(20, 180)
                )
            }
            Lang::Go => {
                let time = self.time("%Y/%m/%d %H:%M:%S.%6f");
                let (file, line) = (
                    self.dice
                        .pick(&["server", "handler", "pool", "main", "client"]),
                    self.number(10, 900),
                );
                format!("{time} {file}.go:{line}: {}", self.message(40, 200))
            }
            Lang::Node => {
                let (time, level) = (
                    self.time("%Y-%m-%dT%H:%M:%S.%3fZ"),
                    self.level().to_lowercase(),
                );
                let (name, process) = (
                    self.dice.pick(&["api", "web", "worker"]),
                    self.number(100, 999),
                );
                format!(
                    "[{time}] {level} ({name}/{process}): {}",
                    self.message(20, 180)
                )
            }
        }
    }
}
