-module(shop_statem).
-behaviour(gen_statem).
-export([run/0, init/1, callback_mode/0, handle_event/4, handle_event/2, handle_call/2]).

run() ->
    {ok, Pid} = gen_statem:start(?MODULE, lights, []),
    Pid ! go,
    timer:sleep(150),
    {ok, Bell} = gen_event:start(),
    gen_event:add_handler(Bell, ?MODULE, bell),
    gen_event:notify(Bell, 0),
    timer:sleep(150).

callback_mode() -> handle_event_function.
init(lights) -> {ok, red, #{cars => 0}};
init(bell) -> {ok, 0}.
handle_event(info, go, red, Data) -> {keep_state, maps:get(lorries, Data)}.
handle_event(N, State) -> {ok, State div N}.
handle_call(_, State) -> {ok, ok, State}.
