# Awkward shapes of Elixir: `elixir shapes.exs <name>`.
require Logger
Logger.configure_backend(:console, colors: [enabled: false])
defmodule Till do
  def total(words), do: raise(ArgumentError, words)
  def spawned(words), do: (spawn(fn -> total(words) end); Process.sleep(200))
end
python = "Traceback (most recent call last):\n  File \"till.py\", line 3, in <module>\n    total(1)\nValueError: no till"
case System.argv() do
  ["no_message"] -> Till.spawned("")
  ["quotes_python"] -> Till.spawned("the till said:\n" <> String.replace(python, ~r/^/m, "  "))
  ["quotes_elixir"] -> Till.spawned("the till said:\n  ** (KeyError) no till\n      till.exs:3: Till.total/1")
  ["reraised"] ->
    try do
      Till.total("inner")
    rescue
      e -> Logger.error(Exception.format(:error, e, __STACKTRACE__)); reraise(RuntimeError, "outer", __STACKTRACE__)
    end
  ["exits"] -> Process.flag(:trap_exit, true); spawn(fn -> exit({:shutdown_failed, "the till said: ** (KeyError) no"}) end); spawn(fn -> exit(:boom) end); Process.sleep(200); Logger.error("** (stop) nothing")
end
