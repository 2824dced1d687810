//! One app's backlog does not keep another's lines waiting: as much of it is read at once as the machine deals with in a
//! moment, and what a calm file held is stored before more of it.

use std::time::Duration;

use stacktail::os::Clock;

use crate::traces;
use crate::world::World;

const OFF: &str = "dedup_window = \"off\"\nrate_per_issue = \"off\"\nrate = \"off\"";
/// What 10,000 traces a second cost on a machine that can do a thousand.
const PRICE: Duration = Duration::from_nanos(1_600);
/// A piece of the backlog that is being read, one more before the batch is stored, and the calm file's own tick.
const LATER_MAX: Duration = Duration::from_millis(45);

fn trace(world: &World, number: u64) -> String {
    let now = world.clock.now().wall;
    traces::text(&traces::python(number as u32 % 50, number, now))
        + &traces::ordinary(number, now)
        + "\n"
}

#[test]
fn a_calm_file_does_not_wait_for_a_backlog() {
    let mut world = World::new(7, OFF);
    let calm = world.other_log();
    // Mostly ordinary lines: what they cost is simulated.
    let now = world.clock.now().wall;
    let some = |number: u64| match number % 40 {
        0 => trace(&world, number),
        _ => traces::ordinary(number, now) + "\n",
    };
    world.print(&(0..30_000).map(some).collect::<String>());
    world.print_into(&calm, "");
    world.start_charged(PRICE);
    // Until it has found its pace.
    for _ in 0..10 {
        world.one_batch();
    }
    let mut latencies = Vec::new();
    for number in 0..20 {
        world.print_into(&calm, &trace(&world, number));
        let printed = world.clock.now().mono;
        while world.stored("unit") == number {
            world.one_batch();
            let waited = world.clock.now().mono.saturating_sub(printed);
            assert!(waited <= 10 * LATER_MAX, "not stored after {waited:?}");
        }
        latencies.push(world.clock.now().mono.saturating_sub(printed));
        // Its next comes while the backlog goes on.
        for _ in 0..3 {
            world.one_batch();
        }
    }
    latencies.sort_unstable();
    assert!(world.stored("web") > 200, "the backlog was not read on");
    assert!(world.stored("web") > 50, "the backlog was not read on");
    assert!(
        world.lag() > 1 << 20,
        "{}: no backlog any more",
        world.lag()
    );
    let latest = *latencies.last().unwrap();
    assert!(latest <= LATER_MAX, "{latencies:?}");
}
