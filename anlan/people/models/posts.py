"""Posts answer, persons act (岗位与人员)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from .areas import Area
from .bodies import Body


class Post(models.Model):
    """A position that answers for things (岗位); people come and go, posts stay."""

    name = models.CharField(max_length=80)
    body = models.ForeignKey(Body, models.PROTECT, related_name="posts")
    area = models.ForeignKey(Area, models.PROTECT, related_name="posts")
    area_path = models.CharField(max_length=160, db_collation="C")
    superior = models.ForeignKey("self", models.PROTECT, null=True, related_name="inferiors")
    roles = ArrayField(models.CharField(max_length=30), default=list)  # keys of roles.yaml
    phone = models.CharField(max_length=30, blank=True)  # 值班电话
    valid_to = models.DateField(null=True)

    class Meta:
        indexes = [
            # Routing: the posts with a role at an area or above it.
            models.Index(name="post_area", fields=["area_path"]),
        ]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """Somebody with a name. Two of the same name are told apart by unit and post (同名同姓)."""

    name = models.CharField(max_length=40)
    phone = models.CharField(max_length=30, blank=True)  # masked unless revealed by right
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="people")
    initials = models.CharField(max_length=30, blank=True)
    remark = models.CharField(max_length=60, blank=True)  # what tells namesakes apart
    left_on = models.DateField(null=True)  # gone from the area's service
    posts = models.ManyToManyField(Post, through="Tenure", related_name="holders")
    origin = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [
            # The address book and the choices.
            models.Index(name="person_name", fields=["name"]),
            models.Index(name="person_initials", fields=["initials"]),
        ]

    def __str__(self) -> str:
        return self.name


class Tenure(models.Model):
    """A person holds a post, from one day to another (任职)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="tenures")
    post = models.ForeignKey(Post, models.PROTECT, related_name="tenures")
    deputy = models.BooleanField(default=False)
    since = models.DateField()
    until = models.DateField(null=True)  # the first day on which they no longer hold it

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="tenure_once",
                fields=["person", "post"],
                condition=Q(until__isnull=True),
            ),
            models.CheckConstraint(
                name="tenure_ends_after_it_begins",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.post}"
