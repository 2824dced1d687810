def work = sleep
def dump(what)
  case what
  when "threads" then Thread.list.each { |t| puts "Thread TID-#{t.object_id.to_s(36)} #{t.name}"; puts t.backtrace&.join("\n") || "<no backtrace available>" }
  when "caller" then puts caller(0)
  when "tabbed" then STDERR.puts caller(0).join("\n\t")
  when "warn" then warn "orders is deprecated (NoMethodError in 4.0)", uplevel: 0
  when "trace" then TracePoint.new(:call, :raise) { |t| puts "#{t.path}:#{t.lineno}: #{t.event} #{t.method_id}" }.enable { Integer("3"); work_once }
  end
end
def work_once = 3
Thread.new { work }.name = "orders"; sleep 0.1; dump(ARGV[0])
