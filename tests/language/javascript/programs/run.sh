# Writes every fixture: Node 20 as `node`, 22 and 24 beneath /opt, Deno and Bun from npm, gjs from Debian 12.
B=${B:-node_modules/.bin}
OUT=${OUT:-.}
R() { out=$1; shift; "$@" </dev/null 2>$OUT/$out.log >/dev/null; echo $out $?; }
N24=/opt/node24/bin/node; N22=/opt/node22/bin/node
export NO_COLOR=1
R deno_cause_29 $B/deno run deno_cause.ts
R deno_plain_29 $B/deno run deno_plain.ts
R bun_plain_14 $B/bun bun_plain.ts
for p in warnings prose syntax indented wasm grouped; do R ${p}_20 node $p.js; done
R warnings_trace_20 node --trace-warnings warnings.js
R wasm_24 $N24 wasm.js
R syntax_22 $N22 syntax.js
R indented_24 $N24 indented.js
R gjs_cart_174 gjs -m gjs_cart.js
R gjs_throw_174 gjs -m gjs_throw.js
R value_20 node value.js
R thrown_24 $N24 thrown.js
R rejected_method_20 node rejected.js method
R rejected_then_24 $N24 rejected.js then
R rejected_tick_22 $N22 rejected.js tick
unset NO_COLOR; export FORCE_COLOR=1
R deno_coloured_29 $B/deno run deno_cause.ts
R coloured_20 node indented.js
