"""The module `scipy.stats`: distributions, called or frozen, draw at sites by their rows of the table of spellings.

`at(stats.norm, 3).rvs(mu, sigma, size=5, random_state=rng)` draws at site 3, and so does a frozen distribution,
wherever the program passes it. Densities and distribution functions take carried values too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial
from types import ModuleType
from typing import Any

import numpy as _np
from scipy import stats as _stats

from stochtrace.carried import vector_densities as _vectors
from stochtrace.carried.arguments import plain as _plain
from stochtrace.carried.checks import holds as _holds
from stochtrace.carried.checks import of_plain_values as _of_plain_values
from stochtrace.carried.checks import still as _still
from stochtrace.carried.densities import carried as _carried
from stochtrace.carried.draws import called as _draw
from stochtrace.carried.running import Refused as _Refused
from stochtrace.carried.running import seeded as _seeded
from stochtrace.carried.sources import Source as _Source
from stochtrace.runtime import moved_counts as _moved_counts
from stochtrace.runtime import scaled_each as _scaled_of_numbers
from stochtrace.runtime import stats as _rules
from stochtrace.spellings import Spelling as _Spelling
from stochtrace.spellings import find as _find

_METHODS = {*_rules.CONTINUOUS, *_rules.DISCRETE, *_rules.QUANTILES}
# Functions of data that neither draw nor keep anything.
_PURE = {
    "chisquare", "describe", "entropy", "gmean", "hmean", "iqr", "kendalltau", "kurtosis", "linregress",
    "mode", "moment", "pearsonr", "percentileofscore", "rankdata", "sem", "skew", "spearmanr", "trim_mean",
    "ttest_1samp", "ttest_ind", "ttest_rel", "variation", "zscore",
}  # fmt: skip


@cache
def _sampler(row: _Spelling) -> Callable[..., Any]:
    """Return the function (site, size, parameters) of a row that draws."""
    frame, name, arguments = re.fullmatch(r"(.*?)(\w+)\((.*)\)", row.draw).groups()  # type: ignore[union-attr]
    arguments = ", ".join(each if each.isidentifier() else _computed(each) for each in arguments.split(", "))
    head = row.call.split("(", 1)[1].rstrip(")")
    head += "" if "size=" in head else ", size=None" if head else "size=None"
    space: dict[str, Any] = {"draw": _draw, "checked": _checked, "scaled": _scaled}
    space |= {"framed": _framed, "moved": _moved, "arrayed": _arrayed}
    size = f"framed(size, ({frame.replace(' + ', ', ').replace(' * ', ', ')}), ({arguments},))" if frame else "size"
    frame = frame.replace("scale", "scaled(site, scale)")
    frame = frame if "scale" in row.call else frame.replace("loc", "moved(site, loc)")
    exec(
        f"def rvs(site, {head}, random_state=None):\n    checked(random_state)\n"
        f"    return {frame}draw(site, {size}, {name!r}, {arguments})",
        space,
    )
    return space["rvs"]  # type: ignore[no-any-return]


def _framed(size: Any, frame: tuple[Any, ...], arguments: tuple[Any, ...]) -> Any:
    """Return the size of draws that arrays move or stretch: as for parameters, that to which all broadcast."""
    if size is not None or all(map(_is_number, frame)):
        return size
    return _np.broadcast_shapes(*map(_np.shape, (*frame, *arguments)))


def _is_number(part: Any) -> bool:
    return not isinstance(part, _np.ndarray | list | tuple)


def _scaled(site: int, scale: Any) -> Any:
    """Return a scale as it is; a negative one leaves the domain."""
    _scaled_of_numbers(site, _plain(scale))
    return _np.array(scale, dtype=object) if isinstance(scale, list | tuple) else scale


def _computed(argument: str) -> str:
    return re.sub(r"[^\W\d]\w*", r"arrayed(\g<0>)", argument)


def _arrayed(parameter: Any) -> Any:
    """Return a parameter with which a row computes: a list as an array."""
    return _np.array(parameter) if isinstance(parameter, list | tuple) else parameter


def _moved(site: int, loc: Any) -> Any:
    """Return the place of counts as it is; what moves is refused, and what is not whole leaves the domain."""
    _moved_counts(site, _still("loc", loc))
    return _arrayed(loc)


def _checked(source: Any) -> None:
    """Refuse a generator that is none, and the same seed twice."""
    if source is None or type(source) is _Source:
        return
    if type(source) is ModuleType and type(getattr(source, "_SOURCE", None)) is _Source:
        return
    if isinstance(source, int):
        _seeded("scipy", source)
        return
    raise _Refused("this `random_state` is no generator that stochtrace knows", "Pass `rng` itself.")


def _method(law: str, name: str, *args: Any, **kwargs: Any) -> Any:
    """Return a method of a distribution, of carried values by the runtime's partials."""
    if law in _vectors.LOGARITHMS and name in _vectors.METHODS and (_holds(args) or _holds(kwargs)):
        return _vectors.density(law, name, *args, **kwargs)
    if name in _METHODS and (_holds(args) or _holds(kwargs)):
        return _carried(law, name, args, kwargs)
    return _of_plain_values(f"scipy.stats.{law}.{name}", getattr(getattr(_stats, law), name))(*args, **kwargs)


class Law:
    """A distribution of scipy.stats."""

    def __init__(self, name: str) -> None:
        self._name, self._row = name, _find(name, "scipy")

    def __call__(self, *args: Any, **kwargs: Any) -> Frozen:
        return Frozen(self, args, kwargs)

    def __deepcopy__(self, memo: Any) -> Law:
        return self

    def _at(self, site: int) -> Placed:
        return Placed(self, site)

    def __getattr__(self, name: str) -> Any:
        if name == "rvs":
            raise _Refused(f"`{self._name}.rvs` is passed on before it is called", "Call it where it is named.")
        return partial(_method, self._name, name)


class Frozen:
    """A distribution with its parameters."""

    def __init__(self, law: Law, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self._law, self.args, self.kwds = law, args, kwargs

    def __deepcopy__(self, memo: Any) -> Frozen:
        return self

    def _at(self, site: int) -> Placed:
        return Placed(self._law, site, self)

    def __getattr__(self, name: str) -> Any:
        if name == "rvs":
            raise _Refused(f"`{self._law._name}(...).rvs` is passed on before it is called", "Pass what holds it.")

        def method(*x: Any, **more: Any) -> Any:
            return _method(self._law._name, name, *x[:1], *self.args, *x[1:], **self.kwds, **more)

        return method


class Placed:
    """A distribution at a site."""

    def __init__(self, law: Law, site: int, frozen: Frozen | None = None) -> None:
        self._law, self._site, self._frozen = law, site, frozen

    def rvs(self, *args: Any, **kwargs: Any) -> Any:
        """Return one draw, or `size` of them; of a frozen distribution of vectors, 1 as long as none is given."""
        row = self._law._row
        if row is None:
            raise _Refused(
                f"stochtrace does not know the draw `scipy.stats.{self._law._name}`",
                "Write it with draws that it knows.",
            )
        if self._frozen is None:
            return _sampler(row)(self._site, *args, **kwargs)
        options = {"size": 1} if "size=" in row.call else {}
        options |= dict(zip(("size", "random_state"), args, strict=False)) | kwargs
        return _sampler(row)(self._site, *self._frozen.args, **self._frozen.kwds, **options)


def __getattr__(name: str) -> Any:
    found = getattr(_stats, name)
    if isinstance(found, _stats.rv_continuous | _stats.rv_discrete) or _find(name, "scipy") is not None:
        globals()[name] = Law(name)
        return globals()[name]
    if name in _PURE:
        return _of_plain_values(f"scipy.stats.{name}", found)
    if name.startswith("__"):
        raise AttributeError(name)
    instead = "`rng.choice(values, p=probabilities)` draws from a list. Else move it out of the model."
    raise _Refused(f"stochtrace cannot see into `scipy.stats.{name}`", f"It could draw. {instead}")
