# Awkward shapes of Ruby: `ruby shapes.rb <name>`.
require "logger"
def boom(words) = raise(ArgumentError, words)
PYTHON = "Traceback (most recent call last):\n  File \"till.py\", line 3, in <module>\n    total(1)\nValueError: no till"
RUBY = "till.rb:3:in `total': no till (KeyError)\n\tfrom till.rb:9:in `<main>'"
SHAPES = {
  "no_message" => -> { raise ArgumentError, "" },
  "quotes_python" => -> { boom("the till said:\n#{PYTHON.gsub(/^/, "  ")}\nand no more") },
  "quotes_ruby" => -> { boom("the till said:\n  #{RUBY.gsub("\n", "\n  ")}\nand no more") },
  "logged" => lambda {
    log = Logger.new($stdout)
    begin
      boom("a, b: c (d)")
    rescue ArgumentError => e
      log.error(e)
      log.error("gave up\n#{e.full_message(highlight: false)}")
      log.warn("retry: #{e.message}")
    end
  },
  "rescued_thrice" => lambda {
    begin
      begin
        begin
          boom("first")
        rescue ArgumentError
          Integer("second")
        end
      rescue ArgumentError
        [].fetch(3)
      end
    rescue IndexError
      raise "last\n\nwith lines (of its own)"
    end
  },
}.freeze
SHAPES.fetch(ARGV[0]).call
