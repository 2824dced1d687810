//! From what real programs print to the issues that their SDK would have made.

use std::time::Duration;

use serde_json::Value;

use crate::bugsink::Bugsink;
use crate::grouping::Grouping;
use crate::programs::{Program, SHOP, WORKER};
use crate::support::home::Home;
use crate::support::wait::wait_until;
use crate::{relay, venv};

#[test]
fn two_programs_arrive_in_their_projects_and_group_with_the_sdk() {
    let bugsink = Bugsink::start();
    let python = venv::with("bugsink==2.6.1").join("python");
    let home = Home::new();
    for (program, dsn) in [SHOP, WORKER].iter().zip(&bugsink.dsns) {
        let settings = format!("project_root = {:?}", program.folder());
        home.app(
            program.name,
            dsn,
            &format!("{}.log", program.name),
            &settings,
        );
    }
    let agent = home.start();
    let ran = [SHOP, WORKER].map(|program| {
        let raised = program.run(&python, &home.log(&format!("{}.log", program.name)), None);
        let with_sdk = home.path().join(format!("sdk-{}.log", program.name));
        assert_eq!(
            program.run(&python, &with_sdk, Some(&bugsink.dsns[2])),
            raised
        );
        (program, raised)
    });
    for (project, (_, raised)) in (1..).zip(&ran) {
        let all = wait_until(Duration::from_secs(30), || {
            bugsink.events(project).len() >= raised.len()
        });
        assert!(
            all,
            "project {project}:\n{}\n{}",
            home.said(),
            bugsink.said()
        );
    }
    assert!(agent.stop().0.success());
    let by_sdk = bugsink.events(3);
    for (project, (program, raised)) in (1..).zip(&ran) {
        compare(*program, raised, &bugsink.events(project), &by_sdk);
    }
}

fn compare(program: Program, raised: &[Value], ours: &[Value], by_sdk: &[Value]) {
    assert_eq!(
        ours.len(),
        raised.len(),
        "{}: one event per exception",
        program.name
    );
    for chain in raised {
        let named = title(chain);
        let event = find(ours, chain).unwrap_or_else(|| panic!("{named} did not arrive"));
        let theirs =
            find(by_sdk, chain).unwrap_or_else(|| panic!("{named} did not arrive from the SDK"));
        let exceptions = event["exception"]["values"].as_array().unwrap();
        for (exception, truth) in exceptions.iter().zip(chain.as_array().unwrap()) {
            assert_eq!(
                frames(&exception["stacktrace"]["frames"]),
                frames(&truth["frames"]),
                "{named}"
            );
        }
        let (ours, theirs) = (Grouping::of(event), Grouping::of(theirs));
        assert!(
            ours.joins(&theirs),
            "{named} is another issue:\n{ours:#?}\n{theirs:#?}"
        );
        let variants = (
            ours.app.is_some() && ours.app == theirs.app,
            ours.system == theirs.system,
        );
        println!(
            "{}: {named}: frames equal; same issue by app {} system {}",
            program.name, variants.0, variants.1
        );
    }
    relay::accepts(program.name, ours);
}

/// The event with the chain's types and values.
fn find<'a>(events: &'a [Value], chain: &Value) -> Option<&'a Value> {
    let wanted = named(chain);
    events
        .iter()
        .find(|event| named(&event["exception"]["values"]) == wanted)
}

fn named(exceptions: &Value) -> Vec<(&str, &str)> {
    let exceptions = exceptions.as_array().into_iter().flatten();
    exceptions
        .filter_map(|one| Some((one["type"].as_str()?, one["value"].as_str()?)))
        .collect()
}

fn title(chain: &Value) -> String {
    let names: Vec<&str> = named(chain).iter().map(|(name, _)| *name).collect();
    names.join(" <- ")
}

fn frames(of: &Value) -> Vec<(String, u64, String, String)> {
    let text = |frame: &Value, key: &str| frame[key].as_str().unwrap_or_default().trim().to_owned();
    let frames = of.as_array().into_iter().flatten();
    frames
        .map(|frame| {
            let line = frame["lineno"].as_u64().unwrap_or_default();
            (
                text(frame, "abs_path"),
                line,
                text(frame, "function"),
                text(frame, "context_line"),
            )
        })
        .collect()
}
