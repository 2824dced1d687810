#!/bin/sh
# Programs that die one right behind the other into one file, and programs that quote what another said. Run in the folder of
# till.py, till.js, Till.class and the Go program `till`; the argument is the shape's name.
go="./till panics"
node="node till.js throws"
java="java Till throws"
python="python3 till.py lines"
case $1 in
  then_go) $python; $go ;;
  then_deadlock) $python; ./till deadlocks ;;
  then_java) $python; $java ;;
  then_node) $python; $node ;;
  untraced_then_python) GOTRACEBACK=none $go; $python ;;
  untraced_then_java) GOTRACEBACK=none $go; $java ;;
  untraced_then_node) GOTRACEBACK=none $go; $node ;;
  untraced_then_go) GOTRACEBACK=none $go; $go ;;
  all_in_a_row) $go; $python; $java; $node; $python; $go ;;
  repl_then_java) printf 'null.till\n' | node -i 2>&1; $java ;;
  quotes_go) python3 till.py quotes $go ;;
  quotes_java) python3 till.py quotes $java ;;
  quotes_go_indented) python3 till.py quotes_indented $go ;;
  quotes_node_indented) python3 till.py quotes_indented $node ;;
  quotes_go_json) python3 till.py quotes_json $go ;;
  mentions) python3 till.py mentions ;;
  then_mono) ruby till.rb; mono --debug till.exe ;;
  quotes_python) ./till quotes $python ;;
  quotes_go_jvm) java Till quotes $go ;;
esac
