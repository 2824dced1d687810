require_relative "lib/shop"
Shop::Orders.new.place(17)
