"""Fields of a program's objects in compiled code: any of them may be one that is None, or has no value yet."""

# mypy: disable-error-code="no-untyped-def,misc"

from __future__ import annotations

from typing import Any

from numba import types
from numba.core import imputils
from numba.core.datamodel import default_manager, models
from numba.core.imputils import lower_getattr_generic, lower_setattr_generic
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.experimental.structref import _Utils
from numba.extending import intrinsic

from stochtrace.carried.numba_families import stub


def register(kind: Any) -> Any:
    """Let compiled code read and write the attributes of objects of a class, as `structref.register`.

    That counts the references to a value by the type of what is stored, here it is that of the field: they differ where
    an object is stored in a field that may be None.
    """
    default_manager.register(kind, models.StructRefModel)

    @infer_getattr
    class Fields(AttributeTemplate):
        key = kind

        def generic_resolve(self, own: Any, name: str) -> Any:
            return own.field_dict.get(name)

    @lower_getattr_generic(kind)
    def read(context, builder, own, value, name):
        found = getattr(_Utils(context, builder, own).get_data_struct(value), name)
        return imputils.impl_ret_borrowed(context, builder, own.field_dict[name], found)

    @lower_setattr_generic(kind)
    def write(context, builder, signature, arguments, name):
        own, given = signature.args
        data, field = _Utils(context, builder, own).get_data_struct(arguments[0]), own.field_dict[name]
        value, before = context.cast(builder, arguments[1], given, field), getattr(data, name)
        context.nrt.incref(builder, field, value)
        context.nrt.decref(builder, field, before)
        setattr(data, name, value)

    return kind


@intrinsic
def unwrapped(typing, x):
    """Return a value that is not None; an error where it is."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        value = context.cast(builder, arguments[0], x, x.type)
        return imputils.impl_ret_borrowed(context, builder, x.type, value)

    return x.type(x), generate


def held_typed(kinds: list[Any]) -> Any:
    """Compiled `held`."""
    return (lambda x: unwrapped(x)) if isinstance(kinds[0], types.Optional) else lambda x: x


def true_typed(kinds: list[Any]) -> Any:
    """Compiled `true`."""
    if isinstance(kinds[0], types.Optional):
        return lambda x: x is not None and bool(unwrapped(x))
    return (lambda x: False) if isinstance(kinds[0], types.NoneType) else lambda x: bool(x)


OPTIONAL = {
    "stochtrace_held": stub("held", "x", held_typed),
    "stochtrace_true": stub("true", "x", true_typed),
}
