//! Pairs the agent's frames with the SDK's, from the crash end, order kept.

use serde_json::Value;

use crate::event::{basename, text_of};

/// A pair: number from the crash end, ours, theirs, whether the text carries it. One side may be alone.
pub(crate) type Pair<'a> = (usize, Option<&'a Value>, Option<&'a Value>, bool);

/// All pairs.
pub(crate) fn align<'a>(ours: &'a [Value], theirs: &'a [Value], carried: &[bool]) -> Vec<Pair<'a>> {
    let (ours_len, theirs_len) = (ours.len(), theirs.len());
    let mut out = Vec::new();
    let mut end = 0;
    while end < ours_len
        && end < theirs_len
        && same(&ours[ours_len - 1 - end], &theirs[theirs_len - 1 - end])
    {
        end += 1;
        out.push((
            end,
            Some(&ours[ours_len - end]),
            Some(&theirs[theirs_len - end]),
            carried[theirs_len - end],
        ));
    }
    let mut start = 0;
    while start < ours_len - end && start < theirs_len - end && same(&ours[start], &theirs[start]) {
        start += 1;
    }
    for q in 0..start {
        out.push((theirs_len - q, Some(&ours[q]), Some(&theirs[q]), carried[q]));
    }
    let a: Vec<&Value> = ours[start..ours_len - end].iter().rev().collect();
    let s: Vec<&Value> = theirs[start..theirs_len - end].iter().rev().collect();
    let c: Vec<bool> = carried[start..theirs_len - end]
        .iter()
        .rev()
        .copied()
        .collect();
    between(&a, &s, &c, end, &mut out);
    out
}

/// The longest common row by likeness; what lies between two anchors is paired by position.
fn between<'a>(a: &[&'a Value], s: &[&'a Value], c: &[bool], end: usize, out: &mut Vec<Pair<'a>>) {
    let mut best = vec![vec![0_i64; s.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..s.len()).rev() {
            best[i][j] = (best[i + 1][j + 1] + score(a[i], s[j]))
                .max(best[i + 1][j])
                .max(best[i][j + 1]);
        }
    }
    let (mut i, mut j) = (0, 0);
    let (mut alone_a, mut alone_s): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    let flush =
        |alone_a: &mut Vec<usize>, alone_s: &mut Vec<usize>, j: usize, out: &mut Vec<Pair<'a>>| {
            for q in 0..alone_a.len().max(alone_s.len()) {
                let ours = alone_a.get(q).map(|at| a[*at]);
                let theirs = alone_s.get(q).copied();
                let at = theirs.unwrap_or(j);
                out.push((
                    end + at + 1,
                    ours,
                    theirs.map(|t| s[t]),
                    theirs.is_none_or(|t| c[t]),
                ));
            }
            alone_a.clear();
            alone_s.clear();
        };
    while i < a.len() || j < s.len() {
        let both = i < a.len() && j < s.len();
        if both && score(a[i], s[j]) > 0 && best[i][j] == best[i + 1][j + 1] + score(a[i], s[j]) {
            flush(&mut alone_a, &mut alone_s, j, out);
            out.push((end + j + 1, Some(a[i]), Some(s[j]), c[j]));
            i += 1;
            j += 1;
        } else if j < s.len() && (i == a.len() || best[i][j] == best[i][j + 1]) {
            alone_s.push(j);
            j += 1;
        } else {
            alone_a.push(i);
            i += 1;
        }
    }
    flush(&mut alone_a, &mut alone_s, j, out);
}

fn same(a: &Value, s: &Value) -> bool {
    basename(a) == basename(s) && a["lineno"] == s["lineno"] && a["function"] == s["function"]
}

fn score(a: &Value, s: &Value) -> i64 {
    let file = !basename(s).is_empty() && basename(a) == basename(s);
    let line = a["lineno"].as_u64().unwrap_or(0) > 0 && a["lineno"] == s["lineno"];
    let function = text_of(&s["function"]).is_some() && a["function"] == s["function"];
    let module = text_of(&s["module"]).is_some() && a["module"] == s["module"];
    let sum =
        2 * i64::from(file) + 2 * i64::from(line) + 2 * i64::from(function) + i64::from(module);
    if sum >= 3 { sum } else { -9 }
}
