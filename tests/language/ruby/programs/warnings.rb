# Nothing failed: warnings, traces printed for themselves, a thread's backtrace, a profile.
require "pp"
require_relative "lib/shop"
def old = warn("old is deprecated", uplevel: 0)
def deeper = pp(caller)
def here = puts(caller_locations.map(&:to_s))
def named = puts("called by #{caller(1..1).first}")
old
deeper
here
named
warn "#{__FILE__}:#{__LINE__}:in `named': is slow"
puts Thread.current.backtrace.first(1).map { |line| "  #{line}" }
$VERBOSE = true
eval("def a; end; def a; end")
x = 1
puts "lib/shop.rb:3:in `place': warning: mismatched indentations at 'end' with 'def' at 2"
puts "  1) Failure: test_place(ShopTest) [lib/shop.rb:3:in `place']:"
puts "rspec ./spec/shop_spec.rb:12 # Shop places an order"
puts "| lib/shop.rb:3:in `place' | 12.5% | 300 samples |"
puts "at lib/shop.rb:3:in `place', 4 ms"
puts "def place(id) # raises ArgumentError (see lib/shop.rb:3)"
