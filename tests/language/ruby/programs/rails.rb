require "action_controller/railtie"
require "active_job/railtie"
require_relative "lib/shop"
ENV["RAILS_ENV"] = ARGV[0]
class App < Rails::Application
  config.root = __dir__
  config.load_defaults 6.1
  config.eager_load = false
  config.secret_key_base = "x" * 64
  config.hosts.clear
  config.consider_all_requests_local = ARGV[0] == "development"
  config.log_tags = [:request_id] if ARGV[0] == "production"
  config.logger = ActiveSupport::TaggedLogging.new(Logger.new($stdout, formatter: ARGV[0] == "production" ? Logger::Formatter.new : nil))
  routes.append do
    get "/orders/:id", to: "orders#show"
    get "/cart", to: "orders#cart"
    get "/settle", to: "orders#settle"
  end
end
class OrdersController < ActionController::Base
  def show = Shop::Orders.new.place(Integer(params[:id]))
  def cart = render(inline: "<h1>\n<%= missing_total %>\n</h1>")
  def settle = Shop::Orders.nightly([17])
end
class ChargeJob < ActiveJob::Base
  def perform(id) = Shop::Orders.new.place(id)
end
App.initialize!
%w[/orders/17 /orders/12a /cart /settle /nowhere].each do |path|
  App.call(Rack::MockRequest.env_for(path, "HTTP_X_REQUEST_ID" => "req-16"))
end
ActiveJob::Base.queue_adapter = :inline
begin
  ChargeJob.perform_later(17)
rescue StandardError
  Rails.logger.info "job gone"
end
