"""One way to change anything: a transaction that takes its turn."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

_turn = threading.RLock()
"""SQLite has one writer. Threads that queue here wait their turn; left to SQLite they would sleep and race."""


@contextmanager
def write() -> Iterator[None]:
    """Open a transaction: all of it is kept, or nothing.

    On SQLite it begins IMMEDIATE (settings), so what it reads cannot change before it writes. On PostgreSQL
    whoever decides by what they read locks the rows first. Nested, it joins the outer one.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    with _turn, transaction.atomic():
        yield
