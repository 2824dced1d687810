# How `full_message` prints, with colours and in both orders.
require_relative "lib/shop"
begin
  Shop::Orders.new.settle([17])
rescue StandardError => e
  $stderr.print e.full_message(highlight: true, order: :top)
  $stderr.print "\n"
  $stderr.print e.full_message(highlight: false, order: :bottom)
  $stderr.print e.full_message(highlight: true, order: :bottom)
end
