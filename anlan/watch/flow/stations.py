"""The stages of a station and of what a camera saw, and the moves between them (监测流程)."""

from django.db.models import TextChoices

from anlan.kernel.flow import Flow, Move


class Stage(TextChoices):
    """Whether a station is in use."""

    IN_USE = "IN_USE", "在用"
    STOPPED = "STOPPED", "停用"


class Review(TextChoices):
    """What a person said of an event that a device saw."""

    WAITING = "WAITING", "待复核"
    CONFIRMED = "CONFIRMED", "属实"
    DISMISSED = "DISMISSED", "误报"


# fmt: off
STATIONS = Flow(
    #    move               from               target           by         must carry  term
    Move("stop_station",    (Stage.IN_USE,),   Stage.STOPPED,   "keeper",  "reason",   "停用测站"),
    Move("resume_station",  (Stage.STOPPED,),  Stage.IN_USE,    "keeper",  None,       "恢复测站"),
)
SIGHTINGS = Flow(
    #    move                from               target            by          must carry  term
    Move("confirm_sighting", (Review.WAITING,), Review.CONFIRMED, "reviewer", None,     "确认属实"),
    Move("dismiss_sighting", (Review.WAITING,), Review.DISMISSED, "reviewer", "reason", "判为误报"),
)
# fmt: on
