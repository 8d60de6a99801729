"""Calls of methods of `scipy.stats` distributions that do not draw: `norm.logpdf(x, mu, sigma)`, frozen ones too.

A method of a family of the table of spellings is a function of the runtime, `rt.stats.norm_logpdf`, and its partial in
an argument is another one, `rt.stats.norm_logpdf_loc`. An argument is differentiable if it is real: one of the draw's
that is, a place or a scale; the argument of a discrete distribution is not, and its quantiles jump.
"""

from __future__ import annotations

from typing import NamedTuple

import libcst as cst

from stochtrace.spellings import Spelling, find
from stochtrace.transform.binding import Bound, bind, signature
from stochtrace.transform.frozen import Stats
from stochtrace.transform.names import Parameter
from stochtrace.transform.nodes import code, inside
from stochtrace.transform.pairs import pairs
from stochtrace.transform.source import Source

DENSITIES = {"pdf": "pmf", "logpdf": "logpmf"}
TAILS = ("cdf", "sf", "logcdf", "logsf")
QUANTILES = ("ppf", "isf")
METHODS = (*DENSITIES, *DENSITIES.values(), *TAILS, *QUANTILES)
DEFAULTS = {("loc", "0"), ("loc", "0.0"), ("scale", "1.0"), ("scale", "1")}


class Density(NamedTuple):
    """A call of a method: the function of the runtime, its arguments, why some of them cannot be differentiated."""

    function: str
    arguments: Bound
    integers: dict[str, str]

    @property
    def given(self) -> list[cst.BaseExpression]:
        """The arguments without the defaults at their end."""
        values = [*self.arguments.items()]
        while (values[-1][0], code(values[-1][1])) in DEFAULTS:
            values.pop()
        return [value for _, value in values]


def density(source: Source, node: cst.Call, stats: Stats) -> Density:
    """Return the function that a method of a distribution is; refuse one that is not known."""
    spelling = find(stats.name, "scipy")
    if spelling is None or of_vectors(spelling):
        source.refuse(node, f"the distribution `{stats.name}` is not known here", "", "Write its formula out.")
    discrete = "scale" not in spelling.call and stats.name != "vonmises"
    if stats.method in (DENSITIES if discrete else DENSITIES.values()):
        kind, other = ("discrete", "pmf or logpmf") if discrete else ("continuous", "pdf or logpdf")
        source.refuse(node, f"`{stats.name}` is {kind}, and has no `{stats.method}`", "", f"Call its {other}.")
    first = Parameter("q" if stats.method in QUANTILES else "k" if discrete else "x", None, None)
    bound = bind(source, stats.call, (first, *signature(spelling.call)), f"{stats.name}.{stats.method}")
    return Density(f"{stats.name}_{stats.method}", bound, dict(fixed(spelling, first.name, discrete)))


def of_vectors(spelling: Spelling) -> bool:
    """Tell whether a distribution is one of vectors, of which the runtime has no density."""
    distribution = spelling.draw.partition("(")[0]
    return distribution in pairs() and pairs()[distribution].vector


def fixed(spelling: Spelling, first: str, discrete: bool) -> list[tuple[str, str]]:
    """Return the arguments by which a method cannot be differentiated, each with the reason."""
    names = [p.name for p in signature(spelling.call)]
    real = real_parameters(spelling) if discrete else {*names, first}
    integer = "It is an integer: a derivative by it does not exist."
    if discrete and first == "q":
        return [(name, "Quantiles of a discrete distribution jump.") for name in (first, *names)]
    return [(name, integer) for name in (first, *names) if name not in real]


def real_parameters(spelling: Spelling) -> set[str]:
    """Return the parameters that stand where the sampler of a discrete draw takes a real number."""
    call = next(inside(cst.parse_expression(spelling.draw), cst.Call))
    pair = pairs().get(cst.ensure_type(call.func, cst.Name).value)
    taken = [p for p in pair.parameters if not p.endswith("_dot")] if pair else []
    real = [a for p, a in zip(taken, call.args, strict=False) if pair and pair.has_tangent(p)]
    return {name.value for argument in real for name in inside(argument, cst.Name)}
