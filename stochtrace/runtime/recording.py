"""The runtime of a run in reverse mode: as `runtime`, but zeros are such that tangents may be stored in them."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

from stochtrace import runtime
from stochtrace.runtime import taped_functions
from stochtrace.runtime.tape import Tape
from stochtrace.runtime.taped import LINEAR, zeros
from stochtrace.runtime.values import remade

LINEAR |= taped_functions.TABLE


def on(tape: Tape) -> ModuleType:
    """Return the runtime for one tape."""
    module = ModuleType(runtime.__name__)
    module.__dict__.update({name: value for name, value in vars(runtime).items() if not name.startswith("__")})

    def zero_like(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return zeros(tape, value.shape)
        if isinstance(value, range):
            return [zero_like(v) for v in value]
        if isinstance(value, list | tuple):
            return remade(value, [zero_like(v) for v in value])
        return {k: zero_like(v) for k, v in value.items()} if isinstance(value, dict) else 0.0

    def copied(value: Any) -> Any:
        return value.copy() if hasattr(value, "copy") else value

    module.__dict__.update(zero_like=zero_like, copied=copied)
    return module
