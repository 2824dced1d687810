defmodule Store do
  @rows %{17 => %{name: "Ada", address: %{city: "Turin"}}, 18 => %{name: "Grace", address: nil}}

  def find!(id), do: Map.fetch!(@rows, id)
end

spawn(fn -> IO.inspect(Store.find!(99)) end)
Process.sleep(200)
