# Labels of every kind, messages of every kind.
module Shop
  class Basket
    class << self
      def build(&block) = new(&block)
    end
    define_method(:defined) { |x| raise "defined #{x}" }
    def method_missing(name, *) = name == :ghost ? raise(NoMethodError, "no ghost") : super
    def respond_to_missing?(*) = false
    def initialize = yield(self)
    def each
      return to_enum(:each) unless block_given?
      [1, 2].each { |x| yield x }
    end
  end
end
def tried
  yield
rescue Exception => e
  warn e.full_message(highlight: false)
end
tried { Shop::Basket.build { |b| b.defined(3) } }
tried { Shop::Basket.build(&:ghost) }
tried { Shop::Basket.build(&:phantom) }
tried { Shop::Basket.build { |b| b.each.with_index { |x, i| raise "at #{x}, #{i}" } } }
tried { ->(x) { x / 0 }.curry[1] }
tried { Class.new(StandardError) { def message = "anonymous" }.then { |c| raise c } }
tried { Module.new { def self.go = raise("in an anonymous module") }.go }
tried { BasicObject.new.inspect }
tried { raise "" }
tried { raise "\n" }
tried { raise "ends in newlines\n\n" }
tried { raise "Grüße aus Köln 🦀: größer als 3 €" }
tried { raise "bytes \xff\xfe".b }
tried { raise "see lib/shop.rb:3:in `place': not here (Shop::Error)" }
tried { raise "x (y) (Z)" }
tried { raise "tab\there: \e[31mred\e[0m" }
tried { raise Exception }
tried { abort_like = SystemExit.new(3, "stopped"); raise abort_like }
tried { raise NotImplementedError, "#{self.class} is abstract" }
tried { 3.times.map { |i| [i].each { |j| Float("x#{j}") } } }
