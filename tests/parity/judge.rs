//! The judge: our events against the SDK's, field by field.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::align::align;
use crate::allow;
use crate::event::{exceptions, frames, group_key, handled, message, text_of, units};
use crate::text::{Text, squeeze};

/// Pairs of one field: carried, carried and equal, all, all and equal.
pub(crate) type Count = [usize; 4];

/// A field that differs.
pub(crate) struct Difference {
    /// `python/taskgroup#1 exc[-1] frame[-2]`.
    pub(crate) place: String,
    pub(crate) field: &'static str,
    pub(crate) ours: Value,
    pub(crate) theirs: Value,
    /// The text holds what is needed.
    pub(crate) carried: bool,
}

/// The result of any number of cases.
#[derive(Default)]
pub(crate) struct Table {
    pub(crate) counts: BTreeMap<&'static str, Count>,
    pub(crate) differences: Vec<Difference>,
}

impl Table {
    fn add(&mut self, field: &'static str, ours: Value, theirs: Value, carried: bool, place: &str) {
        if blank(&ours) && blank(&theirs) {
            return;
        }
        let equal = ours == theirs || (blank(&ours) && blank(&theirs));
        let carried = carried && !allow::untold(place, field);
        let count = self.counts.entry(field).or_default();
        count[0] += usize::from(carried);
        count[1] += usize::from(carried && equal);
        count[2] += 1;
        count[3] += usize::from(equal);
        if !equal {
            self.differences.push(Difference {
                place: place.to_owned(),
                field,
                ours,
                theirs,
                carried,
            });
        }
    }

    /// Takes another's in.
    pub(crate) fn merge(&mut self, other: Self) {
        for (field, more) in other.counts {
            let count = self.counts.entry(field).or_default();
            for (sum, more) in count.iter_mut().zip(more) {
                *sum += more;
            }
        }
        self.differences.extend(other.differences);
    }

    /// Pairs of the field that the text carries.
    pub(crate) fn carried(&self, field: &str) -> usize {
        self.counts.get(field).map_or(0, |count| count[0])
    }

    /// Does no event have the field?
    pub(crate) fn never(&self, field: &str) -> bool {
        !self.counts.contains_key(field)
    }

    /// Parts of a thousand of what the text carries.
    pub(crate) fn carried_permille(&self, field: &str) -> usize {
        let [carried, equal, ..] = self.counts.get(field).copied().unwrap_or_default();
        (equal * 1_000).checked_div(carried).unwrap_or(1_000)
    }
}

/// One case: events are paired by likeness.
pub(crate) fn compare(ours: &[Value], theirs: &[Value], text: &Text, name: &str) -> Table {
    let mut table = Table::default();
    table.add("events", json!(ours.len()), json!(theirs.len()), true, name);
    let theirs: Vec<Value> = theirs.iter().cloned().map(kept_by_relay).collect();
    for (nth, pick) in pairing(ours, &theirs).into_iter().enumerate() {
        let place = format!("{name}#{}", nth + 1);
        let none = json!({});
        let own = pick.and_then(|at| ours.get(at)).unwrap_or(&none);
        let mut one = Table::default();
        one.event(own, &theirs[nth], text, &place);
        if allow::whole_event(&place) {
            one.counts.clear();
        }
        table.merge(one);
    }
    table
}

/// Both events pass Relay on their way; the SDK leaves it to Relay to cut, the agent cuts as Relay does. What Relay keeps
/// of the SDK's is what counts: of more than 250 frames the 50 oldest and 200 newest, and 8,192 characters of a value.
fn kept_by_relay(mut event: Value) -> Value {
    let chain = match &mut event["exception"] {
        Value::Object(chain) => chain.get_mut("values"),
        chain => Some(chain),
    };
    let Some(values) = chain.and_then(Value::as_array_mut) else {
        return event;
    };
    for exception in values {
        if let Some(frames) = exception["stacktrace"]["frames"].as_array_mut() {
            let over = frames.len().saturating_sub(250);
            frames.drain(50.min(frames.len())..50.min(frames.len()) + over);
        }
        if let Some(value) = exception["value"].as_str()
            && value.chars().count() > 8_392
        {
            exception["value"] = json!(value.chars().take(8_189).collect::<String>() + "...");
        }
    }
    event
}

/// Is the source of this frame among the programs that came with the cases? Libraries are not on this disk.
fn has_source(frame: &Value) -> bool {
    let path = frame["abs_path"].as_str().or(frame["filename"].as_str());
    path.is_some_and(|path| {
        path.starts_with("/srv/app/")
            && !path.contains("-packages/")
            && !path.contains("/node_modules/")
    })
}

/// For each of theirs, which of ours: the best sum of likeness over all pairings.
fn pairing(ours: &[Value], theirs: &[Value]) -> Vec<Option<usize>> {
    let mut picks: Vec<Option<usize>> = vec![None; theirs.len()];
    let mut pairs: Vec<(i64, usize, usize)> = Vec::new();
    for (k, their) in theirs.iter().enumerate() {
        for (i, our) in ours.iter().enumerate() {
            pairs.push((likeness(our, their), k, i));
        }
    }
    pairs.sort_by_key(|(like, k, i)| (-like, *k, *i));
    for (_, k, i) in pairs {
        if picks[k].is_none() && !picks.contains(&Some(i)) {
            picks[k] = Some(i);
        }
    }
    picks
}

fn likeness(a: &Value, s: &Value) -> i64 {
    let (ae, se) = (exceptions(a), exceptions(s));
    let mut sum = i64::from(ae.is_empty() == se.is_empty());
    if let (Some(al), Some(sl)) = (ae.last(), se.last()) {
        sum += 4 * i64::from(al["type"] == sl["type"]) + 4 * i64::from(al["value"] == sl["value"]);
        if let (Some(af), Some(sf)) = (frames(al).last(), frames(sl).last()) {
            sum += 2 * i64::from(af["lineno"] == sf["lineno"])
                + i64::from(frames(al).len() == frames(sl).len());
        }
    }
    sum + 2 * i64::from(message(a) == message(s))
        + i64::from(a["logger"] == s["logger"])
        + i64::from(a["level"] == s["level"])
}

impl Table {
    fn event(&mut self, a: &Value, s: &Value, text: &Text, place: &str) {
        let (ae, se) = (exceptions(a), exceptions(s));
        let kind = |e: &[Value]| json!(if e.is_empty() { "message" } else { "exception" });
        let types = |e: &[Value]| e.iter().map(|e| e["type"].clone()).collect::<Value>();
        let carried = se.iter().all(|e| text.tail(text_of(&e["type"])));
        self.add("kind", kind(&ae), kind(&se), true, place);
        self.add(
            "exc_count",
            json!(ae.len()),
            json!(se.len()),
            carried,
            place,
        );
        self.add("chain", types(&ae), types(&se), carried, place);
        let level = |e: &Value| json!(text_of(&e["level"]).unwrap_or("error"));
        self.add("level", level(a), level(s), true, place);
        if !se.is_empty() {
            self.add("handled", handled(&ae), handled(&se), true, place);
            self.add("id_tree", id_tree(&ae), id_tree(&se), carried, place);
        }
        self.add(
            "message",
            json!(message(a)),
            json!(message(s)),
            text.has(message(s)),
            place,
        );
        self.add(
            "logger",
            a["logger"].clone(),
            s["logger"].clone(),
            text.has(text_of(&s["logger"])),
            place,
        );
        let mut group_carried = carried;
        let (au, su) = (units(a), units(s));
        for i in 1..=au.len().max(su.len()) {
            let none = json!({});
            let ours = au.len().checked_sub(i).map_or(&none, |at| &au[at]);
            let theirs = su.len().checked_sub(i).map_or(&none, |at| &su[at]);
            let place = format!("{place} exc[-{i}]");
            if !ae.is_empty() || !se.is_empty() {
                self.exception(ours, theirs, text, &place);
            }
            group_carried &= self.stack(ours, theirs, text, &place);
        }
        self.add("group", group_key(a), group_key(s), group_carried, place);
    }

    fn exception(&mut self, a: &Value, s: &Value, text: &Text, place: &str) {
        let ty = text_of(&s["type"]);
        self.add(
            "exc.type",
            a["type"].clone(),
            s["type"].clone(),
            text.tail(ty),
            place,
        );
        self.add(
            "exc.value",
            a["value"].clone(),
            s["value"].clone(),
            text.has(text_of(&s["value"])),
            place,
        );
        let module = text.has(text_of(&s["module"])) || text.tail(ty);
        self.add(
            "exc.module",
            a["module"].clone(),
            s["module"].clone(),
            module,
            place,
        );
    }

    /// Gives whether the text carries every frame that grouping uses.
    fn stack(&mut self, a: &Value, s: &Value, text: &Text, place: &str) -> bool {
        let (af, sf) = (frames(a), frames(s));
        let carried: Vec<bool> = sf.iter().map(|f| text.frame(f)).collect();
        self.frames(&af, &sf, &carried, text, place);
        let is_app = |f: &Value| f["in_app"] == json!(true);
        let any = sf.iter().any(is_app);
        sf.iter()
            .zip(&carried)
            .all(|(f, carried)| *carried || (any && !is_app(f)))
    }

    fn frames(
        &mut self,
        ours: &[Value],
        theirs: &[Value],
        carried: &[bool],
        text: &Text,
        place: &str,
    ) {
        if ours.is_empty() && theirs.is_empty() {
            return;
        }
        let pairs = align(ours, theirs, carried);
        let counted = pairs
            .iter()
            .filter(|(_, f, g, c)| f.is_some() && (g.is_none() || *c))
            .count();
        let known = carried.iter().filter(|c| **c).count();
        self.add("frame_count", json!(counted), json!(known), true, place);
        let whole = known == carried.len();
        self.add(
            "frame_count(all)",
            json!(ours.len()),
            json!(theirs.len()),
            whole,
            place,
        );
        let mut last: Option<Value> = None;
        for (number, ours, theirs, carried) in pairs {
            let look = |f: Option<&Value>| {
                f.map(|f| {
                    json!([
                        f["function"],
                        f["abs_path"],
                        f["lineno"],
                        f["module"],
                        f["in_app"],
                        line_of(f)
                    ])
                })
            };
            let pair = json!([look(ours), look(theirs), carried]);
            if last.as_ref() != Some(&pair) {
                self.frame(
                    ours,
                    theirs,
                    carried,
                    text,
                    &format!("{place} frame[-{number}]"),
                );
            }
            last = Some(pair);
        }
    }

    fn frame(
        &mut self,
        ours: Option<&Value>,
        theirs: Option<&Value>,
        carried: bool,
        text: &Text,
        place: &str,
    ) {
        let Some(g) = theirs else {
            let what = ours.map(|f| json!([f["function"], f["filename"], f["lineno"]]));
            self.add("fr.extra", json!(what), json!("none"), true, place);
            return;
        };
        self.add(
            "fr.present",
            json!(if ours.is_some() { "yes" } else { "missing" }),
            json!("yes"),
            carried,
            place,
        );
        let none = json!({});
        let f = ours.unwrap_or(&none);
        let names = [
            ("fr.function", "function"),
            ("fr.filename", "filename"),
            ("fr.abs_path", "abs_path"),
            ("fr.module", "module"),
            ("fr.lineno", "lineno"),
            ("fr.colno", "colno"),
        ];
        for (field, name) in names {
            self.add(field, f[name].clone(), g[name].clone(), carried, place);
        }
        let in_app = |f: &Value| {
            if ours.is_some() {
                json!(f["in_app"].as_bool() == Some(true))
            } else {
                json!("absent")
            }
        };
        self.add(
            "fr.in_app",
            in_app(f),
            json!(g["in_app"].as_bool() == Some(true)),
            carried,
            place,
        );
        let exact = |f: &Value| {
            json!(
                f["in_app"]
                    .as_bool()
                    .map_or("null", |b| if b { "true" } else { "false" })
            )
        };
        self.add("fr.in_app(exact)", exact(f), exact(g), carried, place);
        self.source(f, g, carried, text, place);
    }

    /// The source line and those around it.
    fn source(&mut self, f: &Value, g: &Value, carried: bool, text: &Text, place: &str) {
        let theirs = text_of(&g["context_line"]).unwrap_or_default();
        let in_text = !theirs.trim().is_empty() && text.has(Some(theirs.trim()));
        let field = if in_text {
            "fr.context_line"
        } else {
            "fr.context_line(src)"
        };
        let squeezed = |f: &Value| json!(text_of(&f["context_line"]).map(squeeze));
        self.add(field, squeezed(f), squeezed(g), carried, place);
        if !has_source(g) {
            return;
        }
        self.add(
            "fr.context_line(exact)",
            line_of(f),
            line_of(g),
            carried,
            place,
        );
        if g.get("pre_context").is_some() {
            // Ruby's SDK fills up with null where a file has no more lines.
            let lines = |v: &Value| v.as_array().cloned().unwrap_or_default();
            let list = |v: &Value| -> Vec<Value> {
                lines(v)
                    .into_iter()
                    .filter(|line| !line.is_null())
                    .collect()
            };
            let around = |f: &Value| json!([list(&f["pre_context"]), list(&f["post_context"])]);
            self.add(
                "fr.around",
                around(f),
                around(g),
                carried && !theirs.is_empty(),
                place,
            );
        }
    }
}

/// The chain's ids: what Sentry rebuilds the tree from.
fn id_tree(exceptions: &[Value]) -> Value {
    let entry = |e: &Value| {
        let m = &e["mechanism"];
        json!([
            m["exception_id"],
            m["parent_id"],
            m["source"],
            m["is_exception_group"],
            m["synthetic"]
        ])
    };
    exceptions.iter().map(entry).collect()
}

fn line_of(frame: &Value) -> Value {
    json!(
        frame["context_line"]
            .as_str()
            .map(|line| line.trim_end_matches(['\r', '\n']))
    )
}

fn blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}
