"""What the matters room announces. Names are in the past tense; payloads are ids."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MatterReported:
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
class MatterEscalated:
    matter_id: int
    from_post_id: int
    to_post_id: int


@dataclass(frozen=True)
class ExtensionLapsed:
    matter_id: int
    extension_id: int
