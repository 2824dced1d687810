defmodule Shop.Application do
  use Application

  @impl true
  def start(_type, _args) do
    children = if System.get_env("BAD_CHILD"), do: [Shop.Broken], else: []
    Supervisor.start_link(children, strategy: :one_for_one, name: Shop.Supervisor)
  end
end

defmodule Shop.Broken do
  use GenServer
  def start_link(arg), do: GenServer.start_link(__MODULE__, arg)
  @impl true
  def init(_), do: raise("no database")
end
