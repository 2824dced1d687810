exit({:shutdown_failed, "x"})
