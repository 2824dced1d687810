require "logger"
require_relative "lib/shop"
log = Logger.new($stdout)
def deep(log)
  log.info "called from\n#{caller.join("\n")}"
  log.info "  ↳ app/models/order.rb:5:in `find'"
  log.debug caller_locations(1..1).first.to_s
end
deep(log)
log.warn "the label stands behind :in 'quotes', see lib/shop.rb:8:in `place' for more"
log.info "rspec ./spec/order_spec.rb:12 # ./lib/shop.rb:31:in `charge'"
warn "lib/shop.rb:3: warning: method redefined; discarding old place"
log.error "config: syntax error, see manual"
log.info "lib/shop.rb:8:in `place': took 3 ms"
puts caller_locations(0).join("\n")
