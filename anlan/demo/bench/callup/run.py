"""`anlan bench callup`: resolved, handed over, answered, accounted for."""

import os
import resource
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from time import perf_counter, process_time
from typing import Any

from django.db import connection
from django.db.models import Min

from anlan.callup import actions
from anlan.callup.models import Answer, Attempt, Called, Callup
from anlan.callup.models.audience import who_answers
from anlan.demo.district import Clock, District
from anlan.wiring.lines import Behaviour

from .people import ACCOUNTS, Crowd
from .prediction import Given, predict
from .simulated import Night

BEGIN = datetime(2024, 6, 12, 8, tzinfo=UTC)
APART = timedelta(days=5)  # a reply counts for three days: one night must not answer another
LINES = (1000, 100, 10)
MOST_NIGHTS = 20_000  # people: above, only the handing over is measured
# 20 % no answer, 5 % dead numbers, 2 % loss; a network that rings again when it is asked again,
# so that a duplicate of ours is one.
BEHAVIOUR = Behaviour(silent=0.2, dead=0.05, loss=0.02, wrong=0.0, off=0.0, dedupes=False)


def run(*, size: int = 10_000) -> dict[str, Any]:
    """The whole bench; `size` is how many people are called."""
    begun = perf_counter()
    district = District(Clock(BEGIN))
    crowd = Crowd(district, size)
    crowd.entitle(BEGIN - timedelta(days=1))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    built, nights = perf_counter() - begun, dict[str, Any]()
    with tempfile.TemporaryDirectory() as folder:
        first: dict[str, Any] = {}
        for number, lines in enumerate(LINES if size <= MOST_NIGHTS else LINES[:1]):
            at = BEGIN + number * APART
            foretold = _foretold(crowd, lines)  # before anybody is called
            told = _night(
                crowd, Night(Path(folder), BEHAVIOUR, lines, at), answered=size <= MOST_NIGHTS
            )
            first = first or told["handed"]
            if "measured" in told:
                nights[str(lines)] = {"predicted": foretold, **told["measured"]}
    return {
        "people": size,
        **first,
        **_worst(nights),
        "voice_lines": nights,
        "time_to_answer": "on a clock that jumps from event to event; handed_s is wall time",
        "built_s": round(built, 1),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "cpu_s": round(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]), 1),
    }


def _foretold(crowd: Crowd, lines: int) -> dict[str, float]:
    given = Given(len(crowd.people), len(crowd.leaders), lines, BEHAVIOUR, ACCOUNTS)
    return predict(given)


def _night(crowd: Crowd, night: Night, *, answered: bool) -> dict[str, Any]:
    """One call-up: handed over in real time, then answered on the clock that jumps."""
    callup = crowd.submitted(night.at)
    begun = perf_counter()
    people = who_answers(crowd.towns, "typhoon", "BLUE", on=night.at.date(), chain=False)
    resolved = perf_counter() - begun
    begun, worked = perf_counter(), _worked()
    actions.approve(callup, by=crowd.district.zhou_chief, at=night.at)
    queued = perf_counter() - begun
    night.send_all()
    handed, worked = perf_counter() - begun, round(_worked() - worked, 2)
    told: dict[str, Any] = {
        "handed": {
            "charges": len(crowd.people) * 5,
            "resolved": len(people),
            "handed_s": round(handed, 2),
            "handed_cpu_s": worked,
            "resolve_s": round(resolved, 2),
            "queue_s": round(queued, 2),
            "without_a_message": _without_a_message(callup),
            "nearest_first": _nearest_first(night, callup),
        }
    }
    if answered:
        begun = perf_counter()
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")  # here the disk is not what is measured
            night.go_on(callup)
            cursor.execute("SET synchronous_commit = on")
        told["measured"] = {
            **_measured(night, callup),
            "wall_s": round(perf_counter() - begun, 1),
        }
    else:
        told["handed"]["duplicates"] = night.network.duplicates()
    actions.end(callup, reason="测完", by=crowd.district.zhou_chief, at=night.at)
    return told


def _worked() -> float:
    """Processor seconds of ours and of our session in the database: what a busy machine hides."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (session,) = cursor.fetchone()
    facts = Path(f"/proc/{session}/stat").read_text().rpartition(")")[2].split()
    ticks = int(facts[11]) + int(facts[12])
    return process_time() + ticks / os.sysconf("SC_CLK_TCK")


def _without_a_message(callup: Callup) -> int:
    """Those of whom no message or call is with a gateway yet."""
    out = Attempt.objects.filter(channel__in=("SMS", "VOICE"), handed_at__isnull=False)
    return callup.called.exclude(pk__in=out.values("called")).count()


def _nearest_first(night: Night, callup: Callup) -> bool:
    """Whether the network got the messages in the order of danger."""
    ranks = dict(Attempt.objects.filter(called__callup=callup).values_list("ref", "rank"))
    got = [ranks[ref] for ref, channel in night.network.handed_over() if channel == "SMS"]
    return got == sorted(got) and len(got) > 0


def _measured(night: Night, callup: Callup) -> dict[str, Any]:
    """What became of everybody, by the tables; and what rang twice, by the network."""
    rows = Called.objects.filter(callup=callup)
    own = rows.filter(stands_in_for=None)
    first = Answer.objects.filter(called__in=own).values("called").annotate(at=Min("at"))
    began = callup.started_at or night.at
    seconds = sorted((row["at"] - began).total_seconds() for row in first)
    cuts = quantiles(seconds, n=100, method="inclusive")
    settled = _settled(rows)
    return {
        "answered": len(seconds),
        "p50_s": round(cuts[49]),
        "p95_s": round(cuts[94]),
        "all_s": round(seconds[-1]),
        "accounted": sum(settled.values()),
        **settled,
        "called": rows.count(),
        "duplicates": night.network.duplicates(),
        "rang": len(night.network.rang()),
    }


def _settled(rows: Any) -> dict[str, int]:
    """Each person called in their own right: answered, answered for by the next one, or unreached.

    Whoever is still being called, or was lost sight of, is in none of the three.
    """
    known = {row.pk: row for row in rows.only("pk", "state", "passed_to_id", "stands_in_for_id")}
    settled = {"answered_themselves": 0, "answered_by_the_next": 0, "unreached": 0}
    for row in known.values():
        if row.stands_in_for_id is None and (how := _how(row, known)):
            settled[how] += 1
    return settled


def _how(row: Called, known: dict[int, Called]) -> str:
    if row.state == "ANSWERED":
        return "answered_themselves"
    seen = set[int]()
    while row.state == "PASSED_ON" and row.pk not in seen:
        seen.add(row.pk)
        row = known[row.passed_to_id or 0]
    return {"ANSWERED": "answered_by_the_next", "UNREACHED": "unreached"}.get(row.state, "")


def _worst(nights: dict[str, Any]) -> dict[str, Any]:
    if not nights:  # only the handing over was measured
        why = f"above {MOST_NIGHTS} people only the handing over is measured"
        return {"accounted": None, "accounted_why": why}
    return {
        "accounted": min(each["accounted"] for each in nights.values()),
        "duplicates": max(each["duplicates"] for each in nights.values()),
    }
