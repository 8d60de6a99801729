"""Unbiased derivatives of plain Python stochastic programs.

Names are imported when they are first used: the command line starts without NumPy, and generated files, which import
`stochtrace.runtime`, never load LibCST.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from stochtrace.version import __version__

if TYPE_CHECKING:
    from stochtrace.diagnostics import Refusal
    from stochtrace.estimation import (
        CheckpointError,
        Estimate,
        GradientEstimate,
        JacobianEstimate,
        Program,
        Triple,
    )
    from stochtrace.notebook import differentiate
    from stochtrace.runtime.checks import DomainError
    from stochtrace.runtime.cuts import new_weight, stop_gradient

__all__ = [
    "CheckpointError",
    "DomainError",
    "Estimate",
    "GradientEstimate",
    "JacobianEstimate",
    "Program",
    "Refusal",
    "Triple",
    "__version__",
    "differentiate",
    "new_weight",
    "stop_gradient",
]

_HOMES = {
    "CheckpointError": "stochtrace.estimation",
    "DomainError": "stochtrace.runtime.checks",
    "Estimate": "stochtrace.estimation",
    "GradientEstimate": "stochtrace.estimation",
    "JacobianEstimate": "stochtrace.estimation",
    "Program": "stochtrace.estimation",
    "Refusal": "stochtrace.diagnostics",
    "Triple": "stochtrace.estimation",
    "differentiate": "stochtrace.notebook",
    "new_weight": "stochtrace.runtime.cuts",
    "stop_gradient": "stochtrace.runtime.cuts",
    "load_ipython_extension": "stochtrace.magics",
}


_MODULES = ("jax", "optimize", "torch")


def __getattr__(name: str) -> object:
    if name in _MODULES:
        return import_module(f"stochtrace.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_MODULES})
