# Prints every fixture anew into "$1". Run in a copy of this folder at /srv/app/elixir.
out=$1
export MIX_ENV=prod
mix compile >/dev/null 2>&1
r() { mix run --no-compile -e "Shop.Run.run(\"$1\")" 2>&1; }
r call,cast,bad,find >"$out/genserver_114.log"
r lines,timeout,stop,throws,exits,noproc,unknown >"$out/genserver_exits_114.log"
r lights,bell,agent >"$out/behaviours_114.log"
r task,task_named,awaited,task_exit,task_throw >"$out/tasks_114.log"
r spawned,thrown,empty,unicode,proc,linked >"$out/processes_114.log"
r fake,quoted,deep,mapped >"$out/messages_114.log"
r match,key,cond_clause,protocol,undefined,private >"$out/kinds_114.log"
r ets,binary,operator,evaluated,syntax,compile >"$out/runtime_114.log"
r assertion,compared >"$out/assertions_114.log"
r rescued,formatted,warned,caught >"$out/logged_114.log"
r banner >"$out/banner_114.log"
r blamed >"$out/blamed_114.log"
SASL=1 r call,task,supervised,proc >"$out/sasl_114.log"
LOG_META=1 LOG_FORMAT='$date $time $metadata[$level] $message
' r call,rescued,spawned >"$out/metadata_114.log"
LOG_FORMAT='[$level] $message
' r call,task,formatted >"$out/level_first_114.log"
COLOURS=1 r call,spawned >"$out/coloured_114.log"
BAD_CHILD=1 mix run --no-compile >"$out/start_failed_114.log" 2>&1
cd scripts
for name in fail clause exit throw linked broken compile map; do
  elixir $name.exs >"$out/script_${name}_114.log" 2>&1
done
elixir -e 'raise "boom"' >"$out/script_eval_114.log" 2>&1
cd ..
mix nosuch >"$out/mix_task_114.log" 2>&1
MIX_ENV=test mix run --no-start test/shop_test.exs >"$out/not_traces_exunit_114.log" 2>&1
true
