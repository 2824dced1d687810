%% Awkward shapes of Erlang: `erl -noinput -eval 'shapes:Name(), timer:sleep(200), halt().'`.
-module(shapes).
-export([no_message/0, quotes_python/0, quotes_erlang/0, logged/0, strings/0]).
total(Reason) -> error(Reason).
no_message() -> spawn(fun() -> total('') end).
quotes_python() -> spawn(fun() -> total("Traceback (most recent call last):\n  File \"till.py\", line 3, in <module>\nValueError: no till") end).
quotes_erlang() -> spawn(fun() -> total({said, "Error in process <0.1.0> with exit value: {badarg,[{till,total,1,[{file,\"till.erl\"},{line,3}]}]}"}) end).
logged() -> logger:error("Error in process of orders: ~p", [till]), logger:error("no stack: ~p", [{badarg, []}]), spawn(fun() -> total({order, 17}) end).
strings() -> spawn(fun() -> total({"it's [{ a \"quote\"", 'Odd Atom', <<"], {">>, $", #{a => [b, {c}]}}) end).
