#!/usr/bin/env escript
main([Name]) -> half(list_to_atom(Name)).
half(zero) -> 1 div (length(os:cmd("true")));
half(thrown) -> throw({quota, 7});
half(clause) -> only(2).
only(1) -> ok.
