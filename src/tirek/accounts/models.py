"""People, roles, tokens; the event log, the log of looks, and answers kept for repeated requests."""

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """Somebody who logs in."""

    class Language(models.TextChoices):
        """Languages of the pages."""

        KAZAKH = "kk"
        RUSSIAN = "ru"
        ENGLISH = "en"

    language = models.CharField(max_length=2, choices=Language.choices, default=Language.RUSSIAN)


class RoleName(models.TextChoices):
    """What people do in a room."""

    DISPATCHER = "dispatcher"
    SENIOR = "senior"
    CREW = "crew"
    HOSPITAL = "hospital"
    HEADQUARTERS = "headquarters"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Role(models.Model):
    """A user's role in one room; `hospital` and `crew` say which, for these two roles."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    city = models.SlugField(max_length=60)
    name = models.CharField(max_length=20, choices=RoleName.choices)
    hospital = models.CharField(max_length=60, blank=True)
    crew = models.CharField(max_length=60, blank=True)

    class Meta:
        """A role is given once, and one of a hospital or crew says which."""

        constraints = (
            models.UniqueConstraint(fields=("user", "city", "name", "hospital", "crew"), name="role_once"),
            models.CheckConstraint(
                condition=~models.Q(name="hospital") | ~models.Q(hospital=""), name="hospital_role_names_it"
            ),
            models.CheckConstraint(
                condition=~models.Q(name="crew") | ~models.Q(crew=""), name="crew_role_names_it"
            ),
        )

    def __str__(self) -> str:
        """`dispatcher in astana`."""
        return f"{self.name} in {self.city}"


class Token(models.Model):
    """Access for a program, with a part of its owner's rights. Only a hash of it is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    ends_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        """The name that its owner gave it."""
        return self.name


class AppendOnlyError(Exception):
    """Somebody tried to change or delete what was recorded."""


class Recorded(models.Model):
    """A row that is written once; the database itself refuses changes (migration 0002)."""

    class Meta:
        """No table of its own."""

        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write it, once."""
        if self.pk is not None:
            raise AppendOnlyError(f"{type(self).__name__} {self.pk} is recorded already")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: it happened."""
        raise AppendOnlyError(f"{type(self).__name__} {self.pk} stays")


class Event(Recorded):
    """One change: what happened, to what, by whom. Never a name, number or diagnosis of a patient."""

    city = models.SlugField(max_length=60)
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    what = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    hospital = models.CharField(max_length=60, blank=True)
    """The hospital whose people may follow it, if it concerns one."""
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        """Read by city from an id on."""

        indexes = (models.Index(fields=("city", "id"), name="event_follow"),)

    def __str__(self) -> str:
        """`placement.confirmed placement/..`."""
        return f"{self.what} {self.subject}"


class Look(Recorded):
    """Somebody looked at a patient."""

    city = models.SlugField(max_length=60)
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    patient = models.CharField(max_length=80)
    why = models.CharField(max_length=60)

    class Meta:
        """Read by patient or by who looked."""

        indexes = (
            models.Index(fields=("city", "patient"), name="look_at_patient"),
            models.Index(fields=("city", "actor"), name="look_by_actor"),
        )

    def __str__(self) -> str:
        """`aigerim looked at call/..`."""
        return f"{self.actor} looked at {self.patient}"


class Answer(models.Model):
    """The answer to a write, kept so that the same request sent again changes nothing more."""

    key = models.CharField(max_length=100)
    actor = models.CharField(max_length=150)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    """JSON, sealed."""
    at = models.DateTimeField()

    class Meta:
        """One answer for a key of an actor."""

        constraints = (models.UniqueConstraint(fields=("actor", "key"), name="answer_once"),)

    def __str__(self) -> str:
        """The key."""
        return self.key
