//! Node: what its texts cannot tell.

use super::Allowed;

const OWN_FRAMES: &str = "what was thrown is no error: the SDK sends the frames of its own handler, which are not printed; the place of the throw is";
const NOT_PRINTED: &str = "Express prints nothing where NODE_ENV is test or the SDK is off";
const RACE: &str = "the text is of a second run, in which other timers fired together; Node prints the frames of that run";
const HOST: &str =
    "a Windows stack read by an SDK on Linux; on Windows it cuts the drive as is done here";
const MAPPED: &str = "with source maps on, Node marks throw and rejection alike";

pub(super) const ALLOWED: &[Allowed] = &[
    ("node/express_route", "events", NOT_PRINTED),
    ("node/express_route#1", "*", NOT_PRINTED),
    ("node/rejection_non_error", "*", OWN_FRAMES),
    ("node/throw_string", "*", OWN_FRAMES),
    ("node/throw_string_node24", "*", OWN_FRAMES),
    ("node/x_any", "*", RACE),
    ("node/x_any_node24", "*", RACE),
    ("node/x_reject_string", "*", OWN_FRAMES),
    ("node/x_throw_null", "*", OWN_FRAMES),
    ("node/x_throw_object", "*", OWN_FRAMES),
    ("node/x_windows", "fr.module", HOST),
    ("node/x_windows", "group", HOST),
    ("node/ts_tsx_chained", "level", MAPPED),
];
