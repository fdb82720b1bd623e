-- luacheck: ignore
-- tries: to stop the collector
-- wall: state
-- expects: error there is no global 'collectgarbage'
collectgarbage("stop")
