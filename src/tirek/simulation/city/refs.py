"""The loop's arrays behind one pointer each.

A named tuple of sixty arrays is copied at every call of a compiled function: compiling takes minutes and
running is slow. The same fields behind a reference cost one pointer. Python code keeps the named tuples; both
hold the same arrays.
"""

from typing import Any

from numba import njit, types
from numba.experimental import structref

from tirek.simulation.city.state import Beds, Crews, Ground, Records, Rules, Series, State

_plain: Any = types.unliteral
_new: Any = structref.StructRefProxy.__new__


class _Ref(types.StructRef):
    """Fields of any type, fixed when the reference is made."""

    def preprocess_fields(self, fields: Any) -> Any:
        """Forget that a number was a literal."""
        return tuple((name, _plain(kind)) for name, kind in fields)


@structref.register
class _GroundType(_Ref): ...


@structref.register
class _RulesType(_Ref): ...


@structref.register
class _RecordsType(_Ref): ...


@structref.register
class _CrewsType(_Ref): ...


@structref.register
class _BedsType(_Ref): ...


@structref.register
class _SeriesType(_Ref): ...


@structref.register
class _StateType(_Ref): ...


class _Proxy(structref.StructRefProxy):
    def __new__(cls, *fields: Any) -> Any:
        return _new(cls, *fields)


class _GroundRef(_Proxy): ...


class _RulesRef(_Proxy): ...


class _RecordsRef(_Proxy): ...


class _CrewsRef(_Proxy): ...


class _BedsRef(_Proxy): ...


class _SeriesRef(_Proxy): ...


class _StateRef(_Proxy): ...


_define: Any = structref.define_proxy
_define(_GroundRef, _GroundType, list(Ground._fields))
_define(_RulesRef, _RulesType, list(Rules._fields))
_define(_RecordsRef, _RecordsType, list(Records._fields))
_define(_CrewsRef, _CrewsType, list(Crews._fields))
_define(_BedsRef, _BedsType, list(Beds._fields))
_define(_SeriesRef, _SeriesType, list(Series._fields))
_define(_StateRef, _StateType, list(State._fields))


@njit(cache=True)
def referred(g: Ground, r: Rules, s: State) -> tuple[Ground, Rules, State]:
    """Ground, rules and state with the same arrays, as references."""
    state = _StateRef(
        s.n, s.x, _RecordsRef(*s.records), s.queue_old, s.queue_new, s.queue_size, _CrewsRef(*s.crews),
        _BedsRef(*s.beds), s.ledger, s.price, s.cover, s.idle_at, s.heap_time, s.heap_load, s.heap_size,
        _SeriesRef(*s.series), s.expected, s.doubt, s.open_, s.hospital_minutes, s.cost, s.rule,
        s.crew_minutes, s.crew_loss, s.crew_cost, s.wait_record, s.wait_category,
        s.wait_waited, s.wait_minutes,
    )  # fmt: skip
    return _GroundRef(*g), _RulesRef(*r), state
