-- luacheck: ignore
-- tries: to write escape sequences to the terminal through an error
-- wall: state
-- expects: error ?[2J?]0;owned?
error("\27[2J\27]0;owned\7", 0)
