"""Rules of watching changed from the screen: tried against history, then put in force (规则改动).

The catalogue on the disk is what counts, here as for whoever edits it by hand; the judge takes a
changed one up within seconds.
"""

import re
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from anlan.kernel import catalogues, outbox, trail
from anlan.kernel.errors import GoneStale, Invalid, NotAllowed
from anlan.people.access import scope_of
from anlan.people.models import Person

from .. import access, events
from ..models import BackTest, RuleTrial, back_test, file_with, rule_from, text_in_force

CATALOGUE = "watch_rules"
KEY = re.compile(r"[a-z][a-z0-9_]{1,39}")
FRESH_FOR = timedelta(days=1)  # history goes on: what was tried long ago is tried again
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('anlan.watch_rules'))"


@transaction.atomic
def try_rule(text: str, *, days: int, by: Person, at: datetime) -> tuple[RuleTrial, BackTest]:
    """Try a changed or a new rule against history, on the way into force (试算规则)."""
    post = access.check_rules(by, at=at)
    text = text.replace("\r\n", "\n").strip("\n").rstrip() + "\n"
    rule = rule_from(text)
    if not KEY.fullmatch(rule.key):
        mend = "用小写英文字母、数字和下划线，以字母开头，最长 40 个，如 river_level"
        raise Invalid(f"规则代号“{rule.key[:60]}”不能用", mend=mend, field="text")
    before = text_in_force(rule.key)
    file_with(rule.key, text)
    seen = access.streams_visible_to(scope_of(by, at=at))
    found = back_test(rule, seen, at - timedelta(days=days), at)
    made = RuleTrial.objects.create(
        key=rule.key, before=before, text=text, days=days, streams=len(found.streams),
        points=found.points, found=len(found.episodes), by=by, at=at,
    )  # fmt: skip
    told: dict[str, Any] = {"rule": rule.key, "days": days, "found": made.found}
    trail.write(made, "try_rule", by=by, under=post, at=at, **told)
    return made, found


@transaction.atomic
def put_rule_in_force(given: RuleTrial, *, by: Person, at: datetime) -> None:
    """Let a rule count just as it was tried; the former file is kept beside (启用规则)."""
    post = access.check_rules(by, at=at)
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
    made = RuleTrial.objects.select_for_update().get(pk=given.pk)
    if made.put_at is not None:
        raise NotAllowed("这次试算的规则已经启用过了", mend="要再改，请重新试算")
    if at - made.at > FRESH_FOR:
        raise GoneStale("试算已超过一天，数据有了变化", mend="请重新试算，再启用")
    if text_in_force(made.key) != made.before:
        raise GoneStale("试算以后，这条规则已被别人改过", mend="请打开规则看现在的内容，重新试算")
    if made.text == made.before:
        raise NotAllowed("与正在使用的规则没有差别", mend="改动后再试算、启用")
    whole = file_with(made.key, made.text)
    made.put_by, made.put_at = by, at
    made.save(update_fields=["put_by", "put_at"])
    told: dict[str, Any] = {"rule": made.key, "before": made.before, "after": made.text}
    trail.write(made, "put_rule_in_force", by=by, under=post, at=at, **told)
    outbox.announce(events.RulePutInForce(made.pk, made.key))
    # Last: whatever fails above leaves the file as it was.
    catalogues.put(CATALOGUE, whole, at=at)
