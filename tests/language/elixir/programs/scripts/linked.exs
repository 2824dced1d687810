spawn_link(fn -> Enum.map([1, 0], &div(1, &1)) end)
Process.sleep(300)
