"""Bodies (单位): who owns and answers: bureaux, committees, towns, enterprises, agencies."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

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
    address = models.CharField(max_length=160, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    phone = models.CharField(max_length=30, blank=True)
    initials = models.CharField(max_length=60, blank=True)  # pinyin, for choices
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    origin = models.CharField(max_length=80, blank=True)  # source system and id, for re-import

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="body_credit_code_once", fields=["credit_code"], condition=~Q(credit_code="")
            ),
        ]
        indexes = [
            # Who sees a subtree; the lists of enterprises of a town.
            models.Index(name="body_area", fields=["area_path"]),
            # Choices by name and by pinyin initials.
            models.Index(name="body_initials", fields=["initials"]),
            models.Index(name="body_name", fields=["name"]),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name


class Membership(models.Model):
    """A seat on a committee (成员单位): chair, deputy, member or office, from one day to another."""

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
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="seat_is_a_body_or_a_post",
                condition=Q(member__isnull=False) | Q(post__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_chair_at_a_time",
                fields=["committee"],
                condition=Q(role="CHAIR", valid_to__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.committee} {self.get_role_display()}"
