require "minitest/autorun"
class ErrorTest < Minitest::Test
  def test_raises_no_method_error = assert_raises(NoMethodError) { nil.upcase }
  def test_undefined_method_for_nil = assert(true)
end
