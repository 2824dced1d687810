# Errors of the standard library, with causes and frames of its own.
require "net/http"
require "timeout"
require "socket"
require "set"
def tried
  yield
rescue Exception => e
  warn e.full_message(highlight: false)
end
tried { Net::HTTP.get(URI("http://127.0.0.1:1/orders")) }
tried { Timeout.timeout(0.01) { sleep 1 } }
tried { TCPSocket.new("127.0.0.1", 1) }
tried { File.open("/nowhere/orders.csv") }
tried { [3, nil, 1].sort }
tried { {}.fetch(:price) }
tried { "abc".freeze << "d" }
tried { [1, 2].first(-1) }
tried { Comparable.instance_method(:clamp).bind(3).call(5, 1) }
tried { Enumerator.new { |y| y << 1 }.tap(&:next).then { |e| 3.times { e.next } } }
tried { Fiber.new { raise "in a fiber" }.resume }
tried { catch(:a) { throw :b } }
tried { Struct.new(:a).new(1, 2) }
tried { Process.kill(:TERM, 0x3fffffff) }
