class Order {
    def lines = []
    def total() { lines.collect { it.price.toInteger() }.sum() }
    def propertyMissing(String name) { throw new MissingPropertyException(name, Order) }
}
try { new Order(lines: [[price: 'x']]).total() } catch (e) { e.printStackTrace() }
[1, 2].each { n -> if (n == 2) new Order().nothing }
