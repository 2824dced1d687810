require "logger"
require_relative "lib/shop"
log = Logger.new($stdout)
begin
  Shop::Orders.new.settle([17])
rescue StandardError => e
  log.error(e.inspect)
  log.error(e.backtrace.join("\n"))
end
begin
  Shop::Orders.new.place(17)
rescue StandardError => e
  log.error("#{e.class}: #{e.message}")
  log.error(e.backtrace.join("\n"))
end
log.info "done"
