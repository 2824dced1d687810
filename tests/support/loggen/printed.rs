//! Traces as the runtimes of a made log print them: header, frames, message, with the trace's number in both ends.

use super::words::{
    CLASSES, FUNCTIONS, JAVA_ERRORS, METHODS, MODULES, NODE_ERRORS, PYTHON_ERRORS, WORDS,
};
use super::{Generator, Lang};

impl Generator {
    pub(super) fn trace(&mut self, lang: Lang) -> Vec<String> {
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
