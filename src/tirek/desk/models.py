"""Calls and where their patients are placed."""

import uuid

from django.db import models


class Call(models.Model):
    """One call for an ambulance, with its triage once a person has confirmed it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    city = models.SlugField(max_length=60)
    called_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=150)
    phone_sealed = models.TextField(blank=True)
    address = models.CharField(max_length=300, blank=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    happened = models.TextField(blank=True)
    age = models.PositiveSmallIntegerField(null=True)
    signs = models.JSONField(default=list)
    spo2 = models.PositiveSmallIntegerField(null=True)
    temperature = models.FloatField(null=True)
    crew = models.CharField(max_length=60, blank=True)
    urgency = models.PositiveSmallIntegerField(null=True)
    kind = models.CharField(max_length=60, blank=True)
    """Kind of bed needed; empty: none, or not known yet."""
    triaged_at = models.DateTimeField(null=True)
    triaged_by = models.CharField(max_length=150, blank=True)

    class Meta:
        """The queue: by city and urgency."""

        indexes = (models.Index(fields=("city", "urgency", "called_at"), name="call_queue"),)

    def __str__(self) -> str:
        """Its id; never who called."""
        return str(self.id)


class Placement(models.Model):
    """A patient's bed, confirmed by a person. Its id is the promise's; the promise has its state."""

    id = models.UUIDField(primary_key=True, editable=False)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="placements")
    city = models.SlugField(max_length=60)
    hospital = models.CharField(max_length=60)
    kind = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    beyond = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    """Why beyond the beds there are, or why not where the room proposed."""
    ended_because = models.CharField(max_length=300, blank=True)
    current = models.BooleanField(default=True)
    """False once declined, diverted or cancelled: the patient needs another bed."""

    class Meta:
        """A patient has one bed at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=("call",), condition=models.Q(current=True), name="one_bed_at_a_time"
            ),
        )

    def __str__(self) -> str:
        """Its id."""
        return str(self.id)
