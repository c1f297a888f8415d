"""Linear programs for HiGHS: least cost with amounts from 0."""

from typing import Any

import highspy
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def least_cost(matrix: Any, cost: Floats, lower: Floats, upper: Floats, **options: object) -> Any:
    """A solver, set up and not yet run, for `min cost @ x` with `lower <= matrix @ x <= upper` and `x >= 0`.

    Parameters
    ----------
    matrix : sparse, in columns (csc), shape (R, C).
    cost : shape (C,).
    lower, upper : shape (R,); -inf and inf where a side is open.
    options : of HiGHS, by name.
    """
    program = highspy.HighsLp()
    program.num_row_, program.num_col_ = matrix.shape
    program.col_cost_ = cost
    program.col_lower_ = np.zeros(cost.size)
    program.col_upper_ = np.full(cost.size, np.inf)
    program.row_lower_, program.row_upper_ = lower, upper
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = matrix.indptr
    program.a_matrix_.index_ = matrix.indices
    program.a_matrix_.value_ = matrix.data
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    for option, value in options.items():
        solver.setOptionValue(option, value)
    solver.passModel(program)
    return solver
