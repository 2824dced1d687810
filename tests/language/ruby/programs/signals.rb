# How a program ends that is told to: `kill -INT`.
def work = sleep(5)
Thread.new { sleep 0.2; Process.kill(:INT, Process.pid) }
work
