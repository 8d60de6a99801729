"""Reverse mode: exact means of whole programs, and the same numbers as forward mode where both take the same jumps."""

from __future__ import annotations

import pytest
from lattice import Case, check_recorded
from test_lattice import WHOLE, table


@pytest.mark.parametrize("case", table(WHOLE))
def test_all_jumps_have_the_exact_mean(case: Case) -> None:
    check_recorded(case)
