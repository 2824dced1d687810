defmodule Broken do
  raise "at compile time"
end
