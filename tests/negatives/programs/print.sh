#!/bin/sh
# Prints tests/negatives/printed/ anew: run in a copy of this folder at /srv/app/negatives, with the folder of the results.
# Needs Java 17, Go, Python 3.11, Ruby, Node 20, PHP, Mono, Erlang, Elixir, Lua, OCaml, Perl, Rust, gcc, gdb, PostgreSQL's client.
to=$1
javac Dump.java PrintAll.java && go build -o dumpgo dump.go && gcc -g -o shop shop.c -lpthread && mcs Dump.cs && erlc dumps.erl && rustc --test shop.rs -o shoprs
[ -f go.mod ] || go mod init shop
(java Dump > $to/kill3_17.log 2>&1 & p=$!; sleep 1.2; jstack $p > $to/jstack_17.log; jstack -l $p > $to/jstack_long_17.log
 jcmd $p Thread.print > $to/jcmd_17.log; jcmd $p GC.class_histogram | head -40 > $to/jvm_histogram_17.log; jcmd $p help > $to/jcmd_help_17.log
 kill -QUIT $p; sleep .3; kill $p)
(java Dump deadlock > $to/deadlock_kill3_17.log 2>&1 & p=$!; sleep 1.2; jstack $p > $to/deadlock_jstack_17.log; kill -QUIT $p; sleep .3; kill $p)
java PrintAll > $to/get_all_stack_traces_17.log
java -help > $to/java_help_17.log 2>&1; java -X > $to/java_x_17.log 2>&1; java -version > $to/java_version_17.log 2>&1; javap -c -p Dump > $to/javap_17.log
(./dumpgo > $to/sigquit_go.log 2>&1 & p=$!; sleep .5; kill -QUIT $p; sleep .3)
(GOTRACEBACK=all ./dumpgo > $to/sigquit_all_go.log 2>&1 & p=$!; sleep .5; kill -QUIT $p; sleep .3)
(GOTRACEBACK=crash ./dumpgo > $to/sigquit_crash_go.log 2>&1 & p=$!; sleep .5; kill -QUIT $p; sleep .3)
./dumpgo 1 > $to/pprof_1_go.log; ./dumpgo 2 > $to/pprof_2_go.log
go help test > $to/go_help_test.log; go doc -all runtime/debug > $to/go_doc_debug.log; go help environment > $to/go_help_env.log
go test -v . > $to/go_test_v.log 2>&1; go test -json . > $to/go_test_json.log 2>&1
for what in all one later register print_stack frames stack_info warn asyncio profile dis trace; do
  timeout 20 python3 dumps.py $what 0.6 > $to/py_$what.log 2>&1
done
python3 test_shop.py > $to/unittest_v.log 2>&1; python3 -h > $to/python_help.log
python3 -c "import traceback, pydoc; print(pydoc.plain(pydoc.render_doc(traceback)))" > $to/pydoc_traceback.log
python3 -c "import pydoc; print(pydoc.plain(pydoc.render_doc(BaseException)))" > $to/pydoc_exception.log
for what in threads caller tabbed warn; do timeout 20 ruby dumps.rb $what > $to/rb_$what.log 2>&1; done
ruby test_shop.rb -v > $to/minitest_v.log 2>&1; ruby -h > $to/ruby_help.log
for what in stack warning inspect heap; do node dumps.js $what > $to/node_$what.log 2>&1; done
node --test shop.test.js > $to/node_test.log 2>&1; node --test-reporter=spec --test shop.test.js > $to/node_test_spec.log 2>&1; node -h > $to/node_help.log
(./shop & p=$!; sleep .3; gdb -p $p -batch -ex "thread apply all bt" > $to/gdb_all_bt.log 2> /dev/null
 gdb -p $p -batch -ex "info threads" -ex "info sharedlibrary" > $to/gdb_info.log 2> /dev/null; kill $p)
gdb --help > $to/gdb_help.log; readelf -Ws shop | head -60 > $to/readelf.log; objdump -d shop | head -80 > $to/objdump.log
for what in debug var array; do php -n dumps.php $what > $to/php_$what.log 2>&1; done; php -h > $to/php_help.log
(mono Dump.exe > $to/mono_quit.log 2>&1 & p=$!; sleep 1; kill -QUIT $p; sleep .5; kill $p); mono Dump.exe x > $to/mono_stack.log
for what in info format log; do elixir dumps.exs $what > $to/ex_$what.log 2>&1; done; elixir shop_test.exs > $to/exunit.log 2>&1; elixir -h > $to/elixir_help.log 2>&1
for what in i bt log; do erl -noshell -run dumps main $what -s init stop > $to/erl_$what.log 2>&1; done
lua dumps.lua > $to/lua_traceback.log; ./shoprs --test-threads=1 > $to/rust_test.log 2>&1; ./shoprs --list > $to/rust_test_list.log 2>&1
perl -h > $to/perl_help.log; psql --help > $to/psql_help.log; ocaml -help > $to/ocaml_help.log 2>&1; rustc --explain E0308 > $to/rustc_explain.log 2>&1
