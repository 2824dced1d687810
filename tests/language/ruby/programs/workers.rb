require "sidekiq"
require_relative "lib/shop"
Sidekiq.logger = Sidekiq::Logger.new($stdout, level: Logger::INFO)
Sidekiq.logger.formatter = Sidekiq::Logger::Formatters::Pretty.new
require "sidekiq/exception_handler"
class Processor
  include Sidekiq::ExceptionHandler
  def run(id)
    Shop::Orders.new.place(id)
  rescue StandardError => e
    handle_exception(e, { context: "Job raised exception", job: { "class" => "Charge", "args" => [id] } })
  end
end
Sidekiq::Context.with(class: "Charge", jid: "b4a577edbccf1d805744efa9", elapsed: 0.003) { Processor.new.run(17) }
Sidekiq.logger.info "done"
