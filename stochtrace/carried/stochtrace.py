"""The package `stochtrace`, as a model calls it, for carried values too."""

from __future__ import annotations

from typing import Any

import numpy as _np

import stochtrace as _stochtrace
from stochtrace.carried.arguments import plain as _plain
from stochtrace.carried.running import hashed as _hashed
from stochtrace.carried.smooth import STEADY as _STEADY
from stochtrace.carried.smooth import Smooth as _Smooth
from stochtrace.runtime.cuts import new_weight as _new_weight
from stochtrace.runtime.values import remade as _remade


def __getattr__(name: str) -> Any:
    return getattr(_stochtrace, name)


def new_weight(w: Any) -> Any:
    """Return 1, with the relative derivative of w; it depends on no draw."""
    if isinstance(w, _np.ndarray) and w.dtype == object:
        weights = _np.empty(w.size, dtype=object)
        weights[:] = [new_weight(v) for v in w.flat]
        return weights.reshape(w.shape)
    if type(w) is not _Smooth:
        return _new_weight(w)
    return _Smooth(1.0, w.d / w.v, -1, 0.0, 0.0, _STEADY, "parameter", ()) if w.d else 1.0


def stop_gradient(x: Any) -> Any:
    """Return x, without its derivative; the draws of x still act through it, beside decisions."""
    if isinstance(x, _np.ndarray) and x.dtype == object:
        return _np.array([stop_gradient(v) for v in x.flat], dtype=float).reshape(x.shape)
    if isinstance(x, dict):
        return {key: stop_gradient(v) for key, v in x.items()}
    if isinstance(x, tuple | list):
        return _remade(x, [stop_gradient(v) for v in x])
    if type(x) is _Smooth and x.k >= 0:
        _hashed()
    return _plain(x)
