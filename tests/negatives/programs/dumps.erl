-module(dumps).
-export([main/1]).
main(["i"]) -> c:i();
main(["bt"]) -> {backtrace, B} = process_info(self(), backtrace), io:put_chars(B);
main(["log"]) -> logger:set_primary_config(level, info), logger:notice("worker exited with reason normal in function orders:run/1"), timer:sleep(200).
