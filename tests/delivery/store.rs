//! When the state file fails, and in what groups it is written.

use crate::plain::accepted;
use crate::receiver::Receiver;
use crate::rig::{Rig, event, ids};

#[test]
fn what_cannot_be_settled_is_not_sent_again() {
    let receiver = Receiver::start();
    let rig = Rig::new(&receiver, &["1"]);
    rig.outbox.fail_settles(2);
    rig.store("1", (0..20).map(event));
    rig.wait_settled(20);
    let came = receiver.received();
    assert_eq!(accepted(&came), ids(0..20));
    assert_eq!(came.len(), 20);
}

#[test]
fn answers_are_settled_in_groups() {
    let receiver = Receiver::start();
    let rig = Rig::new(&receiver, &["1"]);
    rig.store("1", (0..400).map(event));
    rig.wait_settled(400);
    rig.outbox
        .wait("fewer transactions than events", |log| log.settles < 300);
}
