//! Files. Thin calls on the file system, each bounded and safe against hostile paths; decides nothing.
