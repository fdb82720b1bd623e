"""Reads OTLP in lines of JSON, a request each, as floe writes it and a collector's file exporter does.

    otlp.py spans FILE…      the tree of spans: name, what it is of, how it stands
    otlp.py metrics FILE…    each sum and gauge with its value, and how often each histogram was recorded
    otlp.py logs FILE…       severity, event, text, and the span that each record belongs to
"""
import json
import sys


def value(any_value):
    ((kind, what),) = any_value.items()
    if kind == "intValue":
        return int(what)
    if kind == "arrayValue":
        return [value(one) for one in what.get("values", [])]
    return what


def attributes(of):
    return {pair["key"]: value(pair["value"]) for pair in of.get("attributes", [])}


PARTS = {
    "spans": ("resourceSpans", "scopeSpans", "spans"),
    "metrics": ("resourceMetrics", "scopeMetrics", "metrics"),
    "logs": ("resourceLogs", "scopeLogs", "logRecords"),
}


def items(kind, paths):
    """What is in all requests, each with the attributes of its resource as `resource`, and its own as `told`."""
    resources, scopes, parts = PARTS[kind]
    for path in paths:
        with open(path, encoding="utf-8") as file:
            lines = [json.loads(line) for line in file if line.strip()]
        for request in lines:
            for resource in request.get(resources, []):
                about = attributes(resource["resource"])
                for scope in resource[scopes]:
                    for item in scope[parts]:
                        yield {**item, "resource": about, "told": attributes(item)}


OF = ("floe.step.title", "floe.transform.model", "floe.quality.test_name", "floe.policy.id", "floe.contract.check")


def name(span):
    what = next((span["told"][key] for key in OF if key in span["told"]), None)
    return span["name"] + (f" {what}" if what else "")


def tree(spans):
    """Lines, what is below a span indented; brothers in the order in which they began, then of their names."""
    spans = list(spans)
    known = {span["spanId"] for span in spans}
    below = {}
    for span in spans:
        parent = span.get("parentSpanId") or None
        below.setdefault(parent if parent in known else None, []).append(span)

    def walk(parent, depth):
        for span in sorted(below.get(parent, []), key=lambda one: (int(one["startTimeUnixNano"]), name(one))):
            failed = span.get("status", {}).get("code") == 2
            yield "  " * depth + name(span) + (" FAILED" if failed else "")
            yield from walk(span["spanId"], depth + 1)

    return walk(None, 0)


def points(metric):
    for kind in ("sum", "gauge", "histogram"):
        for point in metric.get(kind, {}).get("dataPoints", []):
            number = point.get("asInt", point.get("asDouble", point.get("count")))
            yield attributes(point), float(number)


def print_metrics(paths):
    for metric in sorted(items("metrics", paths), key=lambda one: one["name"]):
        for told, number in points(metric):
            of = ", ".join(f"{key}={told[key]}" for key in sorted(told) if key != "floe.namespace")
            print(f"{metric['name']} {{{of}}} {number:g}")


def print_logs(paths):
    for record in items("logs", paths):
        where = "in a span" if record.get("spanId") else "nowhere"
        print(record["severityText"], record.get("eventName", "-"), record["body"]["stringValue"], where)


if __name__ == "__main__":
    what, files = sys.argv[1], sys.argv[2:]
    if what == "spans":
        print("\n".join(tree(items("spans", files))))
    elif what == "metrics":
        print_metrics(files)
    else:
        print_logs(files)
