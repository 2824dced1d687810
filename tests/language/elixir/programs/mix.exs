defmodule Shop.MixProject do
  use Mix.Project
  def project, do: [app: :shop, version: "2.1.0", elixir: "~> 1.14"]
  def application, do: [mod: {Shop.Application, []}, extra_applications: [:logger, :ex_unit]]
end
