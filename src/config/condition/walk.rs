//! The walk over a condition's expression. In: what CEL has parsed. Out: names looked up, regexes compiled, steps counted; or
//! the first part that is wrong, at its place.

use std::ops::Range;

use cel::IdedExpr;
use cel::common::ast::{
    CallExpr, ComprehensionExpr, EntryExpr, Expr, LiteralValue, SelectExpr, SourceInfo,
};
use regex::Regex;

use super::super::fault::{Fault, brief};
use super::super::meant::closest;
use super::super::patterns::pattern;
use super::NAMES;
use crate::bounds::CONDITION_LIST_MAX;

/// Functions that there are; signs are functions too, and begin with no letter.
const FUNCTIONS: &[&str] = &[
    "matches",
    "contains",
    "startsWith",
    "endsWith",
    "size",
    "string",
    "int",
    "uint",
    "double",
    "bool",
    "bytes",
    "type",
    "dyn",
    "has",
    "all",
    "exists",
    "exists_one",
    "map",
    "filter",
    "optional.of",
    "optional.none",
    "hasValue",
    "value",
    "or",
    "orValue",
];

/// Names of types.
const TYPES: &[&str] = &[
    "bool",
    "int",
    "uint",
    "double",
    "string",
    "bytes",
    "list",
    "map",
    "null_type",
    "type",
];

/// The name under which a compiled regex is asked, by its number.
pub(super) const MATCHES: &str = "matches_compiled";

/// One walk over the expression: names are looked up, regexes compiled, steps counted.
pub(super) struct Walk<'a> {
    pub(super) key: &'a str,
    pub(super) text: &'a str,
    pub(super) places: &'a SourceInfo,
    /// Names that macros bind here.
    pub(super) scope: Vec<String>,
    /// Regexes by the number under which calls ask them.
    pub(super) patterns: Vec<Regex>,
    /// What is named.
    pub(super) wanted: Vec<&'static str>,
}

impl Walk<'_> {
    /// Walks a part; how many steps it takes at most.
    pub(super) fn node(&mut self, node: &mut IdedExpr) -> Result<u64, Fault> {
        let id = node.id;
        let steps = match &mut node.expr {
            Expr::Unspecified | Expr::Literal(_) => 0,
            Expr::Ident(name) => {
                self.name(name, id)?;
                0
            }
            Expr::Select(select) => self.select(select, id)?,
            Expr::Call(call) => self.call(call, id)?,
            Expr::Comprehension(all) => self.comprehension(all)?,
            Expr::List(list) => self.all(&mut list.elements)?,
            Expr::Map(map) => self.entries(map.entries.iter_mut().map(|entry| &mut entry.expr))?,
            Expr::Struct(made) => {
                return Err(self.fault(
                    id,
                    format!("there is no type `{}`", brief(&made.type_name)),
                    "not a value",
                ));
            }
        };
        Ok(steps.saturating_add(1))
    }

    fn all(&mut self, nodes: &mut [IdedExpr]) -> Result<u64, Fault> {
        let mut steps = 0_u64;
        for node in nodes {
            steps = steps.saturating_add(self.node(node)?);
        }
        Ok(steps)
    }

    fn entries<'e>(&mut self, all: impl Iterator<Item = &'e mut EntryExpr>) -> Result<u64, Fault> {
        let mut steps = 0_u64;
        for entry in all {
            steps = steps.saturating_add(match entry {
                EntryExpr::MapEntry(entry) => {
                    let key = self.node(&mut entry.key)?;
                    key.saturating_add(self.node(&mut entry.value)?)
                }
                EntryExpr::StructField(field) => self.node(&mut field.value)?,
            });
        }
        Ok(steps)
    }

    fn name(&mut self, name: &str, id: u64) -> Result<(), Fault> {
        if name.starts_with('@') || self.scope.iter().any(|bound| bound == name) {
            return Ok(());
        }
        if let Some((known, _)) = NAMES.iter().find(|(known, _)| *known == name) {
            if !self.wanted.contains(known) {
                self.wanted.push(known);
            }
            return Ok(());
        }
        if TYPES.contains(&name) {
            return Ok(());
        }
        let names: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
        Err(self.unknown(id, name, &names))
    }

    /// `record.logger`: the first name's fields are known.
    fn select(&mut self, select: &mut SelectExpr, id: u64) -> Result<u64, Fault> {
        if let Expr::Ident(root) = &select.operand.expr
            && !self.scope.contains(root)
            && let Some((root, fields)) = NAMES.iter().find(|(name, _)| name == root)
            && !fields.contains(&select.field.as_str())
        {
            let name = format!("{root}.{}", select.field);
            let start = self.place(select.operand.id).start;
            let within = start..self.ends(start + name.len());
            if fields.is_empty() {
                let what = format!("`{root}` has no fields");
                return Err(Fault::new(what, "a value of its own").at(within));
            }
            let mut fault = self.unknown(id, &name, &[]).at(within);
            let meant = closest(&select.field, fields.iter().copied());
            fault.help = Some(match meant {
                Some(meant) => format!("did you mean `{root}.{meant}`?"),
                None => format!("`{root}` holds: {}", fields.join(", ")),
            });
            return Err(fault);
        }
        self.node(&mut select.operand)
    }

    fn call(&mut self, call: &mut CallExpr, id: u64) -> Result<u64, Fault> {
        let named = call
            .func_name
            .starts_with(|c: char| c.is_ascii_alphabetic());
        let whole = match call.target.as_deref().map(|target| &target.expr) {
            Some(Expr::Ident(root)) if root == "optional" => {
                call.target = None;
                call.func_name = format!("optional.{}", call.func_name);
                call.func_name.clone()
            }
            _ => call.func_name.clone(),
        };
        if named && !FUNCTIONS.contains(&whole.as_str()) {
            let what = format!("there is no function `{}`", brief(&whole));
            let mut fault = self.fault(id, what, "no such function");
            fault.within = Some(self.place_of_function(id, &call.func_name));
            fault.help = Some(match closest(&whole, FUNCTIONS.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("there are: {}", FUNCTIONS.join(", ")),
            });
            return Err(fault);
        }
        if whole == "matches" {
            self.matches(call, id)?;
        }
        let of_target = match &mut call.target {
            Some(target) => self.node(target)?,
            None => 0,
        };
        Ok(of_target.saturating_add(self.all(&mut call.args)?))
    }

    /// `text.matches("regex")` or `matches(text, "regex")`: the regex is compiled, the call asks it by its number.
    fn matches(&mut self, call: &mut CallExpr, id: u64) -> Result<(), Fault> {
        let Some(IdedExpr {
            id: literal,
            expr: Expr::Literal(LiteralValue::String(regex)),
        }) = call.args.last()
        else {
            let what = format!("`{}`: a regex must stand in quotes", self.key);
            let mut fault = self.fault(id, what, "compiled when the file is read");
            fault.within = Some(self.place_of_function(id, &call.func_name));
            return Err(fault);
        };
        let place = self.place(*literal);
        let compiled = pattern(self.key, regex.inner()).map_err(|fault| {
            // Behind the opening quote, where the regex is written without escapes.
            let inner = fault.within.clone().filter(|_| {
                let written = self.text.get(place.clone()).unwrap_or_default();
                written.contains(regex.inner())
            });
            let within = inner.map_or(place.clone(), |within| {
                place.start + 1 + within.start..place.start + 1 + within.end
            });
            Fault {
                within: Some(within),
                ..fault
            }
        })?;
        let number = i64::try_from(self.patterns.len()).unwrap_or(i64::MAX);
        self.patterns.push(compiled);
        let asked = Expr::Literal(LiteralValue::Int(number.into()));
        if let Some(last) = call.args.pop() {
            call.target = call.target.take().or_else(|| call.args.pop().map(Box::new));
            call.args = vec![IdedExpr {
                id: last.id,
                expr: asked,
            }];
            MATCHES.clone_into(&mut call.func_name);
        }
        Ok(())
    }

    /// A macro over a list: its steps as often as the list is long.
    fn comprehension(&mut self, all: &mut ComprehensionExpr) -> Result<u64, Fault> {
        let range = self.node(&mut all.iter_range)?;
        let length = length(&all.iter_range.expr);
        let outside = self.scope.len();
        let mut steps = self.node(&mut all.accu_init)?;
        self.scope.push(all.iter_var.clone());
        self.scope.extend(all.iter_var2.clone());
        self.scope.push(all.accu_var.clone());
        let each = self.node(&mut all.loop_cond)?;
        let each = each.saturating_add(self.node(&mut all.loop_step)?);
        steps = steps.saturating_add(each.saturating_mul(length));
        steps = steps.saturating_add(self.node(&mut all.result)?);
        self.scope.truncate(outside);
        Ok(steps.saturating_add(range))
    }

    fn unknown(&self, id: u64, name: &str, names: &[&str]) -> Fault {
        let what = format!("`{}` names `{}`, which there is not", self.key, brief(name));
        let fault = self.fault(id, what, "no such name");
        match closest(name, names.iter().copied()) {
            Some(meant) => fault.help(format!("did you mean `{meant}`?")),
            None if names.is_empty() => fault,
            None => fault.help(format!("there are: {}", names.join(", "))),
        }
    }

    fn fault(&self, id: u64, message: String, expected: impl Into<String>) -> Fault {
        Fault::new(message, expected).at(self.place(id))
    }

    /// The place of a call is that of its bracket; the name stands before it.
    fn place_of_function(&self, id: u64, name: &str) -> Range<usize> {
        let place = self.place(id);
        let before = self.text.get(..place.start).unwrap_or_default();
        match before.strip_suffix(name) {
            Some(rest) => rest.len()..place.start,
            None => place.start..self.ends(place.start + name.len()),
        }
    }

    /// This byte, or the end of the text.
    fn ends(&self, at: usize) -> usize {
        let at = at.min(self.text.len());
        if self.text.is_char_boundary(at) {
            at
        } else {
            self.text.len()
        }
    }

    /// Where a part is written, in bytes.
    fn place(&self, id: u64) -> Range<usize> {
        let Some((start, stop)) = self.places.offset_for(id) else {
            return 0..self.text.len();
        };
        let start = self.ends(start as usize);
        start..self.ends(stop as usize + 1).max(start)
    }
}

/// How long a list may be.
fn length(list: &Expr) -> u64 {
    match list {
        Expr::List(list) => list.elements.len() as u64,
        Expr::Map(map) => map.entries.len() as u64,
        Expr::Comprehension(all) => length(&all.iter_range.expr),
        Expr::Call(call) => {
            let parts = call.args.iter().map(|part| length(&part.expr));
            parts.fold(0, u64::saturating_add).max(CONDITION_LIST_MAX)
        }
        _ => CONDITION_LIST_MAX,
    }
}
