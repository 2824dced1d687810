def total(items)
  items.sum { |i| i[:pirce] * quantitty }
end
quantity = 2
begin
  total([{ price: 1 }])
rescue NameError => e
  warn e.full_message(highlight: false)
end
begin
  { price: 1 }.fetch(:pirce)
rescue KeyError => e
  warn e.full_message(highlight: false)
end
[1].frist
