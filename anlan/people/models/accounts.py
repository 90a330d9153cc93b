"""How a person signs in, and what they were lent beyond their posts (账号与授权)."""

from datetime import datetime
from typing import Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from .posts import Person


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(username=username)


class Account(AbstractBaseUser):
    """The sign-in of one person (账号). Rights come from posts, charges and grants alone."""

    username = models.CharField(max_length=40, unique=True)
    person = models.OneToOneField(Person, models.PROTECT, related_name="account")
    is_active = models.BooleanField(default=True)
    lock_reason = models.CharField(max_length=120, blank=True)  # why it is not active
    must_change_password = models.BooleanField(default=False)

    objects = AccountManager()

    USERNAME_FIELD = "username"

    def __str__(self) -> str:
        return self.username


class GrantQuerySet(models.QuerySet["Grant"]):
    def valid_at(self, at: datetime) -> Self:
        return self.filter(since__lte=at, until__gt=at)

    def run_out_by(self, at: datetime) -> Self:
        """Those whose end has come and was not yet written down."""
        return self.filter(ended_at__isnull=True, until__lte=at)


class Grant(models.Model):
    """Rights lent for a task, a response or a cross-inspection; always with an end (临时授权)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="grants")
    area_path = models.CharField(max_length=160, db_collation="C")
    sectors = ArrayField(models.CharField(max_length=30), default=list)
    deeds = ArrayField(models.CharField(max_length=40), default=list)
    reason = models.CharField(max_length=200)
    granted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # when its end was written into the trail

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="grant_ends", condition=Q(until__gt=F("since"))),
        ]
        indexes = [
            # The sweep that writes their end down.
            models.Index(
                name="grant_running", fields=["until"], condition=Q(ended_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.reason}"
