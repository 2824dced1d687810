-module(shop_sup).
-behaviour(supervisor).
-export([start_link/0, init/1]).

start_link() -> supervisor:start_link(?MODULE, []).
init([]) -> {ok, {#{strategy => one_for_one, intensity => 0}, [#{id => shop, start => {shop, start_link, []}}]}}.
