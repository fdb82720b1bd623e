floe monitor says what it does not watch, and why, before it watches anything.
fixture: shop runs
env: FLOE_COMPILE_AS_OF=2026-11-21
env: SOURCE_DATE_EPOCH=1764000000
needs: command:monitor

$ floe monitor --log-format text 2>&1 | cut -d ' ' -f 2-
error not monitored: '.' is not compiled (run `floe compile` in it first)

$ floe monitor nowhere --log-format text 2>&1 | cut -d ' ' -f 2-
error not monitored: there is no folder 'nowhere' (name the folder of a product)

$ sed -i 's/mode: block, params/mode: warn, params/' platform/manifest.yaml; floe compile --facts sources --quiet >/dev/null; (floe monitor . $PWD --listen off --log-format text; echo "00:00 exit $?") 2>&1 | cut -d ' ' -f 2-
error not monitored: the folder '[FOLDER]' is named twice
exit 2

$ floe monitor . --listen here --log-format text 2>&1 | cut -d " " -f 2-
error nothing can be served: 'here' is no address to listen on (write ADDRESS:PORT, such as 127.0.0.1:8080, [::1]:8080 or 0.0.0.0:8080)
