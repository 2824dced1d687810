class Quiet < StandardError
  def message = ""
end

def fail_with(*args) = raise(*args)

[
  ["first line\nsecond line\n  third (line)"],
  [""],
  [Quiet],
  [Class.new(StandardError), "nobody named me"],
  [RuntimeError, "ends (in brackets)"],
  [ArgumentError],
  ["it's 'quoted': a.rb:3:in no place"],
].each do |args|
  fail_with(*args)
rescue StandardError => e
  $stderr.write e.full_message(highlight: false)
  warn "" unless e.full_message(highlight: false).end_with?("\n")
end
fail_with "the last\nof them"
