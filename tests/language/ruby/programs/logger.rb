require "logger"
require_relative "lib/shop"
log = Logger.new($stdout, progname: ARGV[0])
log.info "starting"
begin
  Shop::Orders.new.place(17)
rescue StandardError => e
  log.error e
  log.error "order 17 failed: #{e.class}: #{e.message}\n#{e.backtrace.join("\n")}"
  log.error e.full_message(highlight: false)
end
begin
  raise ArgumentError, "two\nlines"
rescue StandardError => e
  log.fatal e
end
begin
  Shop::Orders.new.settle([17])
rescue StandardError => e
  log.error "settlement: #{e.message}\n#{e.backtrace.join("\n")}"
end
log.info "done"
