"""Arrivals of the next days per area: the city's level and growth, spread by each area's recent share."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

GROWTH_SD = 0.03
"""Belief before any count: the daily growth rate is zero give or take 3 % (a doubling in 23 days)."""
GROWTH_DAMPING = 0.9
"""Each day ahead keeps 90 % of the growth of the day before: no wave grows for ever."""
LEVEL_HALF_LIFE_DAYS = 4.0
"""Age at which a day's count weighs half in level and growth."""
SHARE_HALF_LIFE_DAYS = 6.0
"""Age at which an arrival weighs half in its area's share."""
EXTRA_VARIANCE = 0.01
"""Day-to-day variance of the log count beyond chance (weekends, late entries): about 10 %."""


def level_and_growth(daily: Floats, prior_level: float) -> tuple[float, float]:
    """Arrivals a day now and their growth rate a day.

    Parameters
    ----------
    daily : arrivals of the whole city in windows of 24 h back from now, shape (W,); `daily[0]` is the last
        24 h; windows before counting began are left out by the caller.
    prior_level : arrivals a day believed before any count; weighs as one day.
    """
    days = daily.size
    if days == 0:
        return prior_level, 0.0
    if days == 1:
        return (prior_level + float(daily[0])) / 2, 0.0
    when = -(np.arange(days) + 0.5)
    weight = (
        np.maximum(daily, 1) / (1 + EXTRA_VARIANCE * daily) * 0.5 ** (np.arange(days) / LEVEL_HALF_LIFE_DAYS)
    )
    log_count = np.log(np.maximum(daily, 0.5))
    mean_when = np.average(when, weights=weight)
    mean_log = np.average(log_count, weights=weight)
    spread = np.sum(weight * (when - mean_when) ** 2) + GROWTH_SD**-2
    growth = float(np.sum(weight * (when - mean_when) * (log_count - mean_log)) / spread)
    level = float(np.exp(mean_log - growth * mean_when))
    return (level * days + prior_level) / (days + 1), growth


def arrivals_ahead(recent: Floats, windows: int, prior: Floats, middle_days: Floats) -> Floats:
    """Expected arrivals a day per area at some days ahead.

    Parameters
    ----------
    recent : arrivals per area in windows of 24 h back from now, shape (A, W).
    windows : how many of them have been counted; the first of them may be partly counted.
    prior : arrivals a day per area believed before any count, shape (A,).
    middle_days : days ahead, shape (S,).

    Returns
    -------
    Arrivals a day, shape (A, S).
    """
    level, growth = level_and_growth(recent[:, :windows].sum(axis=0), float(prior.sum()))
    fade = 0.5 ** ((np.arange(recent.shape[1]) + 0.5) / SHARE_HALF_LIFE_DAYS)
    weight = prior + 0.5 + recent @ fade
    damping = -np.log(GROWTH_DAMPING)
    factor = np.exp(growth * (1 - GROWTH_DAMPING**middle_days) / damping)
    return np.asarray(level * np.outer(weight / weight.sum(), factor))
