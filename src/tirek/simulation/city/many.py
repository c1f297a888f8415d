"""Many runs of a city: one after another, on processes, or on a Dask cluster. The results are the same."""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Any

from tirek.domain.errors import InputError
from tirek.simulation.city.build import RunSettings
from tirek.simulation.city.model import CityModel
from tirek.simulation.city.result import all_figures, history_of
from tirek.simulation.city.run import simulate_city
from tirek.simulation.city.scenario import Scenario
from tirek.simulation.record import History

Progress = Callable[[int], None]
"""Told how many days more have been simulated."""
CONNECT_SECONDS = 10
"""How long a Dask scheduler may take to answer."""


@dataclass(frozen=True, eq=False)
class Job:
    """One run."""

    model: CityModel
    scenario: Scenario
    settings: RunSettings
    days: int
    keep: bool
    """Whether the hour-by-hour record is wanted, not only the figures."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """Figures of one run, and its record where it was kept."""

    figures: dict[str, float]
    history: History | None


def run_job(job: Job, progress: Progress | None = None) -> Outcome:
    """Simulate one job."""
    run = simulate_city(job.model, job.scenario, job.settings, job.days, progress and (lambda _: progress(1)))
    history = history_of(run)
    return Outcome(all_figures(run, history), history if job.keep else None)


def run_many(
    model: CityModel,
    scenario: Scenario,
    settings: RunSettings,
    days: int,
    runs: int = 1,
    *,
    workers: int = 1,
    cluster: str | None = None,
    progress: Progress | None = None,
) -> list[Outcome]:
    """Run with the seeds `settings.seed`, + 1, + 2, ...; outcomes in this order, the first with its record.

    Parameters
    ----------
    workers : processes; 1 runs here.
    cluster : address of a Dask scheduler (`tcp://...`), used instead of processes.
    """
    if runs < 1:
        raise InputError(f"runs: expected at least 1, found {runs}")
    jobs = [
        Job(model, scenario, replace(settings, seed=settings.seed + i), days, keep=i == 0)
        for i in range(runs)
    ]
    if cluster is not None:
        done = _on_cluster(jobs, cluster)
    elif workers > 1 and runs > 1:
        done = _on_processes(jobs, workers)
    else:
        return [run_job(job, progress) for job in jobs]
    outcomes: dict[int, Outcome] = {}
    for i, outcome in done:
        outcomes[i] = outcome
        if progress is not None:
            progress(days)
    return [outcomes[i] for i in range(runs)]


def _on_processes(jobs: list[Job], workers: int) -> Iterator[tuple[int, Outcome]]:
    # A fresh process each: forking one that has threads (the progress bar, a solver) may hang.
    context = get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(jobs)), context) as pool:
        futures = {pool.submit(run_job, job): i for i, job in enumerate(jobs)}
        for future in as_completed(futures):
            yield futures[future], future.result()


def _on_cluster(jobs: list[Job], address: str) -> Iterator[tuple[int, Outcome]]:
    try:
        import distributed as dask
    except ImportError:
        raise InputError("--cluster needs the extra `cluster`: pip install 'tirek[cluster]'") from None
    distributed: Any = dask
    try:
        client = distributed.Client(address, timeout=CONNECT_SECONDS)
    except (OSError, ValueError, TimeoutError) as error:
        raise InputError(f"no Dask scheduler answers at {address} ({type(error).__name__})") from None
    with client:
        futures = {client.submit(run_job, job, pure=False): i for i, job in enumerate(jobs)}
        for future in distributed.as_completed(list(futures)):
            yield futures[future], future.result()
