"""What the matters room announces. Names are in the past tense; payloads are ids."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MatterReported:
    matter_id: int
    owner_id: int  # the post that has to dispatch it
    informed: list[int]  # posts that only have to know


@dataclass(frozen=True)
class MatterGraded:
    matter_id: int


@dataclass(frozen=True)
class MatterDispatched:
    matter_id: int
    owner_id: int


@dataclass(frozen=True)
class MatterTaken:
    matter_id: int


@dataclass(frozen=True)
class MatterSentBack:
    matter_id: int
    owner_id: int


@dataclass(frozen=True)
class MatterReassigned:
    matter_id: int
    from_post_id: int
    to_post_id: int


@dataclass(frozen=True)
class MatterControlled:
    matter_id: int


@dataclass(frozen=True)
class MatterSubmitted:
    matter_id: int
    checker_id: int


@dataclass(frozen=True)
class MatterRefused:
    matter_id: int


@dataclass(frozen=True)
class MatterClosed:
    matter_id: int


@dataclass(frozen=True)
class MatterReopened:
    matter_id: int


@dataclass(frozen=True)
class MatterMerged:
    matter_id: int
    into_id: int


@dataclass(frozen=True)
class MatterVoided:
    matter_id: int


@dataclass(frozen=True)
class ReportAdopted:
    matter_id: int  # the public report
    hazard_id: int


@dataclass(frozen=True)
class ReportAnswered:
    matter_id: int
    merged_ids: list[int]  # reports of the same thing: their senders hear the same reply


@dataclass(frozen=True)
class MatterRemarked:
    matter_id: int
    by_id: int


@dataclass(frozen=True)
class ExtensionAsked:
    matter_id: int
    extension_id: int


@dataclass(frozen=True)
class ExtensionApproved:
    matter_id: int
    extension_id: int


@dataclass(frozen=True)
class ExtensionRefused:
    matter_id: int
    extension_id: int


@dataclass(frozen=True)
class ExtensionLapsed:
    matter_id: int
    extension_id: int


@dataclass(frozen=True)
class MatterSupervised:
    matter_id: int
    post_id: int


@dataclass(frozen=True)
class SupervisionPassedUp:
    matter_id: int
    from_post_id: int
    to_post_id: int


@dataclass(frozen=True)
class MatterEscalated:
    matter_id: int
    from_post_id: int
    to_post_id: int  # the same one when there is nobody above


@dataclass(frozen=True)
class MatterListed:
    matter_id: int  # the major hazard
    listing_id: int


@dataclass(frozen=True)
class SupervisionOrdered:
    matter_id: int  # the order, a matter of its own
    owner_id: int


@dataclass(frozen=True)
class MatterPublished:
    matter_id: int


@dataclass(frozen=True)
class MattersApportioned:
    """Their area was divided; they lie in its parts now."""

    area_id: int
    matter_ids: list[int]


@dataclass(frozen=True)
class MattersImported:
    batch_id: int
    added: int
