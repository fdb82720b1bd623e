-- luacheck: ignore
-- tries: to replace a function for the next policy
-- wall: state
-- expects: error global 'pairs' cannot be assigned
pairs = function() return function() end end
