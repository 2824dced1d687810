//! Ruby: what its texts cannot tell.

use super::Allowed;

pub(super) const ALLOWED: &[Allowed] = &[];
