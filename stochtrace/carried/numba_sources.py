"""Sources of randomness in compiled code: a generator that is passed on and kept is a value that leads to ω."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator,misc"

from __future__ import annotations

import inspect
import re
import zlib
from collections.abc import Callable
from typing import Any

from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, models, register_jitable, register_model

from stochtrace.carried import numba_draws
from stochtrace.carried.draws import SPECIAL
from stochtrace.carried.numba_families import stub, written
from stochtrace.carried.numba_smooth import PLAIN, SmoothType, lifted
from stochtrace.carried.sources import OPTIONS, draw_of, parameters_of
from stochtrace.spellings import Spelling


class SourceType(types.Type):
    """The type of a source, which holds the addresses of the two records of ω."""

    def __init__(self, pair: Any) -> None:
        self.pair = pair
        super().__init__(name=f"Source({zlib.crc32(str(pair).encode())})")  # the pair's own name has kilobytes


@register_model(SourceType)
class SourceModel(models.StructModel):
    """A source is a struct."""

    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, [("uniforms", types.intp), ("other", types.intp)])


@intrinsic
def source_of(typing, omega):
    """Return the source of ω."""
    kind = SourceType(omega)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        made = cgutils.create_struct_proxy(kind)(context, builder)
        word = context.get_value_type(types.intp)
        records = cgutils.unpack_tuple(builder, arguments[0])
        made.uniforms, made.other = (builder.ptrtoint(record, word) for record in records)
        return made._getvalue()

    return kind(omega), generate


@intrinsic
def omega_of(typing, source):
    """Return the ω of a source."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        held = cgutils.create_struct_proxy(source)(context, builder, value=arguments[0])
        words = zip((held.uniforms, held.other), source.pair, strict=True)
        records = [builder.inttoptr(word, context.get_value_type(kind)) for word, kind in words]
        return context.make_tuple(builder, source.pair, records)

    return source.pair(source), generate


def unseeded(kinds):
    """Return what stands for a generator that is made with a seed: one that has none."""
    nothing = isinstance(kinds[1], types.NoneType | types.Omitted)
    return (lambda source, seed: source) if nothing else None


def seeded(kinds):
    """Return what stands for the one generator that is made with a seed."""
    whole = isinstance(kinds[1], types.Integer | types.NoneType | types.Omitted)
    return (lambda source, seed: source) if whole else None


UNSEEDED, SEEDED = stub("unseeded", "source, seed", unseeded), stub("seeded", "source, seed", seeded)


@register_jitable
def of_several(omega, site, p):
    """Return a choice among two or more, as `carried.draws.choice`."""
    if len(p) == 2:
        total = lifted(p[0]) + lifted(p[1])
        if total.v == 1.0:
            return numba_draws.bernoulli(omega, site, p[1] / total if total.d != 0.0 else lifted(p[1]))
    return numba_draws.categorical(omega, site, p)


# Draws that are made of others, by the values of their row of the table in order; None where compiled code has none.
MADE: dict[str, Callable[..., str | None]] = {
    "read": lambda: "rt.read(omega, site)",
    "binomial": lambda n, p: f"(rt.bernoulli(omega, site, {p}) if {n} == 1 else rt.binomial(omega, site, {n}, {p}))",
    "integers": lambda low, high, endpoint: integers(low, high, endpoint),
    "randrange": lambda start, stop, step: integers(start, stop, "False") if step == "1" else None,
    "choice": lambda a, p, replace, axis: chosen(a, p) if (replace, axis) == ("True", "0") else None,
    "choices": lambda a, weights, sums, k: f"[{weighted(a, weights)} for _ in range({k})]" if sums == "None" else None,
    "sample": lambda a, k, counts: (
        f"[{a}[i] for i in rt.subset(omega, site, len({a}), {k})]" if counts == "None" else None
    ),
    "shuffle": lambda x, axis: f"rt.reorder({x}, rt.permutation(omega, site, rt.count({x})))" if axis == "0" else None,
    "permutation": lambda x, axis: f"rt.take({x}, rt.permutation(omega, site, rt.count({x})))" if axis == "0" else None,
}
LACKING = {name for name in SPECIAL if name not in MADE}


def integers(low: str, high: str, endpoint: str) -> str | None:
    """Return the draw of an integer."""
    low, high = ("0", low) if high == "None" else (low, high)
    last = {"True": f"{high} + 1", "False": high}.get(endpoint)
    return None if last is None else f"rt.integers(omega, site, {low}, {last})"


def chosen(a: str, p: str) -> str:
    """Return the choice of a value."""
    index = f"rt.integers(omega, site, 0, rt.count({a}))" if p == "None" else f"of_several(omega, site, {p})"
    return f"rt.pick({a}, {index})"


def weighted(a: str, weights: str) -> str:
    """Return the choice of a value by weights."""
    return chosen(a, weights) if weights == "None" else f"{a}[rt.weighted(omega, site, {weights})]"


def drawing(place: Any) -> Callable[..., Any]:
    """Return the function that draws at a place of the program; on what is no source, it calls the method."""
    names = [*(f"a{i}" for i in range(place.positional)), *place.keywords]
    head = f"def function({', '.join(['source', *names])}):\n"
    line = None if place.row is None else written_out(place.row, names, place.positional)
    own = ", ".join([*names[: place.positional], *(f"{name}={name}" for name in place.keywords)])

    def typed(kinds: list[Any]) -> Any:
        source, given = kinds[0], dict(zip(names, kinds[1:], strict=True))
        if not isinstance(source, SourceType):
            return place.row and written(f"{head}    return source.{place.row.method}({own})", {})
        text = flipped(place.negated, given["a0"]) if place.row is None else line
        arrays = any(isinstance(kind, types.Array) for kind in given.values())
        if text is None or (arrays and ("rt.each(" not in text and "rt.pick(" not in text)):
            return None
        ours = {"rt": numba_draws, "omega_of": omega_of, "of_several": of_several}
        return written(f"{head}    omega, site = omega_of(source), {place.site}\n    return {text}", ours)

    return stub(place.name, ", ".join(["source", *names]), typed)


def flipped(negated: bool, kind: Any) -> str | None:
    """Return the decision of a fresh uniform, None where it is compared with something else than a number."""
    hit = "rt.flip(omega, site, a0)"
    return (f"not {hit}" if negated else hit) if isinstance(kind, (SmoothType, *PLAIN)) else None


def written_out(row: Spelling, names: list[str], positional: int) -> str | None:
    """Return the text of a draw of a row of the table, with these arguments; None where compiled code has none."""
    parameters = {parameter.name: parameter.default for parameter in parameters_of(row)}
    allowed = [*parameters, *(["size"] if row.sized else [])]
    bound = dict(zip(allowed, names[:positional], strict=False)) | {name: name for name in names[positional:]}
    options = [name for name in bound if name in OPTIONS and not row.mentions(name)]
    missing = [name for name, default in parameters.items() if default is inspect.Parameter.empty and name not in bound]
    if options or missing or len(bound) < len(names) or not bound.keys() <= {*allowed} or (row.dimensions and names):
        return None
    given = {name: bound.get(name, repr(default)) for name, default in parameters.items()}
    frame, name, arguments = draw_of(row)
    values = [substituted(part, given) for part in arguments.split(", ")] if arguments else []
    if "size" in bound:
        each = name not in (*SPECIAL, "binomial")
        line = f"rt.each({', '.join([f'rt.{name}', 'omega', 'site', bound['size'], *values])})" if each else None
    elif name in MADE:
        line = MADE[name](*values)
    else:
        line = None if name in LACKING else f"rt.{name}({', '.join(['omega', 'site', *values])})"
    return None if line is None else substituted(frame, given) + line


def substituted(text: str, given: dict[str, str]) -> str:
    """Return an expression of a row with arguments in the place of its parameters."""
    return re.sub(r"\b[a-zA-Z_]\w*\b", lambda match: given.get(match[0], match[0]), text)
