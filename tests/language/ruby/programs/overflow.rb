class Tree
  def down(n) = side(n + 1)
  def side(n) = down(n + 1)
end
Tree.new.down(0)
