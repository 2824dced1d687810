//! UTF-16 by its byte order mark. In: the bytes of a stream from its first one. Out: the same lines in UTF-8.
//!
//! A line of UTF-8 is filled up to as many bytes as it has in the file, with NULs before its text, which whoever reads a line
//! passes over: so each line begins where it begins in the file. Where the letters of a line take more bytes in UTF-8
//! (Chinese, Japanese, Korean), what it is longer is taken off the filling of the lines behind it.

use crate::bounds::LINE_BYTES_MAX;

/// Turns UTF-16 into UTF-8.
#[derive(Debug)]
pub(super) struct Wide {
    little: bool,
    /// Not yet turned: the beginning of a line.
    raw: Vec<u8>,
    /// Up to here no line end was found in it.
    searched: usize,
    /// Bytes that were given beyond those of the file.
    debt: usize,
}

impl Wide {
    /// For a stream that begins with these bytes, if they say that it is UTF-16.
    pub(super) fn of(first: &[u8]) -> Option<Self> {
        let little = match first {
            // UTF-32 has the same two, and two zeros.
            [0xff, 0xfe, 0, 0, ..] => return None,
            [0xff, 0xfe, ..] => true,
            [0xfe, 0xff, ..] => false,
            _ => return None,
        };
        Some(Self {
            little,
            raw: Vec::new(),
            searched: 0,
            debt: 0,
        })
    }

    /// Takes the stream's next bytes; whole lines go to `out`.
    pub(super) fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        self.raw.extend_from_slice(bytes);
        let raw = std::mem::take(&mut self.raw);
        let mut from = 0;
        let mut units = raw.chunks_exact(2).enumerate().skip(self.searched / 2);
        let newline =
            |unit: &[u8]| self.little && unit == [b'\n', 0] || !self.little && unit == [0, b'\n'];
        let ends: Vec<usize> = units
            .by_ref()
            .filter(|(_, unit)| newline(unit))
            .map(|(nth, _)| 2 * nth + 2)
            .collect();
        for end in ends {
            self.line(raw.get(from..end).unwrap_or_default(), out);
            from = end;
        }
        self.raw = raw.get(from..).unwrap_or_default().to_vec();
        self.searched = self.raw.len() & !1;
        // No line is kept that would be cut anyway; a pair is not torn.
        if self.raw.len() > 2 * LINE_BYTES_MAX + 4 {
            let rest = self.raw.split_off(2 * LINE_BYTES_MAX);
            let head = std::mem::replace(&mut self.raw, rest);
            self.searched = 0;
            let text = self.text(&head);
            out.extend_from_slice(text.as_bytes());
            self.fill(head.len(), text.len(), out);
        }
    }

    /// The stream has ended: what is left is its last line.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        let raw = std::mem::take(&mut self.raw);
        self.line(&raw, out);
    }

    fn line(&mut self, raw: &[u8], out: &mut Vec<u8>) {
        let text = self.text(raw);
        self.fill(raw.len(), text.len(), out);
        out.extend_from_slice(text.as_bytes());
    }

    /// As many NULs as the text is shorter than the file's bytes, less what was given too much.
    fn fill(&mut self, raw: usize, text: usize, out: &mut Vec<u8>) {
        let owed = text + self.debt;
        out.resize(out.len() + raw.saturating_sub(owed), 0);
        self.debt = owed.saturating_sub(raw);
    }

    /// The text without its mark; what is none (half of a pair, half of a unit) is shown as such.
    fn text(&self, raw: &[u8]) -> String {
        let unit = |pair: &[u8]| match pair {
            [low, high] if self.little => u16::from_le_bytes([*low, *high]),
            [high, low] => u16::from_be_bytes([*high, *low]),
            _ => 0xfffd,
        };
        let units = raw.chunks(2).map(unit).filter(|unit| *unit != 0xfeff);
        let letters = char::decode_utf16(units);
        letters
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(text: &str, little: bool) -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        let bytes = |unit: u16| {
            if little {
                unit.to_le_bytes()
            } else {
                unit.to_be_bytes()
            }
        };
        units.flat_map(bytes).collect()
    }

    fn turned(bytes: &[u8], step: usize) -> Vec<u8> {
        let mut wide = Wide::of(bytes).unwrap();
        let mut out = Vec::new();
        for part in bytes.chunks(step) {
            wide.push(part, &mut out);
        }
        wide.finish(&mut out);
        out
    }

    #[test]
    fn lines_begin_where_they_begin_in_the_file() {
        let text = "first line\r\nĊ second: ä\r\n\r\nlast";
        for little in [true, false] {
            let bytes = wide(text, little);
            for step in [1, 3, 7, 1_000] {
                let out = turned(&bytes, step);
                assert_eq!(out.len(), bytes.len());
                let lines: Vec<&[u8]> = out.split_inclusive(|b| *b == b'\n').collect();
                let plain: Vec<String> = lines
                    .iter()
                    .map(|l| {
                        String::from_utf8_lossy(l)
                            .trim_start_matches('\0')
                            .to_owned()
                    })
                    .collect();
                assert_eq!(plain.concat(), text);
                assert_eq!(lines[0].len(), 2 + 2 * 12);
                assert_eq!(lines[1].len(), 2 * 13);
            }
        }
    }

    #[test]
    fn what_utf_8_needs_more_is_taken_off_the_lines_behind() {
        let text = "注文は出荷できません\nshort\na line that is long enough to pay\n";
        let out = turned(&wide(text, true), 5);
        assert_eq!(out.len(), wide(text, true).len());
        let plain: String = String::from_utf8(out).unwrap().replace('\0', "");
        assert_eq!(plain, text);
    }

    #[test]
    fn what_is_no_utf_16_is_left_or_shown() {
        assert!(Wide::of(b"\xff\xfe\0\0").is_none() && Wide::of(b"plain").is_none());
        let torn = [0xff, 0xfe, 0x00, 0xd8, b'x', 0, b'\n'];
        let out = turned(&torn, 2);
        let text = String::from_utf8(out).unwrap().replace('\0', "");
        assert_eq!(text, "\u{fffd}x\u{fffd}");
    }
}
