"""Methods of `scipy.stats` distributions and their partials: `norm_logpdf(x, loc, scale)`, `norm_logpdf_scale`, ...

Of numbers, and element by element of arrays and lists. Each is made when it is first asked for, from the standard
distribution in `densities`: with z = (x - loc) / scale, f its density and z' = dz/da at fixed F,

    d log(f(z) / scale)  =  score / scale (dx - loc_dot)  -  (1 + z score) / scale scale_dot  +  score_a a_dot
    d F(z)               =  f(z) ((dx - loc_dot - z scale_dot) / scale  -  z' a_dot)
    d (loc + scale z)    =  loc_dot + z scale_dot + scale (dq / f(z)  +  z' a_dot)           at F(z) = q.

Outside the support values are those of SciPy and partials are 0, but for a density that jumps at an end of its support:
there x, and what moves that end, raise an error. Parameters outside their domain give NaN.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from math import exp, floor, inf, log, nan
from types import ModuleType
from typing import Any

import numpy as np

from stochtrace.runtime.checks import DomainError
from stochtrace.runtime.densities.family import Family, log_of_tail, over

FAMILIES = "stochtrace.runtime.densities"
NAME = re.compile(r"(\w+?)_(logpdf|pdf|logpmf|pmf|logcdf|cdf|logsf|sf|ppf|isf)(?:_(\w+))?")
INSIDE = "{low} < z < {high}"
LOG_LOWER, LOG_UPPER = "log_of_tail(lower(z{S}), upper(z{S}))", "log_of_tail(upper(z{S}), lower(z{S}))"
# what stands before z, the value, and the factor of all partials
CONTINUOUS = {
    "logpdf": ("log_density(z{S}) - log(scale) if {support} else -inf", "1.0"),
    "pdf": ("exp(log_density(z{S})) / scale if {support} else 0.0", "exp(f) / scale"),
    "cdf": ("0.0 if z <= {low} else 1.0 if z >= {high} else lower(z{S})", "exp(f)"),
    "sf": ("1.0 if z <= {low} else 0.0 if z >= {high} else upper(z{S})", "-exp(f)"),
    "logcdf": ("-inf if z <= {low} else 0.0 if z >= {high} else {log_lower}", "hazard(f, {log_lower})"),
    "logsf": ("0.0 if z <= {low} else -inf if z >= {high} else {log_upper}", "-hazard(f, {log_upper})"),
}
QUANTILES = {
    "ppf": ("{low} if q == 0.0 else {high} if q == 1.0 else quantile(q{S})", ""),
    "isf": ("{high} if q == 0.0 else {low} if q == 1.0 else upper_quantile(q{S})", "-"),
}
DISCRETE = {
    "logpmf": ("log_mass(int(k){S}) if {whole} else -inf", "score_{by}(int(k){S}) if {whole} else 0.0"),
    "pmf": ("exp(log_mass(int(k){S})) if {whole} else 0.0", "{mass} if {whole} else 0.0"),
    "cdf": ("0.0 if {under} else 1.0 if k >= {high} else lower({j}{S})", "{flow} if {part} else 0.0"),
    "sf": ("1.0 if {under} else 0.0 if k >= {high} else upper({j}{S})", "-{flow} if {part} else 0.0"),
    "logcdf": (
        "-inf if {under} else 0.0 if k >= {high} else log_of_tail(lower({j}{S}), upper({j}{S}))",
        "over({flow}, lower({j}{S})) if {part} else 0.0",
    ),
    "logsf": (
        "0.0 if {under} else -inf if k >= {high} else log_of_tail(upper({j}{S}), lower({j}{S}))",
        "-over({flow}, upper({j}{S})) if {part} else 0.0",
    ),
}


class Method:
    """A function of numbers, applied to all elements of arrays, lists and tuples; `signature` has its parameters."""

    def __init__(self, scalar: Callable[..., float], signature: str) -> None:
        self.scalar, self.signature = scalar, signature
        self.whole = np.vectorize(scalar, otypes=[np.float64])

    def __call__(self, *arguments: Any) -> Any:
        arrays = any(isinstance(a, np.ndarray | list | tuple) for a in arguments)
        return self.whole(*arguments) if arrays else self.scalar(*arguments)


def __getattr__(name: str) -> Method:
    match = NAME.fullmatch(name)
    if match is None or importlib.util.find_spec(f"{FAMILIES}.{match[1]}") is None:
        raise AttributeError(name)
    globals()[name] = made = made_of(*match.groups())
    return made


def made_of(name: str, method: str, by: str | None) -> Method:
    """Return a method of a family, or its partial by one argument."""
    module = importlib.import_module(f"{FAMILIES}.{name}")
    family: Family = module.FAMILY
    text = discrete(module, method, by) if family.discrete else continuous(module, method, by)
    space: dict[str, Any] = {**PRELUDE, **vars(module)}
    exec(text, space)
    return Method(space["function"], signature(family, method))


def signature(family: Family, method: str) -> str:
    """Return the parameters of a method with their defaults."""
    first = "q" if method in QUANTILES else "k" if family.discrete else "x"
    return ", ".join([first, *family.shapes.split(), "loc=0", *([] if family.discrete else ["scale=1.0"])])


def continuous(module: ModuleType, method: str, by: str | None) -> str:
    """Return the text of a method of a continuous family."""
    family: Family = module.FAMILY
    words = words_of(family)
    words["inside"] = INSIDE.format(**words)
    words["support"] = closed(family)
    for side, default in (("log_lower", LOG_LOWER), ("log_upper", LOG_UPPER)):
        words[side] = f"{side}(z{words['S']})" if hasattr(module, side) else default.format(**words)
    lines = [f"def function({signature(family, method)}):", f"    if not ({family.valid} and scale > 0.0):", BAD]
    if method in QUANTILES:
        lines += ["    if not 0.0 <= q <= 1.0:", BAD, f"    z = {QUANTILES[method][0].format(**words)}"]
        return "\n".join([*lines, *quantile_lines(family, QUANTILES[method][1], by, words)])
    lines += ["    z = (x - loc) / scale", "    if z != z:", BAD]
    value, factor = CONTINUOUS[method]
    if by is None:
        return "\n".join([*lines, f"    return {value.format(**words)}"])
    density = method in ("logpdf", "pdf")
    where = words["support"] if density else words["inside"]
    lines += crossing(module, method, by, words["S"]) if density else []
    lines += [f"    f = log_density(z{words['S']}) if {where} else -inf", "    if f - f != 0.0:", "        return 0.0"]
    lines += [f"    factor = {factor.format(**words)}", "    if factor == 0.0:", "        return 0.0"]
    return "\n".join([*lines, f"    return factor * {direction(density, by, words['S'])}"])


def crossing(module: ModuleType, method: str, by: str, shapes: str) -> list[str]:
    """Return lines that raise an error where the density jumps at an end of the support that moves past x.

    Inside and outside the support the derivative is known, but not what flows over the end.
    """
    family, lines = module.FAMILY, []
    name, limit = module.__name__.rpartition(".")[2], "at_end" if hasattr(module, "at_end") else "log_density"
    for end, outside in ((family.low, "<"), (family.high, ">")):
        moving = by in ("x", "loc", end) or (by == "scale" and end != "0.0")
        if moving and not end.endswith("inf"):
            lines.append(f"    if z {outside} {end} and {limit}({end}{shapes}) > -inf:")
            lines.append(f"        raise DomainError('{JUMP.format(name=name, method=method)}')")
    return lines


def direction(density: bool, by: str, shapes: str) -> str:
    """Return what the factor of a partial is multiplied with."""
    score = f"score(z{shapes})"
    match by:
        case "x":
            return f"{score} / scale" if density else "1.0 / scale"
        case "loc":
            return f"-{score} / scale" if density else "-1.0 / scale"
        case "scale":
            return f"-(1.0 + times(z, {score})) / scale" if density else "-z / scale"
    return f"score_{by}(z{shapes})" if density else f"-slope_{by}(z{shapes})"


def quantile_lines(family: Family, sign: str, by: str | None, words: dict[str, str]) -> list[str]:
    """Return the last lines of a quantile or of its partial."""
    match by:
        case None:
            return ["    return loc + scale * z"]
        case "loc":
            return ["    return 1.0"]
        case "scale":
            return ["    return z"]
        case "q":
            f = f"log_density(z{words['S']}) if {words['support']} and z - z == 0.0 else -inf"
            return [f"    f = {f}", f"    return {sign}scale * (exp(-f) if f > -700.0 else inf)"]
    ends = [
        f"    if z == {end}:\n        return {'scale' if end == by else '0.0'}" for end in (family.low, family.high)
    ]
    return [*ends, f"    return scale * slope_{by}(z{words['S']})"]


def discrete(module: ModuleType, method: str, by: str | None) -> str:
    """Return the text of a method of a discrete family."""
    family: Family = module.FAMILY
    words = words_of(family) | {"by": by or "", "j": "int(floor(k))"}
    words["whole"] = "{low} <= k <= {high} and k - k == 0 and floor(k) == k".format(**words)
    words["under"] = "k == -inf" if family.low == "-inf" else f"k < {family.low}"
    words["part"] = "not {under} and k < {high}".format(**words)
    words["flow"] = "flow_{by}({j}{S})".format(**words)
    own = hasattr(module, f"mass_{by}")
    words["mass"] = ("mass_{by}(int(k){S})" if own else "exp(log_mass(int(k){S})) * score_{by}(int(k){S})").format(
        **words
    )
    lines = [f"def function({signature(family, method)}):", f"    if not ({family.valid}):", BAD]
    if method in QUANTILES:
        lines += ["    if not 0.0 <= q <= 1.0:", BAD, *([] if method == "ppf" else ["    q = 1.0 - q"])]
        lines += [f"    if q == 0.0:\n        return loc - 1.0 + {family.low}"]
        lines += [f"    if q == 1.0:\n        return loc + 0.0 + {family.high}", f"    k = quantile(q{words['S']})"]
        lines += [f"    if k > {family.low} and lower(k - 1{words['S']}) >= q:\n        k -= 1"]
        return "\n".join([*lines, "    return loc + float(k)"])
    lines += ["    k = k - loc", "    if k != k:", BAD]
    return "\n".join([*lines, f"    return {DISCRETE[method][by is not None].format(**words)}"])


def closed(family: Family) -> str:
    """Return the test of the closed support; infinity is never in it."""
    left = "<" if family.low == "-inf" else "<="
    return f"{family.low} {left} z {'<' if family.high == 'inf' else '<='} {family.high}"


def words_of(family: Family) -> dict[str, str]:
    """Return what stands for the words in the texts above."""
    return {"S": "".join(f", {s}" for s in family.shapes.split()), "low": family.low, "high": family.high}


def hazard(log_density: float, log_tail: float) -> float:
    """Return the density over the tail; 0 where the tail underflows."""
    return exp(log_density - log_tail) if log_tail > -inf else 0.0


def times(z: float, score: float) -> float:
    """Return z * score; 0 where z is 0."""
    return z * score if z != 0.0 else 0.0


JUMP = (
    "{name}.{method} jumps at an end of its support, which moves: x is outside, and its derivative is not known; "
    "ask before whether x is inside, in an `if`: that is a decision which stochtrace follows"
)
BAD = "        return nan"
PRELUDE: dict[str, Any] = {f.__name__: f for f in (exp, floor, log, hazard, times, log_of_tail, over)}
PRELUDE |= {"inf": inf, "nan": nan, "DomainError": DomainError}
