"""Metrics with a real Prometheus: what floe writes for node_exporter and pushes to a pushgateway is scraped, and queries
give the numbers back; promtool reads the rules, their tests and every query of the dashboard. FLOE names floe; dbt is in
the PATH. Prints TAP."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
OBSERVABILITY = ROOT / "examples" / "observability"
FLOE = os.environ["FLOE"]
PATIENCE = 30  # seconds until a server answers, or a query does
PRODUCT = 'product="sales.customer_360"'
# The one thing that promtool has to say: the documented name tells hours.
KNOWN = 'floe_contract_freshness_hours use base unit "seconds" instead of "hours"'


def check(name, wrong):
    print(f"{'not ok' if wrong else 'ok'} - prometheus: {name}" + "".join(f"\n    {line}" for line in wrong or ()), flush=True)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def get(url):
    with urllib.request.urlopen(url, timeout=5) as answer:
        return answer.read().decode()


def until(act, what):
    """What `act` returns, as soon as it is something."""
    deadline, last = time.monotonic() + PATIENCE, None
    while time.monotonic() < deadline:
        try:
            if (found := act()) is not None:
                return found
        except (OSError, urllib.error.URLError) as err:
            last = err
        time.sleep(0.1)
    raise RuntimeError(f"{what} did not come: {last}")


class Server:
    """A program of Prometheus on a port of the loopback interface."""

    def __init__(self, folder, program, *arguments, port=None):
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        with (folder / f"{program}.log").open("ab") as log:
            self.process = subprocess.Popen([program, f"--web.listen-address=127.0.0.1:{self.port}", *arguments],
                                            stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        until(lambda: get(self.url + "/metrics"), program)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def ask(self, query):
        """The value of the one series that a query gives; None for none."""
        answer = json.loads(get(f"{self.url}/api/v1/query?" + urllib.parse.urlencode({"query": query})))
        result = answer["data"]["result"]
        assert len(result) <= 1, (query, result)
        return float(result[0]["value"][1]) if result else None

    def tells(self, query, expected):
        """What is wrong with what a query gives, once it has had the time to become that."""
        found = [None]

        def look():
            found[0] = self.ask(query)
            return True if found[0] == expected else None
        with contextlib.suppress(RuntimeError):
            return [] if until(look, query) else None
        return [f"{query} gives {found[0]}, expected {expected}"]


def promtool(*arguments, text=None):
    done = subprocess.run(["promtool", *arguments], input=text, capture_output=True, text=True, cwd=OBSERVABILITY)
    return done.returncode, (done.stdout + done.stderr).strip()


def all_queries(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "expr":
                yield value
            else:
                yield from all_queries(value)
    elif isinstance(node, list):
        for value in node:
            yield from all_queries(value)


def check_examples(scratch):
    code, said = promtool("check", "config", "prometheus.yml")
    check("promtool reads the example's configuration and its rules", [said] if code else [])
    code, said = promtool("test", "rules", "floe.alerts.test.yml")
    check("the tests of the alert rules pass", [said] if code else [])
    rules = []
    for number, query in enumerate(all_queries(json.loads((OBSERVABILITY / "dashboard.json").read_text()))):
        query = re.sub(r"\$(product|contract)", ".*", query).replace("$__rate_interval", "5m")
        rules.append({"record": f"panel:query:{number}", "expr": query})
    file = scratch / "queries.yml"
    file.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
    code, said = promtool("check", "rules", str(file))
    check("every query of the dashboard is one that Prometheus reads",
          [said] if code or len(rules) < 20 or f"{len(rules)} rules found" not in said else [])


def silent(name, text):
    code, said = promtool("check", "metrics", text=text)
    check(name, [said] if code not in (0, 3) or said != KNOWN else [])


def floe(product, env, *arguments):
    return subprocess.run([FLOE, *arguments], cwd=product, capture_output=True, text=True,
                          env={**os.environ, "OPENLINEAGE_DISABLED": "true", **env})


def make_product(scratch):
    for name in ("customer-360", "platform", "governance"):
        shutil.copytree(ROOT / "examples" / name, scratch / name, ignore=shutil.ignore_patterns("target", "logs"))
    return scratch / "customer-360"


def configure(scratch, gateway, exporter):
    """A Prometheus that scrapes and evaluates each second, with the rules of the example."""
    for name in ("floe.rules.yml", "floe.alerts.yml"):
        (scratch / name).write_text((OBSERVABILITY / name).read_text().replace("interval: 1m", "interval: 1s"))
    (scratch / "prometheus.yml").write_text(json.dumps({
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": ["floe.rules.yml", "floe.alerts.yml"],
        "scrape_configs": [
            {"job_name": "pushgateway", "honor_labels": True, "static_configs": [{"targets": [f"127.0.0.1:{gateway.port}"]}]},
            {"job_name": "node", "static_configs": [{"targets": [f"127.0.0.1:{exporter.port}"]}]}]}))


def ran(product):
    """What dbt itself says of the run: how many tests there were, and how many passed."""
    results = json.loads((product / "target" / "run_results.json").read_text())["results"]
    tests = [each["status"] for each in results if each["unique_id"].split(".")[0] in ("test", "unit_test")]
    return len(tests), tests.count("pass")


def check_numbers(prometheus, product):
    tests, passed = ran(product)
    for where, labels in (("the pushgateway", f'{{job="floe",{PRODUCT}}}'), ("node_exporter", f'{{job="node",{PRODUCT}}}')):
        wrong = []
        for name, expected in (("floe_pipeline_runs_total", 1), ("floe_pipeline_last_success", 1), ("floe_quality_tests_total", tests),
                               ("floe_quality_tests_passed_total", passed), ("floe_quality_tests_failed_total", 0),
                               ("floe_pipeline_duration_seconds_count", 1)):
            wrong += prometheus.tells(name + labels, expected)
        wrong += prometheus.tells(f'floe_transform_rows_affected{labels[:-1]},model="countries"}}', 6)
        check(f"queries give back what a run told, by way of {where}", wrong)
    wrong = []
    for query, expected in (
            ('max(floe_contract_availability_up{contract="customer-360-customers"})', 1),
            ('max(floe_contract_schema_drift_detected{contract="customer-360-customers"})', 0),
            ('contract:floe_contract_availability:ratio_30d{contract="customer-360-customers"}', 1),
            ('count(ALERTS{alertstate="firing"}) or vector(0)', 0)):
        wrong += prometheus.tells(query, expected)
    check("contracts are told, rules record them, and nothing raises an alert", wrong)


def check_failure(prometheus, product, env):
    """A model that cannot be run: the counters go on, and the alert comes."""
    model = product / "models" / "gold" / "gold_customers.sql"
    whole = model.read_text()
    model.write_text(whole + "\nwhere cast('no number' as integer) = 1\n")
    floe(product, env, "compile", "--quiet")
    done = floe(product, env, "run")
    wrong = [] if done.returncode == 1 else [f"the run ended with {done.returncode}", done.stdout[-500:], done.stderr[-500:]]
    labels = f'{{job="floe",{PRODUCT}}}'
    wrong += prometheus.tells(f"sum(floe_pipeline_runs_total{labels})", 2)
    wrong += prometheus.tells(f"floe_pipeline_failures_total{labels}", 1)
    wrong += prometheus.tells(f"floe_pipeline_last_success{labels}", 0)
    wrong += prometheus.tells('count(ALERTS{alertname="FloePipelineFailed"})', 1)
    check("a run that fails is counted behind the one that did not, and raises its alert", wrong)


def check_outage(scratch, prometheus, product, env, gateway):
    """The gateway is gone: the command ends as ever, and what it told comes later."""
    gateway.stop()
    before = floe(product, {**env, "FLOE_EVIDENCE_WAIT": "1"}, "validate", "--facts", "sources", "--quiet")
    wrong = [] if before.returncode == 0 else [f"floe validate ended with {before.returncode}", before.stderr]
    with Server(scratch, "prometheus-pushgateway", port=gateway.port):
        flushed = floe(product, env, "evidence", "flush")
        wrong += [] if flushed.returncode == 0 else [f"floe evidence flush ended with {flushed.returncode}", flushed.stderr]
        wrong += prometheus.tells(f'floe_commands_total{{job="floe",{PRODUCT},command="validate",status="complete"}}', 1)
        wrong += prometheus.tells(f'sum(floe_pipeline_runs_total{{job="floe",{PRODUCT}}})', 2)
    check("what a gateway that was away missed is brought by floe evidence flush, with all counts", wrong)


def main():
    with tempfile.TemporaryDirectory(prefix="floe-prometheus-") as folder, contextlib.ExitStack() as servers:
        scratch = pathlib.Path(folder)
        check_examples(scratch)
        product, texts = make_product(scratch), scratch / "textfiles"
        texts.mkdir()
        gateway = servers.enter_context(Server(scratch, "prometheus-pushgateway"))
        exporter = servers.enter_context(Server(scratch, "prometheus-node-exporter", "--collector.disable-defaults",
                                                "--collector.textfile", f"--collector.textfile.directory={texts}"))
        configure(scratch, gateway, exporter)
        prometheus = servers.enter_context(Server(scratch, "prometheus", f"--config.file={scratch / 'prometheus.yml'}",
                                                  f"--storage.tsdb.path={scratch / 'data'}"))
        env = {"FLOE_METRICS_FILE": str(texts), "FLOE_PUSHGATEWAY_URL": gateway.url}
        made, done = floe(product, env, "compile", "--quiet"), floe(product, env, "run")
        check("a product runs, and its metrics go where two variables say",
              [made.stderr, done.stdout[-800:], done.stderr] if made.returncode or done.returncode else [])
        silent("promtool finds nothing in a textfile but the documented hours", (texts / "floe-sales.customer_360.prom").read_text())
        pushed = "\n".join(line for line in get(gateway.url + "/metrics").splitlines()
                           if re.match(r"(# \w+ )?floe_", line)) + "\n"
        silent("promtool finds nothing in what was pushed but the documented hours", pushed)
        check_numbers(prometheus, product)
        check("node_exporter reads the textfile without an error",
              prometheus.tells('node_textfile_scrape_error{job="node"}', 0))
        check_failure(prometheus, product, env)
        check_outage(scratch, prometheus, product, env, gateway)


if __name__ == "__main__":
    main()
