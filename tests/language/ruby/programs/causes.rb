require_relative "lib/shop"
Shop::Orders.nightly([17])
