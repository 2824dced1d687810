ExUnit.start(seed: 0)

defmodule ShopTest do
  use ExUnit.Case
  test "takes", do: Shop.Stock.take("x-1", 9, nil)
  test "compares", do: assert(1 + 1 == 3)
end
