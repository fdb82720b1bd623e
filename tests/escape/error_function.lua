-- luacheck: ignore
-- tries: to hand the host a function as an error
-- wall: state
-- expects: error error object is a function
error(function() while true do end end)
