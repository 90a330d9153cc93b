"""Bodies (单位): who owns and answers: bureaux, committees, towns, enterprises, agencies."""

from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from anlan.kernel import search

from .areas import Area


class BodyKind(models.TextChoices):
    BUREAU = "BUREAU", "应急管理部门"
    DEPARTMENT = "DEPARTMENT", "行业主管部门"
    COMMITTEE = "COMMITTEE", "议事协调机构"  # 应急委 安委会 专委会 指挥部
    TOWN = "TOWN", "镇(街道)"
    VILLAGE = "VILLAGE", "村(社区)"
    ENTERPRISE = "ENTERPRISE", "企业"
    AGENCY = "AGENCY", "社会服务机构"
    TEAM = "TEAM", "救援队伍"


class BodyQuerySet(models.QuerySet["Body"]):
    def valid_on(self, day: date) -> Self:
        return self.exclude(valid_from__gt=day).exclude(valid_to__lte=day)

    def under(self, path: str) -> Self:
        return self.filter(area_path__startswith=path)

    def matching(self, words: str) -> Self:
        """By name, short name, credit code or pinyin initials: every word typed must fit."""
        found = self.alias(**search.annotated("name"))
        for word in words.split():
            fits = search.lookup("name", word) | Q(short_name__icontains=word)
            if word.isascii():
                fits |= Q(initials__startswith=word.lower()) | Q(credit_code=word.upper())
            found = found.filter(fits)
        return found


class Body(models.Model):
    """An organisation, with the sectors it supervises or works in and the days it existed."""

    Kind = BodyKind

    name = models.CharField(max_length=100)
    short_name = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=12, choices=BodyKind)
    credit_code = models.CharField(max_length=18, blank=True)  # 统一社会信用代码
    area = models.ForeignKey(Area, models.PROTECT, related_name="bodies")
    area_path = models.CharField(max_length=160, db_collation="C")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts")
    office = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+"
    )  # 办公室设在: the section that serves a committee
    sectors = ArrayField(models.CharField(max_length=30), default=list)  # "*" is all of them
    duties = models.TextField(blank=True)  # 职责
    address = models.CharField(max_length=160, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    phone = models.CharField(max_length=30, blank=True)
    initials = models.CharField(max_length=60, blank=True)  # pinyin, for choices
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)  # the first day on which it no longer is
    origin = models.CharField(max_length=80, blank=True)  # source system and id, for re-import

    objects = BodyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="body_credit_code_once", fields=["credit_code"], condition=~Q(credit_code="")
            ),
            models.UniqueConstraint(
                name="body_origin_once", fields=["origin"], condition=~Q(origin="")
            ),
        ]
        indexes = [
            # Who sees a subtree; the lists of enterprises of a town.
            models.Index(name="body_area", fields=["area_path"]),
            # Choices by pinyin initials.
            models.Index(name="body_initials", fields=["initials"]),
            # The import looks bodies up by their whole name.
            models.Index(name="body_name", fields=["name"]),
            # Search by words of the name.
            search.bigram_index("body_name_words", "name"),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def valid_on(self, day: date) -> Self:
        return self.filter(valid_from__lte=day).exclude(valid_to__lte=day)


class Membership(models.Model):
    """A seat on a committee (成员单位): chair, deputy, member or office, from day to day."""

    class Role(models.TextChoices):
        CHAIR = "CHAIR", "主任"
        DEPUTY = "DEPUTY", "副主任"
        MEMBER = "MEMBER", "成员单位"
        OFFICE = "OFFICE", "办公室"

    committee = models.ForeignKey(Body, models.PROTECT, related_name="seats")
    member = models.ForeignKey(Body, models.PROTECT, null=True, related_name="memberships")
    post = models.ForeignKey("people.Post", models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=8, choices=Role)
    duties = models.TextField(blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # the first day on which it no longer sits

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="seat_is_a_body_or_a_post",
                condition=Q(member__isnull=False) ^ Q(post__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_chair_at_a_time",
                fields=["committee"],
                condition=Q(role="CHAIR", valid_to__isnull=True),
            ),
            models.UniqueConstraint(
                name="seat_taken_once",
                fields=["committee", "member", "post", "role"],
                condition=Q(valid_to__isnull=True),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="seat_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.committee} {self.get_role_display()}"
