"""What follows an accident: inquiry, treatments, measures, evaluation, and what was done wrong."""

from django.db import models
from django.db.models import F, Q

from anlan.matters.models import Matter
from anlan.people.models import Body, Person

from .accident import Accident


class Investigation(models.Model):
    """The inquiry into an accident (事故调查): by whom, what it found, how it was replied to."""

    class Level(models.TextChoices):
        COUNTY = "COUNTY", "县级人民政府"
        CITY = "CITY", "设区的市级人民政府"
        PROVINCE = "PROVINCE", "省级人民政府"
        STATE = "STATE", "国务院"

    class Manner(models.TextChoices):
        DIRECT = "DIRECT", "政府直接组织"
        ENTRUSTED = "ENTRUSTED", "授权或委托部门组织"
        UNIT = "UNIT", "委托事故发生单位组织"

    class Nature(models.TextChoices):
        UNSAID = "", "未认定"
        LIABLE = "LIABLE", "责任事故"
        NOT_LIABLE = "NOT_LIABLE", "非责任事故"

    accident = models.OneToOneField(Accident, models.PROTECT, related_name="investigation")
    level = models.CharField(max_length=8, choices=Level)
    manner = models.CharField(max_length=9, choices=Manner)
    lead = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+")  # 牵头单位
    head = models.CharField(max_length=40)  # 组长
    members = models.TextField(blank=True)  # 成员单位和人员
    paper = models.CharField(max_length=60, blank=True)  # 成立或授权文号
    started_at = models.DateTimeField()
    nature = models.CharField(max_length=10, choices=Nature, blank=True, default="")
    direct_cause = models.TextField(blank=True)
    indirect_cause = models.TextField(blank=True)
    lessons = models.TextField(blank=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    replied_at = models.DateTimeField(null=True)
    replied_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reply_paper = models.CharField(max_length=60, blank=True)  # 批复文号

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="inquiry_replied_by_another",
                condition=Q(replied_by__isnull=True) | ~Q(replied_by=F("submitted_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.accident_id} 调查组"


class Treatment(models.Model):
    """What shall become of somebody responsible (处理建议), and what became of it."""

    class Kind(models.TextChoices):
        FIRM_PENALTY = "FIRM_PENALTY", "单位行政处罚"
        PERSON_PENALTY = "PERSON_PENALTY", "个人行政处罚"
        CRIMINAL = "CRIMINAL", "追究刑事责任"
        OFFICIAL = "OFFICIAL", "公职人员问责"
        INTERNAL = "INTERNAL", "单位内部处理"
        CLUE = "CLUE", "线索移交"

    accident = models.ForeignKey(Accident, models.PROTECT, related_name="treatments")
    kind = models.CharField(max_length=14, choices=Kind)
    whom = models.CharField(max_length=100)
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+")
    proposal = models.CharField(max_length=300)
    regulator = models.BooleanField(default=False)  # 一案双查: of the regulating side
    outcome = models.CharField(max_length=300, blank=True)
    fine = models.DecimalField(max_digits=12, decimal_places=4, null=True)  # 万元
    settled_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="treatment_settled_means_outcome",
                condition=Q(settled_on__isnull=True) | ~Q(outcome=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.whom}"


class Measure(models.Model):
    """A measure that the inquiry demanded, as the matter that carries it out (整改措施)."""

    accident = models.ForeignKey(Accident, models.PROTECT, related_name="measures")
    matter = models.OneToOneField(Matter, models.PROTECT, related_name="demanded_by_accident")

    def __str__(self) -> str:
        return f"{self.accident_id} → {self.matter_id}"


class Misreport(models.Model):
    """Something was told late, left out, falsely or not at all (迟报、漏报、谎报、瞒报)."""

    class Kind(models.TextChoices):
        LATE = "LATE", "迟报"
        OMITTED = "OMITTED", "漏报"
        FALSE = "FALSE", "谎报"
        CONCEALED = "CONCEALED", "瞒报"

    accident = models.ForeignKey(Accident, models.PROTECT, related_name="misreports")
    kind = models.CharField(max_length=9, choices=Kind)
    who = models.CharField(max_length=100)
    grounds = models.CharField(max_length=300)
    paper = models.CharField(max_length=60, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="misreport_once", fields=["accident", "kind", "who"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.who}"


class Removal(models.Model):
    """Taken out of the statistics by decision (核销): on what ground, by which paper."""

    accident = models.ForeignKey(Accident, models.PROTECT, related_name="removals")
    reason = models.CharField(max_length=300)
    clause = models.CharField(max_length=120)
    paper = models.CharField(max_length=60)
    decided_on = models.DateField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    restored_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_standing_removal",
                fields=["accident"],
                condition=Q(restored_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.accident_id} {self.paper}"


class Evaluation(models.Model):
    """Whether measures and accountability were carried out (整改措施落实评估), within a year."""

    accident = models.OneToOneField(Accident, models.PROTECT, related_name="evaluation")
    accountability = models.BooleanField()  # 责任追究是否落实到位
    measures = models.BooleanField()  # 整改措施是否落实到位
    regulators = models.BooleanField()  # 管理部门举措是否落实到位
    findings = models.TextField()
    published_on = models.DateField(null=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.accident_id} 评估"
