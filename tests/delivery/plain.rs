//! When all is well.

use crate::receiver::Receiver;
use crate::rig::{Rig, event, ids};

#[test]
fn each_event_arrives_once_in_an_envelope_of_its_own() {
    let receiver = Receiver::start();
    let rig = Rig::new(&receiver, &["42"]);
    rig.store("42", (0..100).map(event));
    rig.wait_empty();
    let came = receiver.received();
    let mut arrived: Vec<String> = came
        .iter()
        .map(super::receiver::Received::event_id)
        .collect();
    arrived.sort();
    assert_eq!(arrived, ids(0..100));
}
