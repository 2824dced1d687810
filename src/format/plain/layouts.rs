//! Layouts with a form of their own, which the reader of words would not come through.

use super::shapes::{is_dotted, is_name, number, split_name, text};
use super::{Reader, TimeContext};
use crate::bounds::HEADER_WORD_BYTES_MAX;
use crate::format::{calendar, words};
use crate::level::Level;

impl Reader<'_> {
    /// glog, klog: `E1120 15:49:24.580123    1234 main.go:12] message`.
    pub(super) fn glog(&mut self, context: &TimeContext) -> Option<()> {
        self.meta.level = Some(match self.text.first()? {
            b'I' => Level::Info,
            b'W' => Level::Warning,
            b'E' => Level::Error,
            b'F' => Level::Fatal,
            _ => return None,
        });
        let stamp = calendar::digits(self.text.get(1..)?, context)?;
        self.meta.time = Some(stamp.time);
        self.dated = true;
        self.at = 1 + stamp.len;
        self.skip_spaces();
        let (id, behind) = split_name(self.rest());
        self.meta.thread = number(id).and_then(|_| text(id));
        let place = behind.get(..2 * HEADER_WORD_BYTES_MAX).unwrap_or(behind);
        let end = memchr::memchr(b']', place).filter(|_| self.meta.thread.is_some())?;
        self.at += id.len() + end + 1;
        let _ = self.take(b" ");
        Some(())
    }

    /// Rust's `env_logger`, behind its date: ` ERROR shop::orders] message`; the module may be left out.
    pub(super) fn env_logger(&mut self) -> Option<()> {
        let end = memchr::memchr(b']', self.head())?;
        let inner = self.head().get(..end)?.strip_prefix(b" ")?;
        let letters = inner.iter().take_while(|b| b.is_ascii_uppercase()).count();
        let (word, name) = inner.split_at_checked(letters)?;
        let (level, name) = (words::upper_level(word)?, name.trim_ascii());
        if memchr::memchr(b' ', name).is_some() {
            return None;
        }
        self.meta.level = Some(level);
        self.meta.logger = text(name).filter(|n| !n.is_empty());
        self.at += end + 1;
        let _ = self.take(b" ");
        Some(())
    }

    /// java.util.logging, first line of two: `Nov 20, 2026 3:49:24 PM com.acme.Orders place`.
    pub(super) fn java_util_logging(&mut self, context: &TimeContext) -> Option<()> {
        let stamp = calendar::month_first(self.text, context)?;
        let place = self.text.get(stamp.len..)?.strip_prefix(b" ")?;
        let (class, behind) = split_name(place);
        let method = behind.strip_prefix(b" ").unwrap_or(behind);
        // Methods may be `<init>` and `lambda$main$0`.
        if !is_name(class) || method.len() > 4 * HEADER_WORD_BYTES_MAX || method.contains(&b' ') {
            return None;
        }
        self.meta.time = Some(stamp.time);
        self.meta.logger = text(class);
        self.dated = true;
        self.goes_on = true;
        self.at = self.text.len();
        Some(())
    }

    /// Microsoft.Extensions.Logging's console: `fail: Acme.Orders[0]`, and the message on the next line or, where it is told to
    /// write single lines, behind it.
    pub(super) fn extensions_logging(&mut self) -> Option<()> {
        let level = match self.rest().get(..6)? {
            b"trce: " | b"dbug: " => Level::Debug,
            b"info: " => Level::Info,
            b"warn: " => Level::Warning,
            b"fail: " => Level::Error,
            b"crit: " => Level::Fatal,
            _ => return None,
        };
        self.at += 6;
        let (name, behind) = self.name();
        let digits = behind.strip_prefix(b"[")?;
        let len = digits.iter().take_while(|b| b.is_ascii_digit()).count();
        let rest = digits.get(len..)?.strip_prefix(b"]")?;
        if !is_name(name) || len == 0 {
            return None;
        }
        let single = rest.starts_with(b" ");
        if !single && !rest.trim_ascii().is_empty() {
            return None;
        }
        self.goes_on = !single;
        self.at += name.len() + len + 2 + usize::from(single);
        self.meta.level = Some(level);
        self.meta.logger = text(name);
        Some(())
    }

    /// Spring Boot, behind the level: ` 1234 --- [app] [nio-8080-exec-1] [trace-span] c.a.Orders   : message`, the number being
    /// absent where the process does not know its own.
    pub(super) fn spring(&mut self) -> Option<()> {
        let digits = self
            .rest()
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
        let dashes: &[u8] = if digits > 0 { b" --- " } else { b"--- " };
        let behind = self.rest().get(digits..)?.strip_prefix(dashes)?;
        if !behind.starts_with(b"[") {
            return None;
        }
        self.meta.pid = self.rest().get(..digits).and_then(number);
        self.at += digits + dashes.len();
        while let Some(inner) = self.bracketed() {
            let name = inner.trim_ascii();
            if !self.correlation(name) && !name.is_empty() {
                self.meta.thread = text(name);
            }
            self.at += inner.len() + 2;
            let _ = self.take(b" ");
        }
        // Tomcat's loggers have brackets and slashes in their names.
        let end = memchr::memmem::find(self.head(), b" : ")?;
        let name = self.head().get(..end)?.trim_ascii();
        self.meta.logger = text(name).filter(|n| !n.is_empty());
        self.at += end + 2;
        Some(())
    }

    /// `0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331`
    fn correlation(&mut self, name: &[u8]) -> bool {
        let Some((trace, span)) = name.split_at_checked(32) else {
            return false;
        };
        let ids = span.len() == 17
            && span.starts_with(b"-")
            && trace
                .iter()
                .chain(span.iter().skip(1))
                .all(u8::is_ascii_hexdigit);
        if ids {
            let span = span.get(1..).unwrap_or_default();
            for (key, id) in [("trace_id", trace), ("span_id", span)] {
                let id = text(id).unwrap_or_default();
                self.meta.fields.push((key.to_owned(), id.into()));
            }
        }
        ids
    }

    /// Tomcat, behind its date: ` SEVERE [main] org.apache.catalina.startup.Catalina.load message`.
    pub(super) fn tomcat(&mut self) -> Option<()> {
        let rest = self.rest().strip_prefix(b" ")?;
        let word = rest.get(..memchr::memmem::find(self.head(), b" [")?.checked_sub(1)?)?;
        let level = words::java_level(word)?;
        self.at += 1 + word.len() + 1;
        let thread = self.bracketed()?;
        self.at += thread.len() + 2;
        self.take(b" ")?;
        let (name, behind) = self.name();
        if !is_dotted(name) || !behind.starts_with(b" ") {
            return None;
        }
        self.meta.level = Some(level);
        self.meta.thread = text(thread);
        self.meta.logger = text(name);
        self.at += name.len() + 1;
        Some(())
    }

    /// zap's console encoder: `\tERROR\tlogger\tpkg/main.go:7\tmessage`; logger and place may be left out.
    pub(super) fn tabs(&mut self) -> Option<()> {
        let mut rest = self.rest().get(1..)?;
        let word = rest.get(..memchr::memchr(b'\t', rest)?)?;
        self.meta.level = Some(words::level(word)?);
        self.at += 1 + word.len() + 1;
        for _ in 0..2 {
            rest = self.rest();
            let head = rest.get(..2 * HEADER_WORD_BYTES_MAX).unwrap_or(rest);
            let Some(end) = memchr::memchr(b'\t', head) else {
                break;
            };
            let field = rest.get(..end)?;
            let place = memchr::memmem::find(field, b".go:").is_some();
            // A message of one word has its fields, or nothing, behind it.
            let named = is_name(field) && rest.get(end + 1) != Some(&b'{');
            if !place && !named {
                break;
            }
            self.at += end + 1;
            if place {
                break;
            }
            self.meta.logger = text(field);
        }
        Some(())
    }

    /// logrus on a terminal: `ERRO[0000] message`.
    pub(super) fn logrus(&mut self) -> Option<()> {
        let word = self.text.get(..4)?;
        self.meta.level = Some(match word {
            b"TRAC" | b"DEBU" => Level::Debug,
            b"INFO" => Level::Info,
            b"WARN" => Level::Warning,
            b"ERRO" => Level::Error,
            b"FATA" | b"PANI" => Level::Fatal,
            _ => return None,
        });
        self.at = 4;
        let inner = self.bracketed()?;
        let number = inner.len() >= 4 && inner.iter().all(u8::is_ascii_digit);
        self.at += inner.len() + 2;
        (number || inner.len() > 18).then(|| self.take(b" "))?
    }

    /// zerolog's console writer: `2:39PM ERR main.go:9 > message`.
    pub(super) fn kitchen(&mut self) -> Option<()> {
        let hour = self
            .text
            .iter()
            .take(2)
            .take_while(|b| b.is_ascii_digit())
            .count();
        let clock = self.text.get(hour..)?;
        let (half, word) = (clock.get(3..6)?, clock.get(6..9)?);
        if clock.first() != Some(&b':')
            || !matches!(half, b"AM " | b"PM ")
            || clock.get(9) != Some(&b' ')
        {
            return None;
        }
        self.meta.level = Some(words::upper_level(word)?);
        self.at = hour + 10;
        let place = memchr::memmem::find(self.head(), b" > ");
        if let Some(end) =
            place.filter(|end| !self.head().get(..*end).is_some_and(|p| p.contains(&b' ')))
        {
            self.at += end + 3;
        }
        Some(())
    }

    /// log4j 1's `TTCCLayout`: `2    [main] ERROR com.acme.Orders  - message`, where the number is milliseconds.
    pub(super) fn elapsed(&mut self) -> Option<()> {
        let digits = self
            .text
            .iter()
            .take(10)
            .take_while(|b| b.is_ascii_digit())
            .count();
        self.at = digits;
        (digits > 0 && digits < 10).then_some(())?;
        self.take(b" ")?;
        self.skip_spaces();
        self.threaded()
    }

    /// slf4j-simple and what stands behind another's number: `[main] ERROR com.acme.Orders - message`.
    pub(super) fn threaded(&mut self) -> Option<()> {
        let thread = self.bracketed()?;
        self.at += thread.len() + 2;
        self.take(b" ")?;
        let word = self.letters();
        let level = words::upper_level(word)?;
        self.at += word.len();
        self.skip_spaces();
        let (name, behind) = self.name();
        let spaces = behind.iter().take_while(|b| **b == b' ').count();
        let dash = behind.get(spaces..)?.starts_with(b"- ");
        if !is_name(name) || spaces == 0 || !dash {
            return None;
        }
        self.meta.level = Some(level);
        self.meta.thread = text(thread);
        self.meta.logger = text(name);
        self.at += name.len() + spaces + 2;
        Some(())
    }

    /// PHP writes the name of its zone behind its time: `[20-Nov-2026 15:49:24 Europe/Berlin] `.
    pub(super) fn zone_name(&mut self) {
        let name = self.rest().strip_prefix(b" ").unwrap_or_default();
        let signs = |b: &&u8| b.is_ascii_alphabetic() || matches!(**b, b'/' | b'_');
        let len = name.iter().take_while(signs).count();
        if self.text.get(3) == Some(&b'-') && len > 0 && name.get(len) == Some(&b']') {
            self.at += 1 + len;
        }
    }

    /// Monolog, Laravel and Symfony, behind the time: ` channel.ERROR: message`.
    pub(super) fn monolog(&mut self) -> Option<()> {
        let rest = self.rest().strip_prefix(b" ")?;
        let head = rest.get(..2 * HEADER_WORD_BYTES_MAX).unwrap_or(rest);
        let colon = memchr::memchr(b':', head)?;
        let word = head.get(..colon)?;
        let dot = memchr::memrchr(b'.', word)?;
        let (name, level) = (word.get(..dot)?, word.get(dot + 1..)?);
        let level = words::upper_level(level).filter(|_| !name.contains(&b' '))?;
        self.meta.level = Some(level);
        self.meta.logger = text(name).filter(|n| !n.is_empty());
        self.at += 1 + colon + 1;
        let _ = self.take(b" ");
        Some(())
    }

    /// php-fpm before what a worker printed: ` WARNING: [pool www] child 12 said into stderr: "message"`. The level is always
    /// the same and says nothing of the message.
    pub(super) fn php_fpm(&mut self) -> Option<()> {
        let rest = self.rest().strip_prefix(b" WARNING: [pool ")?;
        let rest = rest.get(..4 * HEADER_WORD_BYTES_MAX).unwrap_or(rest);
        let words = b" said into std";
        let said = memchr::memmem::find(rest, words)?;
        let child = text(rest.get(..said)?)?;
        let (_, pid) = child.rsplit_once("] child ")?;
        let behind = rest.get(said + words.len()..)?;
        let message = memchr::memmem::find(behind, b": \"").filter(|at| *at <= 3)?;
        self.meta.pid = pid.parse().ok();
        self.at += b" WARNING: [pool ".len() + said + words.len() + message + 3;
        Some(())
    }

    /// nginx gives the same level to all that a FastCGI server says: it is not the message's.
    pub(super) fn fastcgi(&mut self) {
        let said = b"FastCGI sent in stderr: \"";
        let head = self.rest();
        let head = head.get(..HEADER_WORD_BYTES_MAX).unwrap_or(head);
        let numbered = head.first().is_some_and(u8::is_ascii_digit) || head.starts_with(b"*");
        if numbered && self.meta.level.is_some() && memchr::memmem::find(head, said).is_some() {
            self.meta.level = None;
        }
    }

    /// `(default task-1) `, WildFly's and Quarkus's thread behind the logger in brackets.
    pub(super) fn thread_in_parentheses(&mut self) -> Option<()> {
        let head = self.rest();
        let head = head.get(..2 * HEADER_WORD_BYTES_MAX).unwrap_or(head);
        let end = memchr::memchr(b')', head)?;
        let name = head
            .get(1..end)
            .filter(|n| !n.is_empty() && !n.contains(&b'('))?;
        if head.get(end + 1) != Some(&b' ') {
            return None;
        }
        self.meta.thread = text(name);
        self.at += end + 1;
        Some(())
    }

    /// A program's own words before Go's date: `[api] 2026/11/20 15:49:24 `, `api: 2026/11/20 15:49:24 `.
    pub(super) fn named_go(&mut self, context: &TimeContext) -> Option<()> {
        let name_end = match self.text.first()? {
            b'[' => {
                self.bracketed()
                    .filter(|n| is_name(n) || is_dotted(n))?
                    .len()
                    + 2
            }
            _ => split_name(self.text).0.len() + 1,
        };
        let parted = matches!(self.text.get(name_end.checked_sub(1)?)?, b']' | b':');
        if !parted
            || self.text.get(name_end) != Some(&b' ')
            || self.text.get(name_end + 5) != Some(&b'/')
        {
            return None;
        }
        self.at = name_end + 1;
        self.stamp(context)?;
        let _ = self.take(b" ");
        Some(())
    }
}
