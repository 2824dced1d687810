# Rails 6.1 with lograge 0.10 (Debian): requests are a line each, exceptions are logged as ever.
ENV["RAILS_ENV"] = "production"
require "rails"
require "action_controller/railtie"
require "lograge"
require "rack/mock"
require_relative "lib/shop"
class App < Rails::Application
  config.eager_load = false
  config.consider_all_requests_local = false
  config.secret_key_base = "x" * 64
  config.hosts.clear
  config.lograge.enabled = true
  config.logger = ActiveSupport::TaggedLogging.new(Logger.new($stdout).tap { |l| l.formatter = Logger::Formatter.new })
  config.log_level = :info
  config.action_dispatch.show_exceptions = true
end
class OrdersController < ActionController::Base
  def show = Shop::Orders.new.place(params[:id].to_i)
  def settle = Shop::Orders.new.settle([17])
end
App.initialize!
App.routes.draw do
  get "/orders/:id" => "orders#show"
  get "/settle" => "orders#settle"
end
web = Rack::MockRequest.new(App)
%w[/orders/17 /settle /nowhere].each { |path| web.get(path) }
