//! The prefilter. In: a chunk of bytes. Out: where an opening stands, and how many lines were passed over.
//!
//! Allocates nothing for a line that starts nothing. Knows openings as bytes, not what they mean.
