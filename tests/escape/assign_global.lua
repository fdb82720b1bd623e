-- luacheck: ignore
-- tries: to leave a value for the next policy
-- wall: state
-- expects: error global 'model' cannot be assigned
model = { name = "evil" }
