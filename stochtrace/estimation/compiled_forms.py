"""The forms of a program that call what Numba lacks, and what they call: compiled functions, records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from numba import types

from stochtrace.carried import (
    numba_axes,
    numba_bins,
    numba_containers,
    numba_holding,
    numba_iterators,
    numba_joins,
    numba_keys,
    numba_library,
    numba_linear,
    numba_objects,
    numba_products,
    numba_quantiles,
    numba_records,
    numba_special,
    numba_statistics,
    numba_values,
)
from stochtrace.carried.numba_memory import SIGNATURES
from stochtrace.estimation.anchored import ALWAYS, always_true, forms_of, typed_forms
from stochtrace.estimation.compiled_recursive import REQUIRING
from stochtrace.estimation.functions import Functions, Given
from stochtrace.estimation.words import in_words
from stochtrace.lowering.classes import OBJECTS
from stochtrace.lowering.movable import MOVABLE
from stochtrace.lowering.records import MAKE, READ, REAL, STEP, WRITE
from stochtrace.lowering.trees import MOVABLE_NUMBER, PREFIX
from stochtrace.runtime import numba_side
from stochtrace.runtime.numba_symbols import library

numba_special.register()
numba_products.register()
numba_linear.register()
numba_quantiles.register()
numba_statistics.register()
numba_side.register(always_true)
TABLES = (
    *(numba_keys.BY_KEY, numba_iterators.ITERATORS, numba_containers.CONTAINERS),
    *(numba_joins.JOINS, numba_axes.ALONG, numba_bins.BINS, numba_holding.MAKING),
)
LOWERED = {name: function for table in TABLES for name, function in table.items()}
HELPERS = {MOVABLE: numba_values.movable, MOVABLE_NUMBER: numba_values.movable_number}
HELPERS |= {PREFIX + name: function for name, function in LOWERED.items()} | {ALWAYS: always_true} | REQUIRING
ON_RECORDS: dict[str, Callable[[tuple[str, ...]], Any]] = {
    MAKE: numba_records.record_of,
    READ: lambda keys: numba_records.reader_of(*keys),
    WRITE: lambda keys: numba_records.writer_of(*keys),
    STEP: lambda keys: numba_records.writer_of(*keys, number=True),
    REAL: lambda keys: numba_records.real,
}


@cache
def shared_library(key: str) -> list[Any]:
    """Compile what all programs on carried values share, or find it on disk under a key."""
    return library(Path(numba_library.__file__), "library", key, SIGNATURES, error_model="numpy")


def lowered(functions: Functions, given: Given) -> Iterator[Functions]:
    """Yield the forms of a program with tangent lines without what Numba lacks."""
    for form in forms_of(functions, HELPERS, ON_RECORDS)[:-1]:
        yield from in_words(form)
    for form in typed_forms(functions, given, HELPERS, ON_RECORDS):
        yield from in_words(form)


def declare_contents(space: dict[str, Any], words: bool) -> list[Any]:
    """Give what makes containers to functions with tangent lines; return all that these depend on for it."""
    objects, plain = space[OBJECTS], types.Tuple((types.none, types.none))
    numba_objects.declare(space, {}, {}, numba_objects.Types(space, objects, plain, words))
    told: list[Any] = objects.told()
    return told
