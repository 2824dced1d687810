# Sinatra (Debian's ruby-sinatra 3.0.5), asked three times; its errors go to standard error.
ENV["APP_ENV"] = "production"
require "sinatra/base"
require "rack/mock"
require_relative "lib/shop"
class Web < Sinatra::Base
  set :dump_errors, true
  set :raise_errors, false
  set :show_exceptions, false
  get("/orders/:id") { Shop::Orders.new.place(params[:id].to_i).to_s }
  get("/settle") { Shop::Orders.new.settle([17]) }
  get("/lines") { raise ArgumentError, "two\nlines" }
end
Rack::MockRequest.new(Web).then do |web|
  %w[/orders/17 /settle /lines /nowhere].each do |path|
    web.get(path, "rack.errors" => $stderr, fatal: false)
  end
end
