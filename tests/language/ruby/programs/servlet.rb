require "webrick"
require "net/http"
require_relative "lib/shop"
server = WEBrick::HTTPServer.new(Port: 8099, BindAddress: "127.0.0.1", AccessLog: [])
server.mount_proc("/") { Shop::Orders.new.place(17) }
Thread.new { server.start }
Net::HTTP.get_response(URI("http://127.0.0.1:8099/"))
server.shutdown
