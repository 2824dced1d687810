package com.acme.kt

class Order(val lines: List<String>) {
    fun total() = lines.sumBy { it.toInt() }
    fun `does not ship`() { require(lines.size > 3) { "only ${lines.size} lines" } }
}

inline fun <T> retry(times: Int, block: (Int) -> T): T {
    for (n in 1 until times) try { return block(n) } catch (e: Exception) { if (n + 1 == times) throw IllegalStateException("gave up after $n", e) }
    error("unreachable")
}

val lazyTotal by lazy { Order(listOf("x")).total() }

fun main() {
    try { lazyTotal } catch (e: NumberFormatException) { e.printStackTrace() }
    try { Order(listOf()).`does not ship`() } catch (e: Exception) { e.printStackTrace() }
    sequence { yield(1); yield(Order(listOf("y")).total()) }.toList().let { retry(3) { println(it) } }
}
