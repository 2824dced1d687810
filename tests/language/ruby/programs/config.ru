require_relative "lib/shop"
run ->(_env) { Shop::Orders.new.place(17) }
