//! Reasons in words. In: what `erl_error` says of one. Out: the reason as a term, as the other reports of the crash print it.

/// Words that stand for an atom, however they go on.
const ATOMS: &[(&str, &str)] = &[
    (
        "an error occurred when evaluating an arithmetic",
        "badarith",
    ),
    ("no function clause matching", "function_clause"),
    ("undefined function", "undef"),
    ("bad argument", "badarg"),
    ("no true branch found", "if_clause"),
    ("a system limit has been reached", "system_limit"),
];

/// Words before a term, and the name of the tuple that holds it.
const TUPLES: &[(&str, &str)] = &[
    ("no match of right hand side value ", "badmatch"),
    ("no case clause matching ", "case_clause"),
    ("no try clause matching ", "try_clause"),
    ("bad key: ", "badkey"),
    ("bad map: ", "badmap"),
    ("bad function ", "badfun"),
];

/// The term that the words stand for; any other reason is one already.
pub(super) fn term(reason: &str) -> String {
    if let Some((_, atom)) = ATOMS.iter().find(|(words, _)| reason.starts_with(words)) {
        return (*atom).to_owned();
    }
    let tuple = TUPLES
        .iter()
        .find_map(|(words, name)| Some(format!("{{{name},{}}}", reason.strip_prefix(words)?)));
    tuple.unwrap_or_else(|| reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons() {
        for (words, expected) in [
            ("bad key: lorries", "{badkey,lorries}"),
            (
                "no match of right hand side value {error,enoent}",
                "{badmatch,{error,enoent}}",
            ),
            ("bad argument", "badarg"),
            ("undefined function shopp:take/2", "undef"),
            ("{out_of_stock,17}", "{out_of_stock,17}"),
        ] {
            assert_eq!(term(words), expected);
        }
    }
}
