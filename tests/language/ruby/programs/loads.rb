# What cannot be loaded.
def tried
  yield
rescue Exception => e
  warn e.full_message(highlight: false)
end
tried { require "no_such_library" }
tried { require_relative "broken" }
tried { load "nowhere.rb" }
tried { eval("1 +", binding, "template.erb", 7) }
tried { eval("nil.upcase") }
tried { Object.const_get(:NoSuchThing) }
tried { JSON.parse("{") }
require "yaml"
tried { YAML.load("a: [1") }
require "json"
tried { JSON.parse("{") }
require "no_such_library"
