# A suite whose tests fail: nothing of it is a crash.
require "minitest/autorun"
require_relative "lib/shop"
class ShopTest < Minitest::Test
  def test_places = assert_equal(3, Shop::Orders.new.place(17))
  def test_settles = Shop::Orders.new.settle([17])
  def test_adds = assert_equal(3, 1 + 1)
  def test_fails = flunk("lib/shop.rb:3:in `place': not yet (RuntimeError)")
end
