"""The division tree (行政区划) and the grids below it (网格)."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from anlan.kernel import geo


class Level(models.TextChoices):
    """How far down the tree an area stands."""

    CITY = "CITY", "地级市"
    DISTRICT = "DISTRICT", "县(市、区)"
    TOWN = "TOWN", "镇(街道)"
    VILLAGE = "VILLAGE", "村(社区)"
    GRID = "GRID", "网格"


class GridKind(models.TextChoices):
    """What a grid is drawn for; empty for areas that are no grid."""

    GENERAL = "GENERAL", "综合网格"
    FLOOD = "FLOOD", "防汛责任网格"
    RISK = "RISK", "风险网格"


class AreaQuerySet(models.QuerySet["Area"]):
    def under(self, path: str) -> Self:
        """The subtree of a path, its root included; areas merged into it come along."""
        return self.filter(path__startswith=path)

    def valid_on(self, day: date) -> Self:
        return self.filter(valid_from__lte=day).exclude(valid_to__lte=day)

    def real(self) -> Self:
        """Those that coverage counts: statistical pseudo-towns are left out."""
        return self.filter(administrative=True)

    def bygone(self, area: "Area") -> Self:
        """A closed or divided area, and what went up in it before (含此前并入的)."""
        found, newer = {area.pk}, {area.pk}
        while newer:
            closed = self.filter(parent__in=newer).exclude(valid_to=None)
            newer = set(closed.values_list("pk", flat=True)) - found
            found |= newer
        return self.filter(pk__in=found)

    def of_code(self, code: str) -> Self:
        """By the code of today or a former one (曾用代码)."""
        return self.filter(Q(code=code) | Q(pk__in=AreaAlias.objects.of(code=code)))

    def matching(self, words: str) -> Self:
        """By name, other name, code, former code or pinyin initials: every word typed must fit."""
        found = self
        for word in words.split():
            fits = Q(name__icontains=word) | Q(pk__in=AreaAlias.objects.like(word))
            if word.isdigit():
                fits |= Q(code__startswith=word)
            elif word.isascii():
                fits |= Q(initials__startswith=word.lower())
            found = found.filter(fits)
        return found

    def around(self, lon: float, lat: float) -> list["Area"]:
        """The areas whose outline holds the point, the narrowest first."""
        boxes = self.filter(min_lon__lte=lon, max_lon__gte=lon, min_lat__lte=lat, max_lat__gte=lat)
        drawn = [(area, geo.outline(area.outline)) for area in boxes if area.outline]
        return geo.OutlineIndex(drawn).holding(geo.Point(lon, lat))


class Area(models.Model):
    """A place that people answer for: district, town, village or grid, from one day to another.

    `code` is the 12-digit statistical code (6 district, 3 town, 3 village); a grid appends its own
    suffix. `path` runs from the root, "/331081000000/331081003000/": who is asked for an area's
    sums takes everything whose path starts with it. An area that was merged away hangs below
    its successor, so that its history is counted where its people now are (撤村并居).
    """

    Level = Level
    GridKind = GridKind

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    level = models.CharField(max_length=8, choices=Level)
    grid_kind = models.CharField(max_length=8, choices=GridKind, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=160, db_collation="C")
    administrative = models.BooleanField(default=True)  # no: 开发区, 监狱 ... of the code list
    remark = models.CharField(max_length=100, blank=True)  # why it is not, and the like
    initials = models.CharField(max_length=60, blank=True)  # pinyin, for choices
    valid_from = models.DateField(default=date(1949, 10, 1))
    valid_to = models.DateField(null=True)  # the first day on which it no longer is
    lon = models.FloatField(null=True)  # a point inside; CGCS2000/WGS84 degrees
    lat = models.FloatField(null=True)
    min_lon = models.FloatField(null=True)
    min_lat = models.FloatField(null=True)
    max_lon = models.FloatField(null=True)
    max_lat = models.FloatField(null=True)
    outline = models.JSONField(null=True)  # GeoJSON Polygon or MultiPolygon
    outline_source = models.CharField(max_length=60, blank=True)  # 示意 while it is only schematic

    objects = AreaQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="area_code_once", fields=["code", "valid_from"]),
            models.UniqueConstraint(
                name="area_code_stands_once", fields=["code"], condition=Q(valid_to__isnull=True)
            ),
            models.CheckConstraint(
                name="grid_has_its_kind",
                condition=Q(level=Level.GRID) ^ Q(grid_kind=""),
            ),
            models.CheckConstraint(
                name="area_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
            ),
        ]
        indexes = [
            # Subtrees: every scope, list and figure.
            models.Index(name="area_path", fields=["path"]),
        ]

    def __str__(self) -> str:
        return self.name

    def stands_on(self, day: date) -> bool:
        """Whether it exists on this day: neither still to come nor merged away."""
        return self.valid_from <= day and (self.valid_to is None or self.valid_to > day)


class AreaAliasQuerySet(models.QuerySet["AreaAlias"]):
    def of(self, *, code: str) -> models.QuerySet["AreaAlias", int]:
        return self.filter(code=code).values_list("area_id", flat=True)

    def like(self, word: str) -> models.QuerySet["AreaAlias", int]:
        fits = Q(name__icontains=word)
        if word.isdigit():
            fits |= Q(code__startswith=word)
        return self.filter(fits).values_list("area_id", flat=True)


class AreaAlias(models.Model):
    """Another name or a former code under which people still look for an area (别名)."""

    area = models.ForeignKey(Area, models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=60, blank=True)
    code = models.CharField(max_length=20, blank=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    objects = AreaAliasQuerySet.as_manager()

    class Meta:
        indexes = [
            # The import and the search look names and codes up here.
            models.Index(name="area_alias_name", fields=["name"]),
            models.Index(name="area_alias_code", fields=["code"]),
        ]

    def __str__(self) -> str:
        return self.name or self.code
