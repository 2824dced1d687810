//! Logs as several services write them into one file, with stack traces among the lines, and the truth of them; by seed.
//!
//! A trace carries its number twice: `TRC-00000007-S` in its header or first line, and at its end `TRC-00000007-E` in the
//! message (Python) or `TRC_00000007_E` in the name of a file, so that who reads it can be checked.
//!
//! Python's logging, logback, Go's log and a Node logger, 20 to 200 characters of message; traces of 10 to 60 frames. A
//! sparse log begins a trace with one line in 500, a dense one so often that half of its lines are in traces.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use super::dice::Dice;

const MODULES: &[&str] = &[
    "app.http.server",
    "app.db.pool",
    "app.worker.tasks",
    "app.cache.redis",
    "app.auth.session",
    "billing.invoice",
    "billing.stripe",
    "search.indexer",
    "mail.queue",
    "scheduler.cron",
    "app.api.v2.orders",
    "app.api.v2.users",
    "storage.s3",
    "telemetry.export",
    "feature.flags",
];
const CLASSES: &[&str] = &[
    "com.acme.orders.OrderService",
    "com.acme.orders.OrderController",
    "com.acme.db.ConnectionPool",
    "com.acme.http.RequestFilter",
    "com.acme.billing.InvoiceJob",
    "com.acme.cache.CacheManager",
    "com.acme.auth.TokenVerifier",
    "org.springframework.web.servlet.DispatcherServlet",
    "org.hibernate.SQL",
    "org.apache.kafka.clients.consumer.internals.Fetcher",
    "com.zaxxer.hikari.pool.HikariPool",
];
const WORDS: &[&str] = &[
    "request",
    "handled",
    "user",
    "session",
    "order",
    "item",
    "cache",
    "hit",
    "miss",
    "retry",
    "queue",
    "batch",
    "commit",
    "rollback",
    "connection",
    "opened",
    "closed",
    "latency",
    "budget",
    "shard",
    "replica",
    "index",
    "refresh",
    "token",
    "expired",
    "renewed",
    "upstream",
    "downstream",
    "payload",
    "bytes",
    "written",
    "flushed",
    "scheduled",
    "finished",
    "started",
    "worker",
    "heartbeat",
    "partition",
    "offset",
    "lag",
    "threshold",
    "config",
    "reload",
    "feature",
    "flag",
    "enabled",
    "disabled",
    "tenant",
    "region",
    "zone",
    "node",
    "pod",
    "ready",
    "health",
    "check",
    "passed",
];
const FUNCTIONS: &[&str] = &[
    "handle_request",
    "dispatch",
    "execute",
    "run_query",
    "fetch_one",
    "commit",
    "process_item",
    "render",
    "validate",
    "serialize",
    "load_user",
    "get_session",
    "send_mail",
    "publish",
    "consume",
    "retry_call",
    "wrap",
    "inner",
    "__call__",
    "_run",
    "main",
];
const METHODS: &[&str] = &[
    "doFilter",
    "invoke",
    "handle",
    "process",
    "execute",
    "doDispatch",
    "service",
    "run",
    "call",
    "submit",
    "commit",
    "query",
    "apply",
    "lambda$main$0",
    "accept",
    "get",
];
const PYTHON_ERRORS: &[&str] = &[
    "ValueError: invalid literal for int() with base 10: '%'",
    "KeyError: '%'",
    "psycopg2.OperationalError: could not connect to server: Connection refused (%)",
    "redis.exceptions.TimeoutError: Timeout reading from socket %",
    "TypeError: unsupported operand type(s) for +: 'int' and 'str' (%)",
    "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='%', port=443): Max retries exceeded",
];
const JAVA_ERRORS: &[&str] = &[
    "java.lang.NullPointerException: Cannot invoke \"String.length()\" because \"<local1>\" is null",
    "java.lang.IllegalStateException: Pool exhausted",
    "java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out after 30000ms.",
    "java.util.concurrent.TimeoutException: Did not observe any item or terminal signal within 5000ms",
    "java.io.IOException: Broken pipe",
    "org.springframework.dao.DataIntegrityViolationException: could not execute statement",
];
const NODE_ERRORS: &[&str] = &[
    "TypeError: Cannot read properties of undefined (reading 'id')",
    "Error: connect ECONNREFUSED 10.0.3.17:5432",
    "RangeError: Maximum call stack size exceeded",
    "ReferenceError: foo is not defined",
    "Error: Request failed with status code 502",
];

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

    fn trace(&mut self, lang: Lang) -> Vec<String> {
        let id = self.written.traces;
        let frames = self.number(10, 61);
        match lang {
            Lang::Python => self.python(id, frames),
            Lang::Java => self.java(id, frames),
            Lang::Go => self.go(id, frames),
            Lang::Node => self.node(id, frames),
        }
    }

    fn python_frames(&mut self, count: u64, lines: &mut Vec<String>) {
        for _ in 0..count {
            let path = self.dice.pick(MODULES).replace('.', "/");
            let (line, function) = (self.number(10, 2_000), self.dice.pick(FUNCTIONS));
            lines.push(format!("  File \"/srv/app/lib/python3.11/site-packages/{path}.py\", line {line}, in {function}"));
            let (function, word) = (self.dice.pick(FUNCTIONS), self.dice.pick(WORDS));
            lines.push(format!(
                "    return self.{function}({word}, timeout={})",
                self.number(0, 100)
            ));
        }
    }

    fn python(&mut self, id: u64, mut frames: u64) -> Vec<String> {
        let (time, process, module) = (
            self.time("%Y-%m-%d %H:%M:%S,%3f"),
            self.number(1_000, 1_016),
            self.dice.pick(MODULES),
        );
        let mut lines = vec![
            format!(
                "{time} ERROR [{process}] {module}: unhandled exception while processing TRC-{id:08}-S"
            ),
            "Traceback (most recent call last):".to_owned(),
        ];
        if self.dice.fraction() < 0.25 {
            let inner = (frames / 2).max(1);
            self.python_frames(inner, &mut lines);
            let word = self.dice.pick(WORDS);
            lines.push(self.dice.pick(PYTHON_ERRORS).replace('%', word));
            let joint = self.dice.pick(&[
                "During handling of the above exception, another exception occurred:",
                "The above exception was the direct cause of the following exception:",
            ]);
            lines.extend([
                String::new(),
                joint.to_owned(),
                String::new(),
                "Traceback (most recent call last):".to_owned(),
            ]);
            frames = (frames - inner).max(1);
        }
        self.python_frames(frames, &mut lines);
        lines.push(
            self.dice
                .pick(PYTHON_ERRORS)
                .replace('%', &format!("TRC-{id:08}-E")),
        );
        lines
    }

    fn java_frames(&mut self, count: u64, lines: &mut Vec<String>) {
        for _ in 0..count {
            let (class, method) = (self.dice.pick(CLASSES), self.dice.pick(METHODS));
            let (file, line) = (
                class.rsplit('.').next().unwrap_or_default(),
                self.number(20, 1_900),
            );
            let jar =
                self.dice
                    .pick(&["", "", " ~[app.jar:1.4.2]", " [spring-web-6.1.3.jar:6.1.3]"]);
            lines.push(format!("\tat {class}.{method}({file}.java:{line}){jar}"));
        }
    }

    fn java(&mut self, id: u64, frames: u64) -> Vec<String> {
        let (time, thread, class) = (
            self.time("%Y-%m-%d %H:%M:%S.%3f"),
            self.number(1, 33),
            self.dice.pick(CLASSES),
        );
        let mut lines = vec![
            format!(
                "{time} [http-nio-8080-exec-{thread}] ERROR {class} - Request failed TRC-{id:08}-S"
            ),
            self.dice.pick(JAVA_ERRORS).to_owned(),
        ];
        let first = (frames / 2).max(4);
        self.java_frames(first, &mut lines);
        let mut left = frames.saturating_sub(first);
        while left > 0 {
            let count = left.min(self.number(3, 12));
            left -= count;
            lines.push(format!("Caused by: {}", self.dice.pick(JAVA_ERRORS)));
            self.java_frames(count, &mut lines);
        }
        mark_end(lines.last_mut().unwrap(), ".java:", id);
        lines.push(format!(
            "\t... {} common frames omitted",
            self.number(5, 60)
        ));
        lines
    }

    fn go(&mut self, id: u64, frames: u64) -> Vec<String> {
        let mut lines = vec![
            format!(
                "panic: runtime error: invalid memory address or nil pointer dereference TRC-{id:08}-S"
            ),
            format!(
                "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x{:x}]",
                self.number(0, 1 << 24)
            ),
            String::new(),
            format!("goroutine {} [running]:", self.number(1, 900)),
        ];
        for _ in 0..frames / 2 {
            let package = self.dice.pick(&["orders", "billing", "http", "db"]);
            let (receiver, method) = (
                self.dice.pick(&["Server", "Pool", "Handler", "Client"]),
                self.dice.pick(&["ServeHTTP", "Do", "Get", "Run", "handle"]),
            );
            let arguments = (
                self.number(0, 1 << 36),
                self.number(0, 1 << 20),
                self.number(0, 1 << 8),
            );
            lines.push(format!(
                "github.com/acme/{package}.(*{receiver}).{method}(0xc{:09x}, {{0x{:x}, 0x{:x}}})",
                arguments.0, arguments.1, arguments.2
            ));
            let (file, line, offset) = (
                self.dice.pick(&["server", "pool", "handler"]),
                self.number(10, 800),
                self.number(0, 1 << 12),
            );
            lines.push(format!(
                "\t/go/src/github.com/acme/{package}/{file}.go:{line} +0x{offset:x}"
            ));
        }
        lines.push("created by github.com/acme/http.(*Server).Serve in goroutine 1".to_owned());
        lines.push(format!(
            "\t/go/src/github.com/acme/http/server_TRC_{id:08}_E.go:{} +0x1f",
            self.number(10, 800)
        ));
        lines
    }

    fn node(&mut self, id: u64, frames: u64) -> Vec<String> {
        let (time, process) = (self.time("%Y-%m-%dT%H:%M:%S.%3fZ"), self.number(100, 999));
        let mut lines = vec![
            format!("[{time}] error (api/{process}): Unhandled rejection TRC-{id:08}-S"),
            self.dice.pick(NODE_ERRORS).to_owned(),
        ];
        for _ in 0..frames {
            let before = self.dice.pick(&["", "async ", "new "]);
            let on = self.dice.pick(&["Object.", "Router.", ""]);
            let function = self.dice.pick(&[
                "handle",
                "next",
                "processTicksAndRejections",
                "dispatch",
                "query",
                "emit",
            ]);
            let folder = self.dice.pick(&[
                "node_modules/express/lib",
                "src",
                "dist",
                "node_modules/pg/lib",
            ]);
            let file = self
                .dice
                .pick(&["index", "router", "layer", "client", "app"]);
            let (line, column) = (self.number(10, 900), self.number(1, 80));
            lines.push(format!(
                "    at {before}{on}{function} (/srv/app/{folder}/{file}.js:{line}:{column})"
            ));
        }
        mark_end(lines.last_mut().unwrap(), ".js:", id);
        lines.push(
            "    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)"
                .to_owned(),
        );
        lines
    }
}

/// Puts the end's mark into the name of the file of a frame.
fn mark_end(frame: &mut String, extension: &str, id: u64) {
    let marked = frame.replacen(extension, &format!("_TRC_{id:08}_E{extension}"), 1);
    *frame = marked;
}
