ExUnit.start(trace: true)
defmodule ShopTest do
  use ExUnit.Case
  test "** (RuntimeError) oops is raised" do assert_raise RuntimeError, fn -> raise "oops" end end
  test "GenServer :orders terminating" do assert true end
end
