# What `at_exit` raises while a program dies, and a thread that takes all with it.
Thread.report_on_exception = false
at_exit { raise ArgumentError, "while leaving" }
Thread.new { raise KeyError, "in a thread" }.join
