require "json"
require_relative "lib/shop"
def emit(hash) = puts(JSON.generate({ time: "2026-11-20T16:05:20.398Z", level: "error", msg: "order failed" }.merge(hash)))
begin
  Shop::Orders.new.place(17)
rescue StandardError => e
  emit exception: { class: e.class.name, message: e.message, backtrace: e.backtrace }
  emit exception: { name: e.class.name, message: e.message, stack_trace: e.backtrace }
  emit "error.class" => e.class.name, "error.message" => e.message, backtrace: e.backtrace
  emit err: { name: e.class.name, message: e.message, stack: e.backtrace.join("\n  ") }
  emit exception: e.full_message(highlight: false)
  emit error: "#{e.class}: #{e.message}", backtrace: e.backtrace.join("\n")
end
