defmodule Broken do
  def x(, do: 1
end
