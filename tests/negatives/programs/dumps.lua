if arg[1] == "info" then for level = 1, 4 do local i = debug.getinfo(level, "Sln"); if not i then break end print(i.short_src, i.currentline, i.name) end else print(debug.traceback()) end
