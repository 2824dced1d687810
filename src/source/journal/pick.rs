//! Whose entries are whose. In: the apps' `[[journal]]` tables, and one entry after another. Out: a route, that is, a set of
//! apps; none for entries that are nobody's.

use crate::bounds::ROUTES_MAX;
use crate::config::Journal;
use crate::source::{AppIx, Entry};

/// Decides who gets an entry.
#[derive(Debug, Default)]
pub struct Picker {
    rules: Vec<Rule>,
    /// Fields and their values that some rule asks for.
    wanted: Vec<(Vec<u8>, Vec<u8>)>,
    /// Of these, what the entry at hand has.
    seen: Vec<bool>,
    /// Sets of apps; a route is a place in it.
    routes: Vec<Vec<AppIx>>,
    picked: Vec<AppIx>,
    /// Entries that went each route.
    gone: Vec<u64>,
    apps: Vec<AppIx>,
    /// The program's own path: its entries are nobody's.
    own: Option<Vec<u8>>,
}

#[derive(Debug)]
struct Rule {
    app: AppIx,
    units: Vec<Vec<u8>>,
    user_units: Vec<Vec<u8>>,
    identifiers: Vec<Vec<u8>>,
    kernel: bool,
    priority: Option<u8>,
    /// For each field asked for, the places in `wanted` of which one must be there.
    matches: Vec<Vec<usize>>,
}

/// What an entry says of who wrote it.
#[derive(Default)]
struct Who<'e> {
    units: [&'e [u8]; 3],
    user_units: [&'e [u8]; 2],
    identifier: &'e [u8],
    is_kernel: bool,
    exe: &'e [u8],
}

impl Picker {
    /// Without rules: nobody gets anything. `own`: the program's own path.
    #[must_use]
    pub fn new(own: Option<Vec<u8>>) -> Self {
        Self {
            own,
            ..Self::default()
        }
    }

    /// The app gets what this table names as well.
    pub fn add(&mut self, app: AppIx, journal: &Journal) {
        let bytes = |texts: &[String]| texts.iter().map(|t| t.as_bytes().to_vec()).collect();
        let mut matches: Vec<(String, Vec<usize>)> = Vec::new();
        for (field, value) in &journal.matches {
            let place = self.want(field.as_bytes(), value.as_bytes());
            match matches.iter_mut().find(|(known, _)| known == field) {
                Some((_, places)) => places.push(place),
                None => matches.push((field.clone(), vec![place])),
            }
        }
        self.rules.push(Rule {
            app,
            units: bytes(&journal.units),
            user_units: bytes(&journal.user_units),
            identifiers: bytes(&journal.identifiers),
            kernel: journal.kernel,
            priority: journal.priority,
            matches: matches.into_iter().map(|(_, places)| places).collect(),
        });
        if !self.apps.contains(&app) {
            self.apps.push(app);
        }
    }

    fn want(&mut self, field: &[u8], value: &[u8]) -> usize {
        let is = |(name, wanted): &(Vec<u8>, Vec<u8>)| name == field && wanted == value;
        let known = self.wanted.iter().position(is);
        known.unwrap_or_else(|| {
            self.wanted.push((field.to_vec(), value.to_vec()));
            self.seen.push(false);
            self.wanted.len() - 1
        })
    }

    /// The apps that may get something.
    #[must_use]
    pub fn apps(&self) -> Vec<AppIx> {
        self.apps.clone()
    }

    /// A new entry is at hand.
    pub(super) fn begin(&mut self) {
        self.seen.fill(false);
    }

    /// One of its fields.
    pub(super) fn see(&mut self, name: &[u8], value: &[u8]) {
        for ((field, wanted), seen) in self.wanted.iter().zip(&mut self.seen) {
            *seen |= field == name && wanted == value;
        }
    }

    /// What was seen of the entry at hand: of each field and value asked for, whether it is there.
    pub(super) fn seen(&self) -> &[bool] {
        &self.seen
    }

    /// These were seen of the entry at hand as well.
    pub(super) fn see_again(&mut self, others: &[bool]) {
        for (seen, other) in self.seen.iter_mut().zip(others) {
            *seen |= *other;
        }
    }

    /// The route of the entry.
    pub(super) fn route(&mut self, entry: &Entry) -> Option<u16> {
        let who = Who::of(entry);
        if self.own.as_deref().is_some_and(|own| own == who.exe) {
            return None;
        }
        self.picked.clear();
        for rule in &self.rules {
            if self.picked.last() != Some(&rule.app) && rule.takes(&who, entry, &self.seen) {
                self.picked.push(rule.app);
            }
        }
        if self.picked.is_empty() {
            return None;
        }
        let known = self.routes.iter().position(|apps| *apps == self.picked);
        let place = known.unwrap_or_else(|| {
            if self.routes.len() < ROUTES_MAX {
                self.routes.push(self.picked.clone());
                self.gone.push(0);
            }
            self.routes.len() - 1
        });
        u16::try_from(place).ok()
    }

    /// The apps of a route.
    pub(super) fn routed(&self, route: u16) -> &[AppIx] {
        self.routes
            .get(usize::from(route))
            .map_or(&[], Vec::as_slice)
    }

    /// An entry went this route.
    pub(super) fn count(&mut self, route: u16) {
        if let Some(gone) = self.gone.get_mut(usize::from(route)) {
            *gone += 1;
        }
    }

    /// How many entries each app got.
    pub(super) fn counts(&self) -> Vec<(AppIx, u64)> {
        let of = |app: &AppIx| {
            let routes = self.routes.iter().zip(&self.gone);
            let own = routes.filter(|(apps, _)| apps.contains(app));
            own.map(|(_, gone)| *gone).sum()
        };
        self.apps.iter().map(|app| (*app, of(app))).collect()
    }
}

impl<'e> Who<'e> {
    fn of(entry: &'e Entry) -> Self {
        let mut who = Self::default();
        let (mut pid, mut about, mut user_about): (_, &[u8], &[u8]) = (None, &[], &[]);
        let mut others = false;
        for (name, value) in entry.fields.iter() {
            match name {
                "_SYSTEMD_UNIT" => who.units[0] = value,
                "COREDUMP_UNIT" | "OBJECT_SYSTEMD_UNIT" => {
                    (who.units[1], others) = (value, true);
                }
                "_SYSTEMD_USER_UNIT" => who.user_units[0] = value,
                "COREDUMP_USER_UNIT" => (who.user_units[1], others) = (value, true),
                "SYSLOG_IDENTIFIER" => who.identifier = value,
                "_TRANSPORT" => who.is_kernel = value == b"kernel",
                "_EXE" => who.exe = value,
                "_PID" => pid = Some(value),
                "UNIT" => about = value,
                "USER_UNIT" => user_about = value,
                _ => {}
            }
        }
        // The system says of which unit it speaks; others could say anything.
        if others && !entry.is_of_system() {
            (who.units[1], who.user_units[1]) = (&[], &[]);
        }
        if pid == Some(b"1") {
            who.units[2] = about;
        }
        if who.user_units[1].is_empty() && who.identifier == b"systemd" {
            who.user_units[1] = user_about;
        }
        who
    }
}

impl Rule {
    fn takes(&self, who: &Who<'_>, entry: &Entry, seen: &[bool]) -> bool {
        let enough = self
            .priority
            .is_none_or(|least| entry.priority.unwrap_or(6) <= least);
        enough && self.names(who) && self.matches(seen)
    }

    fn names(&self, who: &Who<'_>) -> bool {
        let Self {
            units,
            user_units,
            identifiers,
            ..
        } = self;
        if units.is_empty() && user_units.is_empty() && identifiers.is_empty() && !self.kernel {
            return true;
        }
        is_named(units, &who.units)
            || is_named(user_units, &who.user_units)
            || identifiers.iter().any(|name| name == who.identifier)
            || self.kernel && who.is_kernel
    }

    fn matches(&self, seen: &[bool]) -> bool {
        let has = |place: &usize| seen.get(*place).copied().unwrap_or(false);
        self.matches.iter().all(|places| places.iter().any(has))
    }
}

fn is_named(patterns: &[Vec<u8>], names: &[&[u8]]) -> bool {
    let names = || names.iter().filter(|name| !name.is_empty());
    patterns
        .iter()
        .any(|pattern| names().any(|name| fits(pattern, name)))
}

/// `*` stands for any bytes, `?` for one.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    if memchr::memchr2(b'*', b'?', pattern).is_none() {
        return pattern == name;
    }
    let (mut p, mut n) = (0, 0);
    // The last `*`, and how much it takes.
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(byte) if *byte == b'?' || Some(byte) == name.get(n) => {
                p += 1;
                n += 1;
            }
            _ => {
                let Some((at, taken)) = star else {
                    return false;
                };
                star = Some((at, taken + 1));
                (p, n) = (at + 1, taken + 1);
            }
        }
    }
    pattern
        .get(p..)
        .is_some_and(|rest| rest.iter().all(|byte| *byte == b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::journal::fields;

    fn pick(journal: &Journal, data: &[&str]) -> bool {
        let mut picker = Picker::new(Some(b"/usr/bin/stacktail".to_vec()));
        picker.add(3, journal);
        let mut entry = Entry::default();
        picker.begin();
        for field in data {
            let (name, value) = field.split_once('=').unwrap();
            picker.see(name.as_bytes(), value.as_bytes());
            fields::take(&mut entry, name.as_bytes(), value.as_bytes());
        }
        let route = picker.route(&entry);
        assert_eq!(
            route.map_or(&[][..], |route| picker.routed(route)).len(),
            usize::from(route.is_some())
        );
        route.is_some()
    }

    fn units(unit: &str) -> Journal {
        Journal {
            units: vec![unit.to_owned()],
            ..Journal::default()
        }
    }

    #[test]
    fn units_are_those_that_write_and_those_that_the_manager_speaks_of() {
        let shop = || units("shop.service");
        assert!(pick(&shop(), &["_SYSTEMD_UNIT=shop.service"]));
        assert!(!pick(&shop(), &["_SYSTEMD_UNIT=shop2.service"]));
        assert!(!pick(&shop(), &["MESSAGE=_SYSTEMD_UNIT=shop.service"]));
        assert!(pick(&shop(), &["_PID=1", "UNIT=shop.service"]));
        assert!(!pick(&shop(), &["_PID=7", "UNIT=shop.service"]));
        let dump = |by: &str| pick(&shop(), &[by, "_PID=7", "COREDUMP_UNIT=shop.service"]);
        assert!(dump("_UID=0") && dump("_EXE=/usr/lib/systemd/systemd-coredump"));
        assert!(dump("_SYSTEMD_UNIT=systemd-coredump@3-71-0.service"));
        assert!(!dump("_UID=1000"));
        assert!(pick(
            &units("shop@*.service"),
            &["_SYSTEMD_UNIT=shop@1.service"]
        ));
    }

    #[test]
    fn tables_narrow_what_they_name() {
        let journal = Journal {
            identifiers: vec!["cron".to_owned()],
            kernel: true,
            priority: Some(4),
            ..Journal::default()
        };
        let pick = |data: &[&str]| pick(&journal, data);
        assert!(pick(&["SYSLOG_IDENTIFIER=cron", "PRIORITY=3"]));
        assert!(pick(&["_TRANSPORT=kernel", "PRIORITY=4"]));
        assert!(!pick(&["SYSLOG_IDENTIFIER=cron", "PRIORITY=5"]));
        assert!(!pick(&["SYSLOG_IDENTIFIER=cron"]));
        assert!(!pick(&["SYSLOG_IDENTIFIER=cronie", "PRIORITY=3"]));
    }

    #[test]
    fn of_a_field_one_value_must_be_there_and_of_each_field() {
        let pair = |field: &str, value: &str| (field.to_owned(), value.to_owned());
        let journal = Journal {
            matches: vec![pair("A", "1"), pair("A", "2"), pair("B", "x")],
            ..Journal::default()
        };
        assert!(pick(&journal, &["A=2", "B=x"]));
        assert!(!pick(&journal, &["A=2"]));
        assert!(!pick(&journal, &["A=3", "B=x"]));
    }

    #[test]
    fn own_entries_are_nobodys() {
        assert!(pick(&Journal::default(), &["_EXE=/usr/bin/python3"]));
        assert!(!pick(&Journal::default(), &["_EXE=/usr/bin/stacktail"]));
    }

    #[test]
    fn wildcards() {
        for (pattern, name, is) in [
            ("a*c", "abbc", true),
            ("a*c", "ac", true),
            ("a*c", "acb", false),
            ("a?c", "abc", true),
            ("*", "", true),
            ("*b*d*", "abcde", true),
            ("*b*d", "abcde", false),
        ] {
            assert_eq!(
                fits(pattern.as_bytes(), name.as_bytes()),
                is,
                "{pattern} {name}"
            );
        }
    }
}
