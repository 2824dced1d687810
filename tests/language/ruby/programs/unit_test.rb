require "test/unit"
require_relative "lib/shop"
class ShopTest < Test::Unit::TestCase
  def test_places = assert_equal(3, Shop::Orders.new.place(17))
  def test_settles = Shop::Orders.new.settle([17])
  def test_adds = assert_equal(3, 1 + 1)
end
