"""The reports that wait for me to check them (待校核报告): on my work, until they are answered."""

from anlan.figures import access
from anlan.figures.flow import ReportStage
from anlan.figures.models import Report

from ..requests import Request

MOST = 20


def to_check(request: Request) -> list[Report]:
    """Handed in by others and mine to check, what has waited longest first."""
    scope = request.scope
    seen = access.reports_visible_to(scope).filter(stage=ReportStage.SUBMITTED)
    rows = seen.exclude(made_by=scope.person_id).select_related("area", "made_by", "issuer")
    waiting = rows.defer("document", "values", "definitions").order_by("made_at", "pk")[:MOST]
    return [each for each in waiting if access.may_with(scope, "check_report", each)]
