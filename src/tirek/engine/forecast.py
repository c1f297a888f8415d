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


def level_and_growth(daily: Floats, elapsed_days: float, prior_level: float) -> tuple[float, float]:
    """Arrivals a day now and their growth rate a day.

    A recent mean that starts from the prior is blended with the end of a line through the logs of full days,
    which weighs a day for each of them.

    Parameters
    ----------
    daily : arrivals of the whole city in windows of 24 h back from now, shape (W,); the last 24 h first.
    elapsed_days : how long arrivals have been counted.
    prior_level : arrivals a day believed before any count; weighs as one day.
    """
    age = np.arange(daily.size)
    fade = 0.5 ** (age / LEVEL_HALF_LIFE_DAYS)
    covered = np.clip(elapsed_days - age, 0.0, 1.0)
    belief = 0.5 ** (elapsed_days / LEVEL_HALF_LIFE_DAYS)
    mean = (belief * prior_level + float(fade @ daily)) / (belief + float(fade @ covered))
    days = min(int(elapsed_days), daily.size)
    if days < 2:
        return mean, 0.0
    count, when = daily[:days], -(age[:days] + 0.5)
    weight = np.maximum(count, 1) / (1 + EXTRA_VARIANCE * count) * fade[:days]
    log_count = np.log(np.maximum(count, 0.5))
    mean_when = np.average(when, weights=weight)
    mean_log = np.average(log_count, weights=weight)
    spread = np.sum(weight * (when - mean_when) ** 2) + GROWTH_SD**-2
    growth = float(np.sum(weight * (when - mean_when) * (log_count - mean_log)) / spread)
    level = float(np.exp(mean_log - growth * mean_when))
    return (level * days + mean) / (days + 1), growth


def arrivals_ahead(recent: Floats, elapsed_days: float, prior: Floats, middle_days: Floats) -> Floats:
    """Expected arrivals a day per area at some days ahead.

    Parameters
    ----------
    recent : arrivals per area in windows of 24 h back from now, shape (A, W).
    elapsed_days : how long they have been counted.
    prior : arrivals a day per area believed before any count, shape (A,).
    middle_days : days ahead, shape (S,).

    Returns
    -------
    Arrivals a day, shape (A, S).
    """
    level, growth = level_and_growth(recent.sum(axis=0), elapsed_days, float(prior.sum()))
    ages = np.arange(recent.shape[1]) + 0.5
    belief = 0.5 ** (elapsed_days / SHARE_HALF_LIFE_DAYS)
    weight = belief * prior + 0.5 + recent @ 0.5 ** (ages / SHARE_HALF_LIFE_DAYS)
    damping = -np.log(GROWTH_DAMPING)
    factor = np.exp(growth * (1 - GROWTH_DAMPING**middle_days) / damping)
    return np.asarray(level * np.outer(weight / weight.sum(), factor))
