def load_it = require_relative("broken")
load_it
