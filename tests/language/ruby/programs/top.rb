begin
  Integer("12a")
rescue ArgumentError
  raise "cannot read the quantity"
end
