# Dies without callers.
raise "order 17 is not closed"
