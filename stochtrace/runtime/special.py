"""SciPy's special functions, for partials in generated programs: imported where a program calls one of them."""

from typing import Any

import scipy


def __getattr__(name: str) -> Any:
    return getattr(scipy.special, name)
