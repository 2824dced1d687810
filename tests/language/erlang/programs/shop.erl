-module(shop).
-behaviour(gen_server).
-export([run/1, init/1, handle_call/3, handle_cast/2, handle_info/2, start_link/0, take/2, price/1, main/1]).

run(Names) ->
    process_flag(trap_exit, true),
    [begin one(Name), timer:sleep(150) end || Name <- Names],
    logger:notice("done"),
    timer:sleep(50).

start() -> {ok, Pid} = gen_server:start(?MODULE, #{rows => lists:seq(1, 30), name => "Ada Lovelace"}, []), Pid.
start_link() -> gen_server:start_link({local, ?MODULE}, ?MODULE, #{rows => [1, 2, 3]}, []).

init(State) -> {ok, State}.
handle_call({take, Id, N}, _From, State) -> {reply, take(Id, N), State};
handle_call(slow, _From, State) -> timer:sleep(300), {reply, ok, State}.
handle_cast({take, Id, N}, State) -> take(Id, N), {noreply, State};
handle_cast(bad, _State) -> what.
handle_info({find, Key}, State) -> maps:get(Key, State), {noreply, State};
handle_info(stop, State) -> {stop, {shutdown_failed, "queue is stuck"}, State};
handle_info(thrown, _State) -> throw({quota, 7});
handle_info(exits, _State) -> exit(stuck).

take(Id, N) when N > 3 -> error({out_of_stock, Id, <<"only 3 left">>});
take(Id, N) when N > 0 -> {ok, Id, 10 div (N - 1)}.

price(#{rate := Rate}) -> Rate * 2.

one(call) -> Pid = start(), spawn(fun() -> gen_server:call(Pid, {take, 17, 9}) end);
one(cast) -> gen_server:cast(start(), {take, 17, 1});
one(bad) -> gen_server:cast(start(), bad);
one(find) -> start() ! {find, nobody};
one(stop) -> start() ! stop;
one(thrown) -> start() ! thrown;
one(exits) -> start() ! exits;
one(unknown) -> start() ! {unknown, [message]};
one(timeout) -> Pid = start(), proc_lib:spawn(fun() -> gen_server:call(Pid, slow, 50) end);
one(spawned) -> spawn(fun() -> take(17, 9) end);
one(arith) -> spawn(fun() -> lists:map(fun(X) -> 10 div X end, [1, 0]) end);
one(match) -> spawn(fun() -> {ok, _} = file:open("/nowhere/x", [read]) end);
one(clause) -> spawn(fun() -> price(#{rat => "1, 2", text => <<"a \"b\"">>}) end);
one(undef) -> spawn(fun() -> shopp:take(1, [2, {3, 4}]) end);
one(badarg) -> spawn(fun() -> list_to_integer("12x") end);
one(ets) -> spawn(fun() -> ets:lookup(nosuch, k) end);
one(thrown_plain) -> spawn(fun() -> throw({quota, 7}) end);
one(case_clause) -> spawn(fun() -> case take(1, 2) of nope -> ok end end);
one(badmap) -> spawn(fun() -> maps:get(a, [1, 2]) end);
one(proc) -> proc_lib:spawn(fun() -> take(17, 9) end);
one(proc_exit) -> proc_lib:spawn(fun() -> exit({timeout, {db, query}}) end);
one(deep) -> spawn(fun() -> down(30) end);
one(sup) ->
    {ok, Sup} = shop_sup:start_link(),
    unlink(Sup),
    gen_server:cast(shop, {take, 17, 9});
one(caught) ->
    try take(17, 9) catch C:R:S -> logger:error("could not take: ~p:~p~n~p", [C, R, S]) end;
one(caught_line) ->
    try take(17, 9) catch C:R:S -> logger:error("could not take: ~0p:~0p ~0p", [C, R, S]) end;
one(formatted) ->
    try take(17, 9) catch C:R:S -> logger:error("~ts", [erl_error:format_exception(C, R, S)]) end.

down(0) -> error(bottom);
down(N) -> down(N - 1) + 1.

main([Name]) -> one_main(list_to_atom(Name)).
one_main(crash) -> take(17, 9);
one_main(thrown) -> throw({quota, 7}).
