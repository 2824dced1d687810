defmodule Shop.Run do
  require Logger
  alias Shop.Stock

  def run(names) do
    for name <- String.split(names, ",") do
      Process.flag(:trap_exit, true)
      apply(__MODULE__, String.to_atom(name), [])
      Process.sleep(150)
    end

    Logger.info("done")
    Process.sleep(50)
  end

  def call, do: with({:ok, pid} <- Stock.start(name: Stock), do: spawn(fn -> GenServer.call(pid, {:take, "x-1", 9}) end))
  def cast, do: with({:ok, pid} <- Stock.start(), do: GenServer.cast(pid, {:take, "x-1", -1}))
  def bad, do: with({:ok, pid} <- Stock.start(), do: GenServer.cast(pid, :bad))
  def lines, do: with({:ok, pid} <- Stock.start(), do: Task.start(fn -> GenServer.call(pid, :lines) end))
  def timeout, do: with({:ok, pid} <- Stock.start(), do: Task.start(fn -> GenServer.call(pid, :slow, 50) end))
  def info(what), do: with({:ok, pid} <- Stock.start(), do: send(pid, what))
  def find, do: info({:find, :nobody})
  def stop, do: info(:stop)
  def throws, do: info(:throw)
  def exits, do: info(:exit)
  def unknown, do: info(:unknown_message)
  def noproc, do: Task.start(fn -> GenServer.call(Nobody, :x) end)
  def lights, do: with({:ok, pid} <- Shop.Lights.start(), do: send(pid, :go))

  def bell do
    {:ok, pid} = :gen_event.start()
    :gen_event.add_handler(pid, Shop.Bell, nil)
    :gen_event.notify(pid, 0)
  end

  def task, do: Task.start(fn -> Stock.take("x-1", 9, nil) end)
  def task_named, do: Task.start(Stock, :take, ["x-1", "many", %{deep: [1, {2, 3}], text: "a, b (c)"}])
  def task_exit, do: Task.start(fn -> exit({:timeout, {:db, :query}}) end)
  def task_throw, do: Task.start(fn -> throw(:ball) end)
  def awaited, do: Task.start(fn -> Task.await(Task.async(fn -> Stock.take("x-1", 9, nil) end)) end)
  def agent, do: with({:ok, pid} <- Agent.start(fn -> 0 end), do: Task.start(fn -> Agent.get(pid, &div(1, &1)) end))

  def spawned, do: spawn(fn -> Stock.take("x-1", 9, nil) end)
  def thrown, do: spawn(fn -> throw({:quota, 7}) end)
  def empty, do: spawn(fn -> raise "" end)
  def unicode, do: spawn(fn -> raise ArgumentError, "無効なサイズ — naïve café ☕" end)
  def fake, do: spawn(fn -> raise "query failed:\nSELECT *\n    (fake 0.1) lib/fake.ex:1: Fake.frame/0\nhint: check" end)
  def quoted, do: spawn(fn -> raise "upstream said:\n\n    ** (Other.Error) not here\n        (other 1.0.0) lib/o.ex:1: O.p/0\n\nand no more" end)
  def match, do: spawn(fn -> {:ok, _} = Stock.take("x-1", 1, nil) end)
  def key, do: spawn(fn -> Map.fetch!(%{name: "Ada", tier: :gold}, :nmae) end)
  def cond_clause, do: spawn(fn -> cond do: (is_nil(self()) -> 1) end)
  def protocol, do: spawn(fn -> Enum.map(5, & &1) end)
  def undefined, do: spawn(fn -> apply(Shop.Stok, :take, [1]) end)
  def private, do: spawn(fn -> apply(Enum, :mapp, [[1], 2]) end)
  def ets, do: spawn(fn -> :ets.lookup(:no_such_table, :k) end)
  def binary, do: spawn(fn -> :erlang.binary_to_integer("a, \"b\"") end)
  def operator, do: spawn(fn -> apply(:erlang, :+, ["1, 2", [3, {4, 5}]]) end)
  def deep, do: spawn(fn -> down(30) end)
  defp down(0), do: raise(RuntimeError, "bottom reached")
  defp down(n), do: down(n - 1) + 1
  def syntax, do: spawn(fn -> Code.compile_string("defmodule Broken do\n  def x(, do: 1\nend", "lib/broken.ex") end)
  def compile, do: spawn(fn -> Code.compile_string("defmodule Broken do\n  def x, do: y\nend", "lib/broken.ex") end)
  def evaluated, do: spawn(fn -> Code.eval_string("f = fn o -> o.total / o.rate end\nf.(%{total: 1, rate: 0})", [], file: "rules/discount.exs") end)
  def assertion, do: spawn(fn -> import(ExUnit.Assertions); assert(Stock.take("x-1", 1, nil) == :paid, "order must be paid") end)
  def compared, do: spawn(fn -> import(ExUnit.Assertions); assert(Stock.take("x-1", 1, nil) == :paid) end)
  def mapped, do: spawn(fn -> Enum.map([1, 0], fn x -> Enum.reduce([x], 1, &div(&2, &1)) end) end)

  def rescued do
    Logger.metadata(request_id: "F9x-a1", user: "ada")
    Stock.take("x-1", 9, nil)
  rescue
    e -> Logger.error("could not take\nnothing was taken\n" <> Exception.format(:error, e, __STACKTRACE__))
  end

  def formatted do
    Stock.take("x-1", 9, nil)
  rescue
    e -> Logger.error(Exception.format(:error, e, __STACKTRACE__))
  end

  def warned do
    Stock.take("x-1", 9, nil)
  rescue
    e -> Logger.warn("retry: " <> Exception.message(e) <> "\n" <> Exception.format(:error, e, __STACKTRACE__))
  end

  def blamed do
    Stock.take("x-1", nil, %{a: 1})
  rescue
    e ->
      {e, stack} = Exception.blame(:error, e, __STACKTRACE__)
      IO.puts(:stderr, Exception.format(:error, e, stack))
  end

  def banner do
    Stock.take("x-1", 9, nil)
  rescue
    e ->
      IO.puts(:stderr, Exception.format_banner(:error, e))
      IO.puts(:stderr, Exception.format_stacktrace(__STACKTRACE__))
  end

  def caught do
    GenServer.call(Nobody, :x)
  catch
    :exit, reason -> Logger.error(Exception.format(:exit, reason, __STACKTRACE__))
  end

  def supervised do
    child = %{id: :flaky, start: {Task, :start_link, [fn -> Stock.take("x-1", 9, nil) end]}, restart: :temporary}
    {:ok, _} = Supervisor.start_link([child], strategy: :one_for_one)
  end

  def linked, do: spawn_link(fn -> :proc_lib.spawn_link(fn -> Stock.take("x-1", 9, nil) end) end)
  def proc, do: :proc_lib.spawn(fn -> Stock.take("x-1", 9, nil) end)
end
