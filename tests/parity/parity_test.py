"""Whose word is compared, and what counts as refused. Runs with `python3 -m unittest`."""

import unittest
from types import SimpleNamespace
from unittest import mock

import ask
import parity

PROBLEM = {"severity": "error", "code": "unknown_ref", "file": "models/m.sql", "line": 1, "message": "there is nothing of that name"}


def manifest_of(*problems, **model):
    node = {"resource_type": "model", "name": "m", "package_name": "shop", **model}
    return {"metadata": {"floe": {"problems": list(problems)}}, "nodes": {"model.shop.m": node}}


class Judged(unittest.TestCase):
    def judge(self, dbt, floe, version="2.x", **options):
        row = parity.Row("shop", "shop", version)
        options = SimpleNamespace(**{"programs": {version: "dbt"}, "floe": "floe", "only_dbt": False, "despite_errors": False, **options})
        with mock.patch.object(ask, "ask_dbt", return_value=dbt), mock.patch.object(ask, "ask_floe", return_value=floe):
            return parity.judge(row, options, None)

    def test_a_manifest_of_a_dbt_without_errors_is_compared(self):
        row = self.judge(ask.Answer(manifest_of(path="a")), ask.Answer(manifest_of(path="b")))
        self.assertEqual(("", 1), (row.refused, row.wrong))

    def test_what_dbt_leaves_behind_its_errors_is_not_compared(self):
        row = self.judge(ask.Answer(manifest_of(path="a"), "[error] there is no such source"), ask.Answer(manifest_of(path="b")))
        self.assertEqual("[error] there is no such source", row.refused)
        self.assertIsNone(row.report)
        self.assertFalse(row.agreed)

    def test_it_is_compared_where_that_is_asked_for(self):
        row = self.judge(ask.Answer(manifest_of(path="a"), "[error] a key"), ask.Answer(manifest_of(path="b")), despite_errors=True)
        self.assertEqual(("", 1), (row.refused, row.wrong))

    def test_floe_agrees_that_a_project_is_refused_by_an_error_of_its_own(self):
        for dbt in (ask.Answer(None, "no"), ask.Answer(manifest_of(), "no")):
            self.assertTrue(self.judge(dbt, ask.Answer(manifest_of(PROBLEM))).agreed)
            self.assertFalse(self.judge(dbt, ask.Answer(manifest_of({**PROBLEM, "severity": "warning"}))).agreed)
            self.assertTrue(self.judge(dbt, ask.Answer(None, "floe: no")).agreed)

    def test_a_floe_without_an_answer_has_failed(self):
        self.assertEqual(1, self.judge(ask.Answer(manifest_of()), ask.Answer(None, "crashed")).wrong)


if __name__ == "__main__":
    unittest.main()
