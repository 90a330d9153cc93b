"""What the screens themselves keep: how each person likes their lists."""

from django.db import models

from anlan.people.models import Person


class SavedView(models.Model):
    """One's own tab over a ledger: a name for filters, order and columns (视图)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    ledger = models.CharField(max_length=60)
    name = models.CharField(max_length=20)
    query = models.CharField(max_length=1500)  # the canonical query of the address
    position = models.SmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            # Also the index by which the tabs of a list are read.
            models.UniqueConstraint(
                name="saved_view_named_once", fields=["person", "ledger", "name"]
            ),
        ]

    def __str__(self) -> str:
        return self.name
