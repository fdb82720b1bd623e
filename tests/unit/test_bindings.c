/* The host's modules as floe's own Lua sees them: values, the errors of the world, misuse, and memory that
 * runs out. */
#include "chunk.h"
#include "script/bind.h"
#include "script/trusted.h"

#include <lauxlib.h>
#include <lualib.h>

typedef struct world {
    floe_context context;
    lua_State *L;
    char folder[32];
} world;

static char *arguments[] = {"validate", "--quiet"};

static int set_up(void **state) {
    world *self = calloc(1, sizeof *self);
    self->context = (floe_context){.store = floe_store_new(), .argument_count = 2, .arguments = arguments};
    self->L = floe_trusted_new(&self->context);
    strcpy(self->folder, "/tmp/floe-bind-XXXXXX");
    assert_non_null(mkdtemp(self->folder));
    lua_pushstring(self->L, self->folder);
    lua_setglobal(self->L, "folder");
    *state = self;
    return 0;
}

static int tear_down(void **state) {
    world *self = *state;
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", self->folder);
    assert_int_equal(0, system(command));
    floe_trusted_free(self->L);
    floe_store_free(self->context.store);
    free(self);
    return 0;
}

/* Runs a chunk whose asserts must hold. */
static void holds(void **state, const char *chunk) {
    world *self = *state;
    if (luaL_dostring(self->L, chunk) != LUA_OK) {
        fail_msg("%s\n%s", chunk, lua_tostring(self->L, -1));
    }
    lua_settop(self->L, 0);
}

static void raises(void **state, const char *chunk, const char *message) {
    world *self = *state;
    assert_chunk_raises(self->L, chunk, message);
}

static void files_are_written_and_read_whole(void **state) {
    holds(state,
          "local files = require 'host.files' local path = files.join(folder, 'a', 'b.txt')\n"
          "assert(files.mkdir(files.dirname(path)) and files.write(path, 'x\\0y'))\n"
          "assert(files.read(path) == 'x\\0y' and files.is_file(path) and files.is_dir(folder))\n"
          "assert(files.list(folder)[1] == 'a' and #files.list(folder) == 1)\n"
          "local walked = files.walk(folder) assert(#walked == 1 and walked[1].path == 'a/b.txt' and "
          "walked[1].size == 3)\n"
          "assert(#files.walk(folder, { skip = { 'a' } }) == 0 and #files.walk(folder, { max_bytes = "
          "2 }) == 0)\n"
          "assert(files.basename(path) == 'b.txt' and files.relative(path, folder) == 'a/b.txt')\n"
          "assert(files.join('a', 'b', '/c') == '/c' and files.normalize('a/./b/../c') == 'a/c')\n"
          "assert(files.mkdir(files.join(folder, 'full', 'b')) and files.write(folder .. '/full/c', 'x'))\n"
          "assert(files.remove(folder .. '/full') == nil and files.remove(folder .. '/full/b'))\n"
          "assert(files.remove_tree(folder .. '/full') and files.remove_tree(folder .. '/full'))\n"
          "assert(files.remove(folder .. '/full') and not files.exists(folder .. '/full'))\n"
          "assert(files.absolute('x') == files.cwd() .. '/x' and files.find_program('sh'))\n"
          "local other = files.join(folder, 'b') assert(files.mkdir(other) and files.replace(files.join(\n"
          "folder, 'a'), other) and files.is_file(files.join(other, 'b.txt')))\n"
          "assert(files.remove_tree(other)) local replaced, err = files.replace(path, other)\n"
          "assert(replaced == nil and err.code == 'not_found')");
}

static void what_the_world_refuses_is_an_error_value(void **state) {
    holds(state,
          "local files = require 'host.files' local text, err = files.read(folder .. '/nothing')\n"
          "assert(text == nil and err.code == 'not_found' and err.message:find('nothing') and err.file)\n"
          "text, err = files.read(folder) assert(text == nil and err.code == 'invalid')\n"
          "text, err = files.write(folder .. '/no/such/file', 'x') assert(text == nil and err.code == "
          "'not_found')\n"
          "text, err = files.find_program 'no-such-program' assert(text == nil and err.code == 'not_found')\n"
          "text, err = require('host.embedded').read 'lua/nothing.lua' assert(text == nil and err.code == "
          "'not_found')");
}

static void misuse_raises(void **state) {
    raises(state, "require('host.files').read({})", "string expected");
    raises(state, "require('host.files').read('a\\0b')", "without a NUL byte");
    raises(state, "require('host.files').read('a', 0)", "an integer from 1");
    raises(state, "require('host.files').walk('.', { skip = 'x' })", "table expected");
    raises(state, "require('host.files').walk('.', { skip = { 1 } })", "list of strings");
    raises(state, "require('host.document').read('a', { format = 'xml' })", "'format' must be");
    raises(state, "require('host.document').read('a', { dialect = 1 })", "option 'dialect' must be a string");
    raises(state, "require('host.document').record('modle', {})", "there is no type of fact 'modle'");
    raises(state, "require('host.document').record('model', { nam = 1 })", "did you mean 'name'?");
    raises(state, "require('host.document').place({})", "a fact expected");
    raises(state, "require('host.document').build({ 1, a = 2 })", "either a list or a map");
    raises(state, "require('host.document').build({ [1.5] = 2 })", "neither a string nor in sequence");
    raises(state, "require('host.document').build({ print })", "a function cannot be a fact");
    raises(state, "local t = {} t.t = t require('host.document').build(t)", "nested more than");
    raises(state, "require('host.json').encode(1 / 0)", "infinite");
    raises(state, "require('host.json').encode({ print })", "a function cannot be a fact");
    raises(state, "require('host.json').encode(require('host.json').object { 1 })",
           "a list of { key, value }");
    raises(state, "require('host.regex').find('a', 'b', 0)", "a position from 1");
    raises(state, "require('host.system').write(7, 'x')", "an integer from 0 to 2");
    raises(state, "require('host.system').date(1e300)", "no integer representation");
    raises(state, "require('host.engine').judge {}", "field 'bundles' must be a table");
    raises(state, "require('host.engine').judge { bundles = {}, jobs = { { product = 1 } } }",
           "must be a fact");
    raises(state, "require('host.nothing')", "there is no module 'host.nothing'");
    raises(state, "require('main.nothing')", "there is no module");
}

static void json_keeps_order_and_integers(void **state) {
    holds(state,
          "local json = require 'host.json'\n"
          "assert(json.encode { b = 1, a = { true, json.null } } == '{\"a\":[true,null],\"b\":1}')\n"
          "assert(json.encode(json.object { { 'z', 1 }, { 'a', json.array {} } }) == '{\"z\":1,\"a\":[]}')\n"
          "assert(json.encode {} == '{}' and json.encode(math.mininteger) == '-9223372036854775808')\n"
          "assert(json.encode(0.1) == '0.1' and json.encode { { x = 1 } } == '[{\"x\":1}]')\n"
          "assert(json.encode({ 1 }, { indent = 2 }) == '[\\n  1\\n]')\n"
          "local value = json.decode('{\"a\": [1, null, \"x\"], \"b\": null, \"c\": 9007199254740993}')\n"
          "assert(value.a[1] == 1 and value.a[3] == 'x' and value.b == nil and value.c == 9007199254740993)\n"
          "assert(value.a[2] == json.null)\n"
          "assert(json.decode('7') == 7 and json.decode('\"é\"') == 'é')\n"
          "local none, err = json.decode('{\"a\": }')\n"
          "assert(none == nil and err.code == 'invalid' and err.line == 1)");
}

static void json_takes_the_members_of_an_object_in_turn(void **state) {
    holds(state, "local json = require 'host.json'\n"
                 "assert(json.encode(json.members { 'b', 1, 'a', json.members {}, 'c', { true } }) =="
                 " '{\"b\":1,\"a\":{},\"c\":[true]}')");
    raises(state, "require('host.json').encode(require('host.json').members { 1, 2 })",
           "keys and values in turn");
    raises(state, "require('host.json').encode(require('host.json').members { 'a', 1, 'b' })",
           "keys and values in turn");
}

static void documents_become_views_with_places(void **state) {
    holds(state,
          "local document = require 'host.document'\n"
          "local root = assert(document.parse('a: 1\\nb: [x, { k: 3055729675574597004 }]\\n', 'f.yaml'))\n"
          "assert(root.b[2].k == 3055729675574597004 and document.kind(root.b) == 'array')\n"
          "local file, line, column = document.place(root, 'b') assert(file == 'f.yaml' and line == 2 and "
          "column == 1)\n"
          "file, line, column = document.place(root.b, 2) assert(line == 2 and column == 8)\n"
          "local same = document.plain(root) assert(same.b[2].k == 3055729675574597004 and #same.b == 2)\n"
          "assert(document.parse('{\"a\": [1]}', 'x', { format = 'json' }).a[1] == 1)\n"
          "local nothing, err = document.parse('a: 1\\na: 2', 'g.yaml')\n"
          "assert(nothing == nil and err.code == 'invalid' and err.file == 'g.yaml' and err.line == 2)\n"
          "nothing, err = document.parse('', 'e.yaml') assert(nothing == nil and err.message:find 'empty')");
}

static void text_files_become_facts_with_what_was_read_of_them(void **state) {
    holds(state,
          "local files, document = require 'host.files', require 'host.document'\n"
          "local function fact(name, text, limit) local place = files.join(folder, name)\n"
          "  assert(files.write(place, text)) return document.text_file(place, 'below/' .. name, limit or "
          "100) end\n"
          "local plain = fact('a.sql', 'select 1')\n"
          "assert(plain.text == 'select 1' and plain.name == 'a.sql' and plain.unique_id == 'below/a.sql')\n"
          "assert(document.type(plain) == 'file' and fact('empty', '').text == '')\n"
          "assert(fact('b', 'a\\xFFb\\xC3\\xA9\\xE2\\x82').text == 'a?b\\xC3\\xA9?' .. '?')\n"
          "assert(fact('c', 'a\\0b') == nil and fact('d', 'abc', 2) == nil and fact('e', 'abc', 3).text == "
          "'abc')\n"
          "assert(document.text_file(files.join(folder, 'none'), 'none', 9) == nil)\n"
          "local place = files.join(folder, 'f.yaml') assert(files.write(place, 'a: env_var'))\n"
          "assert(document.was_read(place, 'a') == nil) assert(document.read(place))\n"
          "assert(files.write(place, 'changed since'))\n"
          "local digest, holds = document.was_read(place, 'env_var')\n"
          "assert(digest == 'sha256:' .. require('host.digest').sha256('a: env_var') and holds)\n"
          "assert(select(2, document.was_read(place, 'changed')) == false)\n"
          "assert(document.text_file(place, 'f.yaml', 100).text == 'a: env_var')\n"
          "assert(document.text_file(place, 'f.yaml', 5) == nil)");
}

static void facts_are_made_from_tables(void **state) {
    holds(state, "local document = require 'host.document'\n"
                 "local root = assert(document.parse('port:\\n  name: orders\\n', 'f.yaml'))\n"
                 "local port = document.record('port', { name = 'orders', columns = document.list {}, spec = "
                 "root.port,\n"
                 "  sla = { hours = 24, days = { 1, 2 } } }, root.port)\n"
                 "assert(document.type(port) == 'port' and port.sla.days[2] == 2 and #port.columns == 0)\n"
                 "assert(port.description == nil and port.spec == root.port)\n"
                 "local file, line = document.place(port, 'name') assert(file == 'f.yaml' and line == 2)\n"
                 "local other = document.record('port', {}, { root, 'port' })\n"
                 "file, line = document.place(other) assert(line == 2)\n"
                 "local text = document.record('file', { name = 'x', text = 'a\\nbc' }, root)\n"
                 "file, line, column = document.offset_place(text, 3) assert(file == 'f.yaml' and line == 2 "
                 "and column == 2)\n"
                 "assert(select('#', document.offset_place(text, 99)) == 0)\n"
                 "assert(#document.types() > 20 and document.types()[1].fields[1].name == 'unique_id')");
}

static void a_copy_of_the_process_has_a_number_of_its_own(void **state) {
    holds(state,
          "local system, process = require 'host.system', require 'host.process'\n"
          "local copy = process.fork(function() system.write(1, system.pid .. ' ' .. system.parent()) end)\n"
          "local event, _, text = copy:next(10)\n"
          "local own, parent = text:match '^(%d+) (%d+)$'\n"
          "assert(event == 'line' and own ~= parent and tonumber(parent) == system.pid)\n"
          "assert(copy:next(10) == 'ended' and copy:stop().code == 0)\n"
          "assert(system.no_such == nil)");
}

static void the_system_tells_what_it_is(void **state) {
    holds(
        state,
        "local system = require 'host.system'\n"
        "assert(system.args[1] == 'validate' and #system.args == 2 and system.cpus() >= 1 and system.pid > "
        "0)\n"
        "assert(system.date(0) == '1970-01-01' and system.timestamp(1700000000) == '2023-11-14T22:13:20Z')\n"
        "assert(system.date(-1) == '1969-12-31' and #system.timestamp() == 20)\n"
        "assert(system.env 'PATH' and system.env 'FLOE_NO_SUCH' == nil and system.time() > 1700000000)\n"
        "local began = system.monotonic() assert(system.monotonic() >= began)\n"
        "assert(system.versions().floe and system.versions().lua.version:match '^5%.4' and "
        "system.limits().memory)\n"
        "assert(require('host.digest').sha256 '' ==\n"
        "  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')\n"
        "assert(require('host.regex').match('(a)(b)?', 'xa') == 'a' and not require('host.regex').check "
        "'(')");
}

/* ---- memory that runs out ---- */

typedef struct scarcity {
    long left;       /* allocations to come; -1 is no end */
    lua_Alloc usual; /* whose memory it is, and its data */
    void *data;
} scarcity;

static void *scarce(void *data, void *block, size_t old, size_t size) {
    scarcity *self = data;
    if (size && (!block || size > old) && self->left >= 0) {
        if (!self->left) {
            return NULL;
        }
        self->left--;
    }
    return self->usual(self->data, block, old, size);
}

/* Each is run with the first allocation failing, then the second, … until it succeeds. */
static const char *const frugal[] = {
    "local files = require 'host.files' assert(files.write(folder .. '/x', 'text')) assert(files.read(folder "
    ".. '/x'))",
    "local files = require 'host.files' files.list(folder) files.walk(folder, { skip = { 'a', 'b' } })",
    "local files = require 'host.files' files.join('a', 'b', 'c') files.relative('a', 'b') files.read(folder "
    ".. '/no')",
    "require('host.json').encode({ a = { 1, 'x', {} }, b = 0.5 }, { indent = 2 })",
    "local document = require 'host.document' local root = document.parse('a: [1, { b: c }]', 'f.yaml')\n"
    "document.plain(root) document.place(root.a, 2) document.build { a = { 1, 'x' } }\n"
    "document.record('port', { name = 'x', sla = { a = 1 } }, { root, 'a' })",
    "require('host.document').types() require('host.document').inputs() require('host.system').versions()",
    "require('host.regex').match('(a)(b)', 'ab') require('host.digest').sha256 'x' "
    "require('host.embedded').list()",
};

static void memory_that_runs_out_is_an_error_and_leaks_nothing(void **state) {
    world *self = *state;
    scarcity supply = {.left = -1};
    supply.usual = lua_getallocf(self->L, &supply.data);
    for (size_t i = 0; i < COUNT(frugal); i++) {
        int result = LUA_ERRMEM;
        for (long allocations = 0; result != LUA_OK && allocations < 5000; allocations++) {
            assert_int_equal(LUA_OK, luaL_loadstring(self->L, frugal[i]));
            lua_setallocf(self->L, scarce, &supply);
            supply.left = allocations;
            result = lua_pcall(self->L, 0, 0, 0);
            supply.left = -1;
            lua_setallocf(self->L, supply.usual, supply.data);
            if (result == LUA_ERRRUN && !strstr(lua_tostring(self->L, -1), "memory")) {
                fail_msg("%s\n%s", frugal[i], lua_tostring(self->L, -1));
            }
            lua_settop(self->L, 0);
        }
        assert_int_equal(LUA_OK, result);
    }
}

/* ---- what a call needs ---- */

static void count_release(void *count) {
    ++*(int *)count;
}

/* use(count, raises): needs a resource, which is there until the call ends. */
static int use_resource(lua_State *L) {
    int *count = lua_touserdata(L, 1);
    *floe_bind_local(L, count_release) = count;
    assert_int_equal(0, *count);
    if (lua_toboolean(L, 2)) {
        luaL_error(L, "raised");
    }
    lua_pushinteger(L, 7);
    return 1;
}

static void what_a_call_needs_is_released_when_it_ends(void **state) {
    world *self = *state;
    for (int raises = 0; raises < 2; raises++) {
        int count = 0;
        lua_gc(self->L, LUA_GCSTOP);
        lua_pushcfunction(self->L, use_resource);
        lua_pushlightuserdata(self->L, &count);
        lua_pushboolean(self->L, raises);
        assert_int_equal(raises ? LUA_ERRRUN : LUA_OK, lua_pcall(self->L, 2, 1, 0));
        assert_int_equal(1, count);
        lua_pop(self->L, 1);
        lua_gc(self->L, LUA_GCRESTART);
        lua_gc(self->L, LUA_GCCOLLECT);
        assert_int_equal(1, count);
    }
}

/* ---- main ---- */

static void an_error_of_main_is_a_bug_with_a_trace(void **state) {
    world *self = *state;
    /* The function that lua/main.lua returns handles its own errors, so its module is made to fail. */
    assert_int_equal(LUA_OK,
                     luaL_dostring(self->L, "require = function() error({ message = 'broken' }) end"));
    assert_int_equal(70, floe_trusted_main(self->L));
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(files_are_written_and_read_whole),
        TEST(what_the_world_refuses_is_an_error_value),
        TEST(misuse_raises),
        TEST(json_keeps_order_and_integers),
        TEST(json_takes_the_members_of_an_object_in_turn),
        TEST(documents_become_views_with_places),
        TEST(text_files_become_facts_with_what_was_read_of_them),
        TEST(facts_are_made_from_tables),
        TEST(the_system_tells_what_it_is),
        TEST(a_copy_of_the_process_has_a_number_of_its_own),
        TEST(memory_that_runs_out_is_an_error_and_leaks_nothing),
        TEST(what_a_call_needs_is_released_when_it_ends),
        TEST(an_error_of_main_is_a_bug_with_a_trace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
