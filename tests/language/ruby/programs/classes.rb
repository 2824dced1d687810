# JSON lines whose class stands where others write the message, or in an object of its own.
require "json"

class Declined < StandardError; end

def ship(order) = raise(Declined, "card declined: order #{order}")

begin
  ship(7)
rescue Declined => e
  warn JSON.generate(level: "ERROR", time: "2026-11-20T15:49:23Z", message: e.message, exception: e.class.name, backtrace: e.backtrace)
  warn JSON.generate(level: "ERROR", time: "2026-11-20T15:49:24Z", message: "shipping failed", error: { class: e.class.name, message: e.message, backtrace: e.backtrace })
end
