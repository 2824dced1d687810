case System.argv() do
  ["info"] -> IO.inspect(Process.info(self(), :current_stacktrace)); IO.inspect(Process.info(Process.whereis(:init)), limit: 8)
  ["format"] -> {:current_stacktrace, s} = Process.info(self(), :current_stacktrace); IO.puts(Exception.format_stacktrace(s))
  ["log"] -> require Logger; Logger.info("GenServer Orders terminated normally"); Logger.info("retry after ** (RuntimeError) was handled"); Logger.flush()
end
