-- Fails on purpose: an order that is not there.
local function charge(order)
  return order.total * 2
end

local function checkout(orders, name)
  local cents = charge(orders[name])
  return cents
end

checkout({ ada = { total = 17 } }, "grace")
