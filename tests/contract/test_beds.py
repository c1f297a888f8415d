"""No bed is promised twice, and the kept ledger is the engine's."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest import mock

import numpy as np
import pytest
from django.db import connections
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tirek.accounts.following import events_after
from tirek.accounts.models import AppendOnlyError, Event
from tirek.accounts.problems import Problem
from tirek.domain.beds import BedKind
from tirek.engine.ledger import Ledger, LedgerError, PromiseState
from tirek.hospitals import book, services
from tirek.hospitals.models import Line, Promise

OXYGEN = BedKind.parse("infectious/oxygen/adult")


def report(room, hospital="near", staffed=5, occupied=0, **more):
    return services.report_beds(room, hospital, OXYGEN, occupied, by="test", staffed=staffed, **more)


def balance(room, hospital="near"):
    known = services.ledger_of(room)
    line = known.network.line_of[hospital, str(OXYGEN)]
    return known.ledger.balance(line, book.hours(timezone.now()))


def test_absent_is_not_zero(room):
    """Nobody has said: nothing is free, nothing is promised."""
    assert balance(room).free is None
    with pytest.raises(services.BedFull) as refused:
        services.promise_bed(room, "near", OXYGEN, by="test")
    assert refused.value.kind == "unknown"


def test_no_bed_is_promised_twice(room):
    """Sixteen threads ask for five beds at once."""
    report(room, staffed=5)
    start = threading.Barrier(16)

    def ask(_):
        start.wait()
        try:
            services.promise_bed(room, "near", OXYGEN, by="test")
        except services.BedFull:
            return "full"
        else:
            return "bed"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask, range(16)))
    assert sorted(answers) == ["bed"] * 5 + ["full"] * 11
    assert balance(room).promised == 5
    assert balance(room).free == 0
    told = [e for e in events_after(0, city=room.id) if e.what == "bed.promised"]
    assert sorted(e.after["promised"] for e in told) == [1, 2, 3, 4, 5]


def test_a_change_that_fails_leaves_no_event_and_no_bed(room):
    """Event and change are one transaction."""
    report(room)
    before = events_after(0, city=room.id)
    with (
        mock.patch.object(Promise.objects, "create", side_effect=RuntimeError("disk")),
        pytest.raises(RuntimeError),
    ):
        services.promise_bed(room, "near", OXYGEN, by="test")
    with mock.patch.object(services, "note", side_effect=RuntimeError("disk")), pytest.raises(RuntimeError):
        services.promise_bed(room, "near", OXYGEN, by="test")
    assert events_after(0, city=room.id) == before
    assert balance(room).promised == 0
    assert not Promise.objects.filter(line__hospital__room_id=room.id).exists()


def test_events_stay_as_they_were_written(room):
    """Neither the model nor the database changes or deletes them."""
    from django.db import DatabaseError

    report(room)
    event = Event.objects.filter(city=room.id).last()
    with pytest.raises(AppendOnlyError):
        event.save()
    with pytest.raises(AppendOnlyError):
        event.delete()
    with pytest.raises(DatabaseError):
        Event.objects.filter(pk=event.pk).update(actor="somebody else")
    with pytest.raises(DatabaseError):
        Event.objects.filter(pk=event.pk)._raw_delete("default")
    assert Event.objects.filter(pk=event.pk, actor="test").exists()


def test_a_report_from_the_future_is_refused(room):
    with pytest.raises(Problem) as refused:
        report(room, at=timezone.now() + timedelta(hours=1))
    assert refused.value.field == "at"


@pytest.fixture
def the_room(room):
    """Hypothesis prints what it is given; a whole city is too much of it."""
    return lambda: room


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("report"), st.integers(0, 6), st.one_of(st.none(), st.integers(0, 6)), st.integers(0, 3)
        ),
        st.tuples(st.just("promise"), st.booleans()),
        st.tuples(st.just("move"), st.integers(0, 5), st.sampled_from(list(PromiseState))),
        st.tuples(st.just("leave")),
    ),
    max_size=25,
)


class Clock:
    """Server time that only the test moves."""

    def __init__(self):
        self.now_ = timezone.now()

    def now(self):
        return self.now_


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_the_kept_ledger_is_the_engines(the_room, steps):
    """The same steps on the database and on the engine's own ledger leave the same columns."""
    room, clock = the_room(), Clock()
    Promise.objects.filter(line__hospital__room_id=room.id).delete()
    line = Line.objects.get(hospital__room_id=room.id, hospital__code="near", kind=str(OXYGEN))
    line.departures.all().delete()
    columns = {f.name: f.get_default() for f in Line._meta.fields if f.name not in {"id", "hospital", "kind"}}
    Line.objects.filter(pk=line.pk).update(**columns)
    engine = Ledger([float("nan")], room.thresholds.report_unknown_after_hours)
    with mock.patch.object(services.timezone, "now", clock.now):
        for step in steps:
            clock.now_ += timedelta(minutes=20)
            _both(room, engine, step, clock)
            line.refresh_from_db()
            kept = book.open_line(line, engine.unknown_after).columns
            assert np.concatenate(kept) == pytest.approx(np.concatenate(engine.columns), nan_ok=True)


def _both(room, engine, step, clock):
    """One step on each; both take it or both refuse."""
    at, ids = book.hours(clock.now_), list(engine.promises)

    def on_database():
        match step:
            case ("report", occupied, staffed, back):
                then = clock.now_ - timedelta(minutes=25 * back)
                return services.report_beds(
                    room,
                    "near",
                    OXYGEN,
                    occupied,
                    by="t",
                    staffed=staffed,
                    at=then,
                    counted=ids[:back] or None,
                )
            case ("promise", beyond):
                return services.promise_bed(room, "near", OXYGEN, by="t", beyond=beyond)
            case ("move", which, state):
                return services.move_promise(room, book.as_id(ids[which % len(ids)]), state, by="t")
            case _:
                return services.tell_departure(room, "near", OXYGEN, by="t")

    if step[0] == "move" and not ids:
        return
    try:
        done = on_database()
    except Problem:
        done = None
    try:
        match step:
            case ("report", occupied, staffed, back):
                then = book.hours(clock.now_ - timedelta(minutes=25 * back))
                told = engine.report(0, then, occupied, staffed=staffed, counted=ids[:back] or None)
                assert done == told
            case ("promise", beyond):
                engine.promise(str(done[0]) if done else "refused", 0, at, beyond=beyond)
            case ("move", which, state):
                engine.move(ids[which % len(ids)], state, at)
            case _:
                engine.leave(0, at)
    except LedgerError:
        assert done is None
    else:
        assert done is not None or step[0] == "leave"
