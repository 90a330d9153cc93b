"""Posts answer, persons act (岗位与人员)."""

from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from .areas import Area
from .bodies import Body


class PostQuerySet(models.QuerySet["Post"]):
    def valid_on(self, day: date) -> Self:
        return self.exclude(valid_from__gt=day).exclude(valid_to__lte=day)

    def under(self, path: str) -> Self:
        return self.filter(area_path__startswith=path)

    def empty_on(self, day: date) -> Self:
        """Posts that nobody holds (空缺岗位)."""
        return self.valid_on(day).exclude(Exists(held_on(day)))


class Post(models.Model):
    """A position that answers for things (岗位); people come and go, posts stay."""

    name = models.CharField(max_length=80)
    body = models.ForeignKey(Body, models.PROTECT, related_name="posts")
    area = models.ForeignKey(Area, models.PROTECT, related_name="posts")
    area_path = models.CharField(max_length=160, db_collation="C")
    superior = models.ForeignKey("self", models.PROTECT, null=True, related_name="inferiors")
    roles = ArrayField(models.CharField(max_length=30), default=list)  # keys of roles.yaml
    phone = models.CharField(max_length=30, blank=True)  # 值班电话
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)  # the first day on which it no longer is

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="post_named_once",
                fields=["body", "area", "name"],
                condition=Q(valid_to__isnull=True),
            ),
        ]
        indexes = [
            # Routing: the posts with a role at an area or above it.
            models.Index(name="post_area", fields=["area_path"]),
        ]

    def __str__(self) -> str:
        return self.name


class PersonQuerySet(models.QuerySet["Person"]):
    def here_on(self, day: date) -> Self:
        """Those who have not left."""
        return self.exclude(left_on__lte=day)

    def matching(self, words: str) -> Self:
        """By name, pinyin initials or unit: every word typed must fit."""
        found = self
        for word in words.split():
            fits = Q(name__contains=word) | Q(body__name__contains=word)
            fits |= Q(body__short_name__contains=word)
            if word.isascii():
                fits |= Q(initials__startswith=word.lower())
            found = found.filter(fits)
        return found


class Person(models.Model):
    """Somebody with a name. Two of the same name are told apart by unit and remark (同名同姓)."""

    name = models.CharField(max_length=40)
    phone = models.CharField(max_length=30, blank=True)  # masked unless revealed by right
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="people")
    initials = models.CharField(max_length=30, blank=True)
    remark = models.CharField(max_length=60, blank=True)  # what tells namesakes apart
    left_on = models.DateField(null=True)  # gone from the area's service
    posts = models.ManyToManyField(Post, through="Tenure", related_name="holders")
    origin = models.CharField(max_length=80, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="person_told_apart",
                fields=["name", "body", "remark"],
                condition=Q(left_on__isnull=True),
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                name="person_origin_once", fields=["origin"], condition=~Q(origin="")
            ),
        ]
        indexes = [
            # The address book and the choices.
            models.Index(name="person_name", fields=["name"]),
            models.Index(name="person_initials", fields=["initials"]),
        ]

    def __str__(self) -> str:
        return self.name

    def told_apart(self) -> str:
        """The name as it stands in choices, with unit and remark (显示名)."""
        apart = "，".join(filter(None, [str(self.body) if self.body else "", self.remark]))
        return f"{self.name}（{apart}）" if apart else self.name


class TenureQuerySet(models.QuerySet["Tenure"]):
    def valid_on(self, day: date) -> Self:
        """Held on this day, by somebody who is still here, on a post that still is."""
        return (
            self.filter(since__lte=day)
            .exclude(until__lte=day)
            .exclude(person__left_on__lte=day)
            .exclude(post__valid_to__lte=day)
        )


class Tenure(models.Model):
    """A person holds a post, from one day to another (任职)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="tenures")
    post = models.ForeignKey(Post, models.PROTECT, related_name="tenures")
    deputy = models.BooleanField(default=False)
    since = models.DateField()
    until = models.DateField(null=True)  # the first day on which they no longer hold it

    objects = TenureQuerySet.as_manager()

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


def held_on(day: date, *, post: str = "pk") -> TenureQuerySet:
    """The tenures of the outer row's post that are valid on a day: for `Exists`."""
    return Tenure.objects.valid_on(day).filter(post=OuterRef(post))
