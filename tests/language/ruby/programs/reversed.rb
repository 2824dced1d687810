require_relative "lib/shop"
begin
  Shop::Orders.nightly([17])
rescue StandardError => e
  $stderr.write e.full_message(highlight: false, order: :bottom)
end
