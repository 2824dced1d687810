object Main {
  case class Line(price: Option[Int])
  def total(lines: List[Line]) = lines.map(l => l.price.get).sum
  def kind(x: Any) = x match { case s: String => s }
  def main(args: Array[String]): Unit = {
    try total(List(Line(None))) catch { case e: Exception => e.printStackTrace() }
    try kind(5) catch { case e: MatchError => throw new RuntimeException("`total + tax` failed", e) }
  }
}
