defmodule Half do
  def half(n), do: div(1, n)
end

IO.puts("start")
Half.half(0)
