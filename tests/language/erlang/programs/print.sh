# Prints every fixture anew into "$1". Run in a copy of this folder at /srv/app/erlang.
out=$1
mkdir -p ebin && erlc +debug_info -o ebin *.erl
e() { erl -noinput -pa ebin "$@" 2>&1; }
r() { e -eval "shop:run([$1]), halt()."; }
one_line='-kernel logger [{handler,default,logger_std_h,#{formatter=>{logger_formatter,#{legacy_header=>false,single_line=>true}}}}]'
lines='-kernel logger [{handler,default,logger_std_h,#{formatter=>{logger_formatter,#{legacy_header=>false,single_line=>false}}}}]'
r call,cast,find,unknown >"$out/genserver_25.log"
r bad,stop,thrown,exits,timeout >"$out/genserver_exits_25.log"
r spawned,arith,match,clause >"$out/processes_25.log"
r undef,badarg,ets,thrown_plain,case_clause,badmap,deep >"$out/kinds_25.log"
r proc,proc_exit >"$out/proc_lib_25.log"
r sup >"$out/supervisor_25.log"
r caught,caught_line,formatted >"$out/logged_25.log"
e -eval "shop_statem:run(), halt()." >"$out/statem_25.log"
e $one_line -eval "shop:run([call,spawned,proc,sup,caught_line]), halt()." >"$out/single_line_25.log"
e $lines -eval "shop:run([call,spawned,proc,sup,caught]), halt()." >"$out/new_header_25.log"
e -eval "shop:take(17, 9)." -s init stop >"$out/eval_25.log"
e -s shop main crash >"$out/run_25.log"
for run in main:undefined spawned:binary; do
  escript words.escript ${run%:*} ${run#*:} >"$out/words_${run%:*}_${run#*:}_25.log" 2>&1
done
escript script.escript zero >"$out/escript_25.log" 2>&1
printf 'shop:take(17, 9).\nshop:price(x).\nthrow(a).\n1 div 0.\n' | erl -pa ebin 2>&1 | tr -d '\r' >"$out/shell_25.log"
true
