//! Java: what its texts cannot tell.

use super::Allowed;

const NO_TRACE: &str = "an error record without a trace";
pub(super) const ALLOWED: &[Allowed] = &[
    ("java/message_only", "events", NO_TRACE),
    ("java/message_only#1", "*", NO_TRACE),
];
