local store = require "store"
local function weigh(n) if n == 0 then store.find(7) end return (weigh(n - 1)) end
local co = coroutine.create(function() return weigh(2) end)
local ok, e = coroutine.resume(co)
ngx.log(ngx.WARN, "first try: ", e)
weigh(3)
