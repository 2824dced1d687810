//! What turns a trace into something that is none, by seed.

use std::fmt::Write;

use crate::dice::Dice;

/// One way.
pub(crate) struct Mutation {
    pub(crate) name: &'static str,
    pub(crate) of: fn(&str, &mut Dice) -> String,
}

/// All of them.
pub(crate) const MUTATIONS: &[Mutation] = &[
    Mutation {
        name: "quoted",
        of: quoted,
    },
    Mutation {
        name: "in another script",
        of: in_another_script,
    },
    Mutation {
        name: "told",
        of: told,
    },
    Mutation {
        name: "shaken",
        of: shaken,
    },
    Mutation {
        name: "marked up",
        of: marked_up,
    },
    Mutation {
        name: "in a program",
        of: in_a_program,
    },
];

/// Each line behind the same mark, as mails, documents and searches have it.
fn quoted(text: &str, dice: &mut Dice) -> String {
    let mark = dice.pick(&["> ", ">> ", "+ ", "* ", "// ", "-- ", "log.txt-12-", "% "]);
    text.lines().fold(String::new(), |mut all, line| {
        writeln!(all, "{mark}{line}").unwrap();
        all
    })
}

/// Every letter is another one, by one of 24 rules; nothing else changes.
fn in_another_script(text: &str, dice: &mut Dice) -> String {
    let by = dice.within(1, 25) as u8;
    let turned = |c: char| match c {
        'a'..='z' => char::from(b'a' + (c as u8 - b'a' + by) % 26),
        'A'..='Z' => char::from(b'A' + (c as u8 - b'A' + by) % 26),
        _ => c,
    };
    text.chars().map(turned).collect()
}

/// Each line within a sentence of its own, in another order.
fn told(text: &str, dice: &mut Dice) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    dice.shuffle(&mut lines);
    lines.iter().fold(String::new(), |mut all, line| {
        let who = dice.pick(&["the desk", "a customer", "my notes", "the wiki"]);
        writeln!(all, "{who} has the words \"{}\" here.", line.trim()).unwrap();
        all
    })
}

/// All words in another order, as many in a line as fit.
fn shaken(text: &str, dice: &mut Dice) -> String {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    dice.shuffle(&mut words);
    words.chunks(8).fold(String::new(), |mut all, words| {
        writeln!(all, "so {}", words.join(" ")).unwrap();
        all
    })
}

/// Each line as an item of a list in HTML.
fn marked_up(text: &str, _: &mut Dice) -> String {
    text.lines().fold(String::from("<ol>\n"), |mut all, line| {
        let line = line.replace('&', "&amp;").replace('<', "&lt;");
        writeln!(all, "<li>{line}</li>").unwrap();
        all
    })
}

/// Each line as a text in a program that prints it.
fn in_a_program(text: &str, dice: &mut Dice) -> String {
    let call = dice.pick(&["print(", "expect(", "    lines.push(", "echo("]);
    text.lines().fold(String::new(), |mut all, line| {
        writeln!(all, "{call}{line:?});").unwrap();
        all
    })
}
