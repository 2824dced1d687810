#!/usr/bin/env escript
-module(words).
-mode(compile).

take(Item) when is_atom(Item) -> Item.

go(clause) -> take(#{item => <<"apple">>, sizes => [1, 2]});
go(undefined) -> shopp:take(apple, <<1, 2, 255>>);
go(thrown) -> throw({quota, 7});
go(ended) -> exit({queue_stuck, <<"orders">>});
go(binary) -> error(<<231, 132, 161>>).

main([How, What]) ->
    Run = fun() -> go(list_to_atom(What)) end,
    case How of
        "main" -> Run();
        "spawned" -> spawn(Run);
        "proc" -> proc_lib:spawn(Run)
    end,
    timer:sleep(200).
