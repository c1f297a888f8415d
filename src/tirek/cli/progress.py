"""A progress bar on stderr while a terminal looks on; otherwise nothing."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def bar(title: str, total: float, *, always: bool = False) -> Iterator[Callable[[float], None]]:
    """Yield a function that is told how far the work has come, of `total`; `always` draws without a terminal too."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    off = not (always or sys.stderr.isatty())
    with Progress(*columns, console=Console(stderr=True), disable=off) as progress:
        task = progress.add_task(title, total=total)
        yield lambda done: progress.update(task, completed=done)
