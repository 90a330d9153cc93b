"""A checked reference to whatever a charge, an entry or an evidence is about."""

from dataclasses import dataclass
from typing import Self

from django.apps import apps
from django.db.models import Model

from .errors import Invalid


@dataclass(frozen=True)
class Ref:
    """Kind and id of one thing: `Ref("registry.item", 12)`, written `registry.item:12`."""

    kind: str
    id: int

    @classmethod
    def of(cls, thing: Model) -> Self:
        return cls(thing._meta.label_lower, int(thing.pk))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `kind:id`; raise Invalid where the kind is none of ours."""
        kind, _, number = text.partition(":")
        if not number.isdigit() or kind not in {m._meta.label_lower for m in apps.get_models()}:
            raise Invalid(f"引用“{text}”无法识别", mend="应为“类别:编号”，例如 registry.item:12")
        return cls(kind, int(number))

    def model(self) -> type[Model]:
        return apps.get_model(self.kind)

    def exists(self) -> bool:
        return self.model()._default_manager.filter(pk=self.id).exists()

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"
