# Causes that come round, an explicit cause, none at all.
class Wrapped < StandardError; end
def inner = raise(ArgumentError, "inner")
def explicit
  kept = nil
  begin
    inner
  rescue ArgumentError => e
    kept = e
  end
  raise Wrapped, "explicit", cause: kept
end
def uncaused
  inner
rescue ArgumentError
  raise Wrapped, "uncaused", cause: nil
end
def ensured
  inner
ensure
  Integer("12a") if $!
end
%i[explicit uncaused ensured].each do |name|
  send(name)
rescue StandardError => e
  warn e.full_message(highlight: false)
end
a = RuntimeError.new("first")
b = RuntimeError.new("second")
begin
  begin
    raise a
  rescue RuntimeError
    raise b
  end
rescue RuntimeError
  begin
    raise a, cause: b
  rescue ArgumentError => e
    warn e.full_message(highlight: false)
  end
end
