"""What follows from what (事件接线): event → the actions that hear it.

Every event of the house stands here: those that something follows from in `BOUND`, the others in
`FOR_NOBODY_YET`. A test holds the table against every `events.py`.
"""

from contextlib import suppress
from datetime import datetime

from anlan.accidents import actions as inquests
from anlan.accidents import events as accidents
from anlan.callup import actions as calls
from anlan.callup import events as callup
from anlan.dues import actions as ladder
from anlan.dues import events as dues
from anlan.dues.models import Step
from anlan.duty import actions as roster
from anlan.duty import events as duty
from anlan.figures import events as figures
from anlan.kernel.delivery import Handler
from anlan.kernel.errors import Refused
from anlan.matters import actions as ledger
from anlan.matters import events as matters
from anlan.papers import actions as letters
from anlan.papers import events as papers
from anlan.people import events as people
from anlan.people.models import Area
from anlan.records import actions as books
from anlan.records import events as records
from anlan.registry import actions as register
from anlan.registry import events as registry
from anlan.watch import actions as watching
from anlan.watch import events as watch
from anlan.watch.models import Warning, call_brief

from . import dividing, telling, warned


def _items_follow(event: people.AreaMoved, *, at: datetime) -> None:
    area = Area.objects.get(pk=event.area_id)
    register.relocate(area, before=event.old_path, by=None, at=at)


def _callups_follow(event: people.AreaMoved, *, at: datetime) -> None:
    area = Area.objects.get(pk=event.area_id)
    calls.relocate(area, before=event.old_path, by=None, at=at)


def _matters_follow(event: people.AreaMoved, *, at: datetime) -> None:
    area = Area.objects.get(pk=event.area_id)
    ledger.relocate(area, before=event.old_path, by=None, at=at)


def _desks_follow(event: people.AreaMoved, *, at: datetime) -> None:
    area = Area.objects.get(pk=event.area_id)
    roster.relocate(area, before=event.old_path, by=None, at=at)


def _records_follow(event: people.AreaMoved, *, at: datetime) -> None:
    area = Area.objects.get(pk=event.area_id)
    books.relocate(area, before=event.old_path, by=None, at=at)


def _papers_follow(event: people.AreaMoved, *, at: datetime) -> None:
    area = Area.objects.get(pk=event.area_id)
    letters.relocate(area, before=event.old_path, by=None, at=at)


def _stations_follow(event: people.AreaMoved, *, at: datetime) -> None:
    area = Area.objects.get(pk=event.area_id)
    watching.relocate(area, before=event.old_path, by=None, at=at)


def _accidents_follow(event: people.AreaMoved, *, at: datetime) -> None:
    area = Area.objects.get(pk=event.area_id)
    inquests.relocate(area, before=event.old_path, by=None, at=at)


def _warning_calls(event: watch.WarningIssued, *, at: datetime) -> None:
    """Whoever drafted the warning asks for the call-up as well; where they may not, others do."""
    warning = Warning.objects.select_related("drafter").get(pk=event.warning_id)
    if warning.drafter is None or call_brief(warning) is None:
        return
    with suppress(Refused):
        watching.call_for_warning(warning, by=warning.drafter, at=at)


def _arrears_follow(event: people.AreaMoved, *, at: datetime) -> None:
    area = Area.objects.get(pk=event.area_id)
    ladder.relocate(area, before=event.old_path, by=None, at=at)


def _rung_is_taken(event: papers.PaperIssued, *, at: datetime) -> None:
    """A letter of the ladder was signed: its rung is taken."""
    for step in Step.objects.filter(paper=event.paper_id):
        ladder.issue_step(step, by=None, at=at)


BOUND: dict[type, tuple[Handler, ...]] = {
    papers.PaperIssued: (_rung_is_taken,),
    people.AreaMoved: (
        _items_follow,
        _callups_follow,
        _matters_follow,
        _desks_follow,
        _records_follow,
        _accidents_follow,
        _papers_follow,
        _stations_follow,
        _arrears_follow,
    ),
    people.AreaSplit: dividing.HEARERS,
    watch.AlarmGraded: (warned.alarm_rose,),
    watch.AlarmRaised: (warned.alarm_rose,),
    watch.AlarmUnsilenced: (warned.alarm_rose,),
    watch.WarningIssued: (_warning_calls,),
    watch.WarningSubmitted: (warned.warning_waits,),
    callup.ApprovalUnconfirmed: (telling.approval_unconfirmed,),
    callup.CallupStartedUrgently: (telling.started_urgently,),
    callup.CallupSubmitted: (telling.approval_wanted,),
    callup.CheckDrawn: (telling.check_drawn,),
    callup.CheckRecorded: (telling.check_recorded,),
    callup.PeopleLeftToHand: (telling.left_to_hand,),
    callup.PeopleUnreached: (telling.people_unreached,),
    callup.ReplyUnclear: (telling.reply_unclear,),
    duty.ArrivalMissed: (telling.nobody_came,),
    duty.HandoverNotTaken: (telling.nobody_took_over,),
    duty.HourUncovered: (telling.uncovered_hour,),
    duty.PersonSummoned: (telling.summoned,),
    duty.ShiftReassigned: (telling.given_a_shift,),
    duty.SwapAsked: (telling.swap_asked,),
    duty.SwapAgreed: (telling.swap_answered,),
    duty.SwapDeclined: (telling.swap_answered,),
    duty.SwapLapsed: (telling.swap_answered,),
}

FOR_NOBODY_YET: tuple[type, ...] = (
    accidents.AccidentClassified,
    accidents.AccidentClosed,
    accidents.AccidentCorrected,
    accidents.AccidentEvaluated,
    accidents.AccidentFollowedUp,
    accidents.AccidentMerged,
    accidents.AccidentRegraded,
    accidents.AccidentRemoved,
    accidents.AccidentReported,
    accidents.AccidentReportedUp,
    accidents.AccidentRestored,
    accidents.AccidentVerified,
    accidents.AccidentVoided,
    accidents.AccidentsImported,
    accidents.ClockMissed,
    accidents.FinalFixed,
    accidents.InvestigationExtended,
    accidents.InvestigationOpened,
    accidents.MisreportMarked,
    accidents.ReportApproved,
    accidents.ReportReturned,
    accidents.ReportSubmitted,
    callup.ApprovalConfirmed,
    callup.CallupEnded,
    callup.CallupSentBack,
    callup.CallupStarted,
    callup.CallupVoided,
    callup.PeoplePassedOn,
    callup.PersonAnswered,
    duty.ArrivalConfirmed,
    duty.DeskChanged,
    duty.DeskClosed,
    duty.DeskOpened,
    duty.HandoverGiven,
    duty.HandoverTaken,
    duty.JointDutyClosed,
    duty.JointDutyOpened,
    duty.LogWritten,
    duty.RosterCleared,
    duty.RosterGenerated,
    duty.RosterImported,
    duty.RotationSet,
    duty.SeatSet,
    duty.ShiftAssigned,
    duty.ShiftDropped,
    duty.SummonsEnded,
    duty.SwapWithdrawn,
    dues.ArrearOpened,
    dues.ArrearSettled,
    dues.DueWaived,
    dues.StepIssued,
    dues.StepProposed,
    papers.PaperReplied,
    papers.PaperSentBack,
    papers.PaperSubmitted,
    papers.PaperSuperseded,
    papers.PaperWithdrawn,
    papers.ReplyOverdue,
    figures.ReportChecked,
    figures.ReportFiled,
    figures.ReportReopened,
    figures.ReportReturned,
    figures.ReportSubmitted,
    people.AreasMerged,
    people.BodyClosed,
    people.ChargeEnded,
    people.ChargeGiven,
    people.ChargeWentStale,
    people.ConfirmationRoundOpened,
    people.DivisionsLoaded,
    people.GrantEnded,
    people.PersonAppointed,
    people.PersonLeft,
    people.PersonReleased,
    people.PostAbolished,
    people.RowsImported,
    records.RecordCorrected,
    records.RecordKept,
    records.RecordReleased,
    records.RecordsImported,
    records.RecordVoided,
    registry.ItemChanged,
    registry.ItemConfirmed,
    registry.ItemGraded,
    registry.ItemMoved,
    registry.ItemRegistered,
    registry.ItemRestored,
    registry.ItemRetired,
    registry.ItemsImported,
    registry.ItemWentStale,
    registry.KeeperAssigned,
    registry.PartiesSet,
    registry.SpotAdopted,
    registry.SpotDeclined,
    registry.SpotReported,
    registry.StockMoved,
    figures.ObjectionDecided,
    figures.RoundClosed,
    figures.ScoreObjected,
    figures.ScoresPosted,
    figures.PeriodFrozen,
    figures.PeriodUnfrozen,
    matters.ExtensionApproved,
    matters.ExtensionAsked,
    matters.ExtensionLapsed,
    matters.ExtensionRefused,
    matters.MatterClosed,
    matters.MatterControlled,
    matters.MatterDispatched,
    matters.MatterEscalated,
    matters.MatterGraded,
    matters.MatterListed,
    matters.MatterMerged,
    matters.MatterPublished,
    matters.MatterReassigned,
    matters.MatterRefused,
    matters.MatterRemarked,
    matters.MatterReopened,
    matters.MatterReported,
    matters.MatterSentBack,
    matters.MatterSubmitted,
    matters.MatterSupervised,
    matters.MatterTaken,
    matters.MattersApportioned,
    matters.MattersImported,
    matters.MatterVoided,
    matters.ReportAdopted,
    matters.ReportAnswered,
    matters.SupervisionOrdered,
    matters.SupervisionPassedUp,
    watch.AlarmAcknowledged,
    watch.AlarmAssigned,
    watch.AlarmCleared,
    watch.AlarmDismissed,
    watch.AlarmSettled,
    watch.AlarmSilenced,
    watch.IngestHeldUp,
    watch.MaintenanceSet,
    watch.MatterOpenedForAlarm,
    watch.ObservationsImported,
    watch.RulePutInForce,
    watch.SightingConfirmed,
    watch.SightingDismissed,
    watch.SightingReported,
    watch.SourceClosed,
    watch.SourceOpened,
    watch.StationAdded,
    watch.StationChanged,
    watch.StationResumed,
    watch.StationStopped,
    watch.StreamAdded,
    watch.StreamChanged,
    watch.StreamsWentSilent,
    watch.WarningCancelled,
    watch.WarningExpired,
    watch.WarningReceived,
    watch.WarningRefused,
    watch.WarningReturned,
    watch.WarningVoided,
)

HEARD: dict[type, tuple[Handler, ...]] = {**dict.fromkeys(FOR_NOBODY_YET, ()), **BOUND}
