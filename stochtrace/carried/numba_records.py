"""Records in compiled code: dictionaries whose keys are written out, as `{"wins": 0, "rate": p}`.

A record has a field for each key. A field that begins as a real number is a carried value. One that begins as a whole
number or a truth value takes nothing else: compiled code would cut a fraction, so the program is interpreted instead.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator,misc"

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from numba import types
from numba.experimental import structref
from numba.extending import overload

from stochtrace.carried.numba_families import stub, written
from stochtrace.carried.numba_smooth import PLAIN, SMOOTH, SmoothType, lifted


@structref.register
class RecordType(types.StructRef):
    """The type of a record: its fields, and their types."""


@cache
def record_of(keys: tuple[str, ...]) -> Callable[..., Any]:
    """Return the function that makes a record of the values of its keys."""
    parts = [f"v{i}" for i in range(len(keys))]
    lines = [f"def function({', '.join(parts)}):", "    made = new(kind)"]
    lines += [f"    made.{field(key)} = {part}" for key, part in zip(keys, parts, strict=True)]

    def typed(kinds: list[Any]) -> Any:
        kind = RecordType([(field(key), held(kind)) for key, kind in zip(keys, kinds, strict=True)])
        return written("\n".join([*lines, "    return made"]), {"new": structref.new, "kind": kind})

    return stub("record", ", ".join(parts), typed)


@cache
def reader_of(key: str) -> Callable[..., Any]:
    """Return the function that reads a key of a record."""

    def typed(kinds: list[Any]) -> Any:
        return written(f"def function(record):\n    return record.{field(key)}", {}) if has(kinds[0], key) else None

    return stub("read_record", "record", typed)


@cache
def writer_of(key: str, number: bool = False) -> Callable[..., Any]:
    """Return the function that writes a key of a record; `x[key] += y` writes a `number`, or it would change a list."""

    def typed(kinds: list[Any]) -> Any:
        record, value = kinds
        if not has(record, key) or held(value) != record.field_dict[field(key)]:
            return None
        if number and not isinstance(value, (SmoothType, *PLAIN)):
            return None
        return written(f"def function(record, value):\n    record.{field(key)} = value", {})

    return stub("write_record", "record, value", typed)


def real(x: Any) -> Any:
    """Stand for the overload below."""


@overload(real)
def real_typed(x):
    """Return a real number as a carried value, and everything else as it is."""
    return (lambda x: lifted(x)) if isinstance(x, types.Float) else (lambda x: x)


def field(key: str) -> str:
    """Return the field of a key, which is no name of Python or of Numba."""
    return f"of_{key}"


def has(kind: Any, key: str) -> bool:
    """Tell whether a type is that of a record with a key."""
    return isinstance(kind, RecordType) and field(key) in kind.field_dict


def held(kind: Any) -> Any:
    """Return the type of a field that begins with a value of a type."""
    return SMOOTH if isinstance(kind, (types.Float, SmoothType)) else types.unliteral(kind)
