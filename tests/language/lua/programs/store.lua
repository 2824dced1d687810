local store = {}
local rows = { [17] = { name = "Ada" } }
function store.find(id) return rows[id] or error("order " .. id .. " not found") end
function store.check(n) error("stock is " .. n, 2) end
return store
