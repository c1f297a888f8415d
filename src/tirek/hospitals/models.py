"""Rooms, hospitals, and the columns of the bed ledger. The arithmetic is the engine's: `tirek.engine.ledger`."""

import uuid

from django.db import models

from tirek.engine.ledger import PromiseState


class Room(models.Model):
    """A city with a room on this installation; a training room is a copy of one that never mixes with it."""

    id = models.SlugField(primary_key=True, max_length=60)
    profile = models.CharField(max_length=400)
    """Id or folder of the city profile (`tirek.cities`)."""
    names = models.JSONField(default=dict)
    training = models.BooleanField(default=False)
    time_zone = models.CharField(max_length=60)
    settings = models.JSONField(default=dict)

    def __str__(self) -> str:
        """Its id."""
        return self.id


class Hospital(models.Model):
    """A hospital of a room; `code` is its id in the city profile, as the API names it."""

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="hospitals")
    code = models.CharField(max_length=60)
    names = models.JSONField(default=dict)
    lat = models.FloatField()
    lon = models.FloatField()
    phone = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=20, default="open")

    class Meta:
        """In the order of their codes, everywhere."""

        ordering = ("code",)
        constraints = (models.UniqueConstraint(fields=("room", "code"), name="hospital_once"),)

    def __str__(self) -> str:
        """Its code."""
        return self.code


class Line(models.Model):
    """One kind of bed in one hospital: exactly the engine's `Columns`. NULL is unknown, never 0."""

    hospital = models.ForeignKey(Hospital, on_delete=models.PROTECT, related_name="lines")
    kind = models.CharField(max_length=60)
    staffed = models.FloatField(null=True)
    reported = models.FloatField(null=True)
    reported_at = models.DateTimeField(null=True)
    arrived = models.FloatField(default=0)
    left = models.FloatField(default=0)
    promised = models.FloatField(default=0)
    leaving = models.FloatField(default=0)
    counted = models.JSONField(null=True)
    """Promises that the last report said it counts; NULL: it did not say."""

    class Meta:
        """A kind once per hospital; no count under 0."""

        ordering = ("hospital__code", "kind")
        constraints = (
            models.UniqueConstraint(fields=("hospital", "kind"), name="line_once"),
            models.CheckConstraint(
                condition=models.Q(promised__gte=0) & models.Q(arrived__gte=0) & models.Q(left__gte=0),
                name="line_counts_from_zero",
            ),
        )

    def __str__(self) -> str:
        """`hospital kind`."""
        return f"{self.hospital_id} {self.kind}"


class BedReport(models.Model):
    """What a hospital said, as it said it, and what the ledger had expected."""

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="reports")
    at = models.DateTimeField()
    """The moment that the report describes."""
    received_at = models.DateTimeField(auto_now_add=True)
    actor = models.CharField(max_length=150)
    occupied = models.FloatField()
    staffed = models.FloatField(null=True)
    counted = models.JSONField(null=True)
    expected = models.FloatField(null=True)

    def __str__(self) -> str:
        """`line: occupied`."""
        return f"{self.line_id}: {self.occupied}"


class Promise(models.Model):
    """A bed held for a patient; its life is `tirek.engine.ledger.PromiseState`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="promises")
    made_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=[(s.value, s.value) for s in PromiseState])
    changed_at = models.DateTimeField()
    beyond = models.BooleanField(default=False)
    uncounted = models.BooleanField(default=False)
    """Handed over since the last report, or not counted by it: stands in the line's `arrived`."""

    class Meta:
        """Found by line while they hold a bed or wait to be counted."""

        indexes = (models.Index(fields=("line", "state"), name="promise_of_line"),)

    def __str__(self) -> str:
        """`id: state`."""
        return f"{self.id}: {self.state}"


class Departure(models.Model):
    """A patient who left and whom no report counts yet."""

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="departures")
    at = models.DateTimeField()

    def __str__(self) -> str:
        """`line at`."""
        return f"{self.line_id} {self.at:%Y-%m-%d %H:%M}"
