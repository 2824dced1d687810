defmodule Price do
  def of(n, %{rate: r}) when n > 0, do: n * r
end

Price.of(-1, %{rate: 2, note: "a (b), c"})
