def total(items)
  items.sum { |i| i[:price]
end
puts total([])
