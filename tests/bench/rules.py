"""The rules of the benchmark that dbt-score does not ship, as its users write them."""

import re

from dbt_score import Model, RuleViolation, rule

LAYERS = re.compile(r"^(bronze|silver|gold)_[a-z][a-z0-9_]*$")


@rule
def name_carries_its_layer(model: Model) -> RuleViolation | None:
    """A model's name carries the prefix of its layer."""
    if not LAYERS.match(model.name):
        return RuleViolation(message=f"{model.name} carries no layer prefix.")


@rule
def has_daily_tag(model: Model) -> RuleViolation | None:
    """A model has the tag that its schedule selects."""
    if "daily" not in model.tags:
        return RuleViolation(message="Model has no tag 'daily'.")
