defmodule Shop.OutOfStock do
  defexception [:sku, :left]
  @impl true
  def message(e), do: "only #{e.left} left of #{e.sku}"
end

defmodule Shop.Stock do
  use GenServer

  def start(opts \\ []), do: GenServer.start(__MODULE__, %{rows: Enum.to_list(1..30), names: %{a: "eins", b: "zwei"}}, opts)

  @impl true
  def init(state), do: {:ok, state}

  @impl true
  def handle_call({:take, sku, n}, _from, state), do: {:reply, take(sku, n, state), state}
  def handle_call(:slow, _from, state), do: {:reply, Process.sleep(300), state}
  def handle_call(:lines, _from, _state), do: raise("query failed:\n    SELECT *\n  FROM stock\nhint: index")

  @impl true
  def handle_cast({:take, sku, n}, state) do
    take(sku, n, state)
    {:noreply, state}
  end

  def handle_cast(:bad, _state), do: :what

  @impl true
  def handle_info({:find, id}, state), do: {:noreply, Map.fetch!(state, id)}
  def handle_info(:stop, state), do: {:stop, {:shutdown_failed, "queue is stuck"}, state}
  def handle_info(:throw, _state), do: throw({:quota, 7})
  def handle_info(:exit, _state), do: exit(:stuck)

  def take(sku, n, _state) when n > 3, do: raise(Shop.OutOfStock, sku: sku, left: 3)
  def take(_sku, n, _state) when n > 0, do: :ok
end

defmodule Shop.Lights do
  @behaviour :gen_statem
  def start, do: :gen_statem.start(__MODULE__, nil, [])
  @impl true
  def callback_mode, do: :handle_event_function
  @impl true
  def init(_), do: {:ok, :red, %{cars: 0}}
  @impl true
  def handle_event(:info, :go, :red, _data), do: raise(ArgumentError, "the lights are broken")
end

defmodule Shop.Bell do
  @behaviour :gen_event
  @impl true
  def init(_), do: {:ok, 0}
  @impl true
  def handle_event(n, state), do: {:ok, div(state, n)}
  @impl true
  def handle_call(_, state), do: {:ok, :ok, state}
end
