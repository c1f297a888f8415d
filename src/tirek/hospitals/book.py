"""Between the rows of the database and the engine's ledger; nothing is reckoned here.

The ledger's clock is hours since 1970, UTC.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import numpy as np

from tirek.domain.hospital import HospitalStatus
from tirek.engine.ledger import Balance, Columns, Ledger, Promise, PromiseState, Since
from tirek.engine.network import Network
from tirek.hospitals import models

_COLUMNS = ("staffed", "reported", "reported_at", "arrived", "left", "promised", "leaving")


def hours(moment: datetime) -> float:
    """A moment on the ledger's clock."""
    return moment.timestamp() / 3600


def moment(hour: float) -> datetime:
    """The moment of a time on the ledger's clock."""
    return datetime.fromtimestamp(hour * 3600, UTC)


def columns_of(rows: Iterable[tuple[float | datetime | None, ...]]) -> Columns:
    """The engine's columns from rows of `_COLUMNS`; NULL becomes nan (or -inf for a time)."""
    table = [
        (
            math.nan if staffed is None else staffed,
            math.nan if reported is None else reported,
            hours(at) if isinstance(at, datetime) else -math.inf,
            *counts,
        )
        for staffed, reported, at, *counts in rows
    ]
    return Columns(*np.array(table, dtype=float).reshape(-1, len(_COLUMNS)).T.copy())


def open_line(
    line: models.Line, unknown_after: float, promises: Iterable[models.Promise] = (),
    departures: Iterable[datetime] = (),
) -> Ledger:  # fmt: skip
    """A ledger of this one line (number 0), to make one step with; see `Ledger.resume` for what it needs."""
    promises = list(promises)
    since = Since(
        arrivals=[(hours(p.changed_at), str(p.id)) for p in promises if p.uncounted],
        departures=[hours(at) for at in departures],
        counted=None if line.counted is None else frozenset(line.counted),
    )
    held = [
        Promise(str(p.id), 0, hours(p.made_at), PromiseState(p.state), hours(p.changed_at), p.beyond)
        for p in promises
    ]
    columns = columns_of([tuple(getattr(line, name) for name in _COLUMNS)])
    return Ledger.resume(columns, unknown_after, held, [since])


def keep_line(line: models.Line, ledger: Ledger, *, reported_at: datetime | None = None) -> None:
    """Write the ledger's columns back to the row; `reported_at` where a report was taken."""
    columns = ledger.columns
    for name in ("staffed", "reported"):
        value = float(getattr(columns, name)[0])
        setattr(line, name, None if math.isnan(value) else value)
    for name in ("arrived", "left", "promised", "leaving"):
        setattr(line, name, float(getattr(columns, name)[0]))
    fields = [name for name in _COLUMNS if name != "reported_at"]
    if reported_at is not None:
        line.reported_at = reported_at
        counted = ledger.since(0).counted
        line.counted = None if counted is None else sorted(counted)
        fields += ["reported_at", "counted"]
    line.save(update_fields=fields)


def keep_promises(
    promises: Iterable[models.Promise], ledger: Ledger, changed_at: datetime
) -> list[models.Promise]:
    """Write states back, and which arrivals wait to be counted; the promises that changed."""
    waiting = {name for _, name in ledger.since(0).arrivals}
    changed = []
    for row in promises:
        state, uncounted = ledger.promises[str(row.id)].state.value, str(row.id) in waiting
        if (row.state, row.uncounted) == (state, uncounted):
            continue
        if row.state != state:
            row.state, row.changed_at = state, changed_at
        row.uncounted = uncounted
        changed.append(row)
    models.Promise.objects.bulk_update(changed, ["state", "changed_at", "uncounted"])
    return changed


@dataclass(frozen=True)
class CityLedger:
    """All lines of a room as the engine reads them, at one moment."""

    network: Network
    ledger: Ledger
    open: "np.typing.NDArray[np.bool_]"
    hospitals: tuple[models.Hospital, ...]

    def balances(self, now: float) -> list[tuple[str, str, Balance]]:
        """Hospital, kind and balance of every line."""
        pairs = self.network.line_of
        return [(hospital, kind, self.ledger.balance(i, now)) for (hospital, kind), i in pairs.items()]


def read_ledger(room: models.Room, unknown_after: float) -> CityLedger:
    """Read the whole ledger of a room."""
    hospitals = tuple(models.Hospital.objects.filter(room=room))
    number = {hospital.pk: i for i, hospital in enumerate(hospitals)}
    rows = list(models.Line.objects.filter(hospital__room=room).values_list("hospital_id", "kind", *_COLUMNS))
    kinds = sorted({row[1] for row in rows})
    order = {kind: k for k, kind in enumerate(kinds)}
    columns = columns_of(row[2:] for row in rows)
    network = Network(
        hospital_ids=tuple(hospital.code for hospital in hospitals),
        kinds=tuple(kinds),
        hospital=np.array([number[row[0]] for row in rows], dtype=np.int64),
        kind=np.array([order[row[1]] for row in rows], dtype=np.int64),
        staffed=columns.staffed,
    )
    taking = np.array([h.status != HospitalStatus.INACTIVE for h in hospitals], dtype=bool)
    return CityLedger(network, Ledger.resume(columns, unknown_after), taking, hospitals)


def as_id(text: str) -> UUID | None:
    """A promise's id as it is written; `None` where it is not one."""
    try:
        return UUID(text)
    except ValueError:
        return None
