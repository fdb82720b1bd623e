-- luacheck: ignore
-- tries: to replace a global through _ENV
-- wall: state
-- expects: error global 'require' cannot be assigned
_ENV.require = function() return {} end
