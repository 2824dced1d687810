require "sinatra/base"
require "rack/mock"
require_relative "lib/shop"
class Web < Sinatra::Base
  set :environment, :production
  set :dump_errors, true
  set :raise_errors, false
  get("/orders/:id") { Shop::Orders.new.place(params[:id].to_i) }
end
Rack::MockRequest.new(Web).get("/orders/17", "rack.errors" => $stderr)
