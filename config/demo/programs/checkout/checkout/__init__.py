"""A small shop, made to fail in the ways that real ones do."""
