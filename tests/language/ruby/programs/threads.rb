require_relative "lib/shop"
t = Thread.new { Shop::Orders.new.place(17) }
t.name = "charger-1"
sleep 0.1
begin
  t.join
rescue Shop::Declined
  puts "the charger is gone"
end
u = Thread.new { Shop::Orders.new.place(18) }
u.join
