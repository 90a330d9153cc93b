"""A rule of watching that somebody changes: tried against history, then put in force (规则改动)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Q, QuerySet

from anlan.kernel import catalogues
from anlan.people.models import Person

from .. import rules
from ..rules.editing import block_of, with_block
from .alarms import families, watch_rules
from .streams import Stream, properties
from .trying import conditions, try_rules

CATALOGUE = "watch_rules"
MOST_STREAMS = 500


class RuleTrial(models.Model):
    """A rule's text as somebody tried it (规则试算), and who put just this text in force, if so.

    No text is ever handed in to be put in force: what counts is what stands here, and was tried.
    """

    key = models.CharField(max_length=40)
    before = models.TextField(blank=True)  # as it stood in the file; empty where it is a new one
    text = models.TextField()
    days = models.PositiveSmallIntegerField()  # of history
    streams = models.PositiveIntegerField()
    points = models.PositiveBigIntegerField()
    found = models.PositiveIntegerField()  # alarms it would have raised
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    put_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    put_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="rule_trial_put_by_somebody",
                condition=Q(put_by=None, put_at=None)
                | Q(put_by__isnull=False, put_at__isnull=False),
            ),
        ]
        indexes = [
            # A rule's page: what was changed in it, newest first.
            models.Index(
                name="rule_trial_put", fields=["key", "-put_at"], condition=Q(put_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"规则 {self.key} 的试算"


@dataclass(frozen=True)
class BackTest:
    """What a rule would have raised, and over how much."""

    episodes: list[rules.Episode]
    streams: list[Stream]
    points: int


def back_test(
    rule: rules.WatchRule, seen: QuerySet[Stream], since: datetime, until: datetime
) -> BackTest:
    """What a rule would have raised at the streams that somebody sees (历史回测)."""
    known = watch_rules()
    asked = [rule, *(known[key] for key in rule.of if key in known)]
    rows = seen.filter(active=True)
    observed = {each.observed for each in asked if each.kind != "several"}
    if "" not in observed:
        rows = rows.filter(observed__in=observed)
    listed = list(rows.select_related("station__area").order_by("pk")[:MOST_STREAMS])
    found, points = try_rules(asked, listed, since, until)
    return BackTest([each for each in found if each.rule == rule.key], listed, points)


def text_in_force(key: str) -> str:
    """The block of one rule as it stands in the file now; empty where there is none."""
    return block_of(_whole(), key)


def file_with(key: str, text: str) -> str:
    """The whole file with this rule changed, as it would lie there; CatalogueError if it may not.

    Everything that leans on the rules is judged with it, as it would be when the site begins.
    """
    whole = with_block(_whole(), key, text)
    with catalogues.trial({CATALOGUE: whole}):
        judged_rules()
    return whole


def judged_rules() -> dict[str, rules.WatchRule]:
    """All rules, when what they name is there and their conditions hold water (规则互查)."""
    known = watch_rules()
    for rule in known.values():
        if rule.family not in families():
            raise catalogues.unknown(CATALOGUE, rule.key, rule.family, "告警类别", families())
        if rule.observed and rule.observed not in properties():
            raise catalogues.unknown(CATALOGUE, rule.key, rule.observed, "监测要素", properties())
        for key in rule.of:
            if key not in known:
                raise catalogues.unknown(CATALOGUE, rule.key, key, "规则", known)
    conditions(known)
    return known


def _whole() -> str:
    """The file as it lies there; a broken one is said to be so, with its line."""
    text = catalogues.lying(CATALOGUE)
    catalogues.parse(text, rules.WatchRule, file=f"{CATALOGUE}.yaml")
    return text
