"""`is` of values that may be None, or are objects of a program: Numba takes what has two types for two objects.

    best = None
    for agent in agents:
        if best is None or agent.wealth > best.wealth:
            best = agent
    others = [agent for agent in agents if agent is not best]

The type of `best` is "an agent, or None": to Numba it is no agent.
"""

# mypy: disable-error-code="no-untyped-def,untyped-decorator,misc"

from __future__ import annotations

import operator
from typing import Any

from numba import types
from numba.core import cgutils, errors, typing
from numba.core.imputils import lower_builtin

VALUES = (types.UnicodeType, types.Number, types.BaseTuple)


class ObjectType(types.StructRef):
    """The type of an object of a class of a program: its attributes, and what they hold."""

    has_truth = False  # its class says when it is true


def check_identity(state: Any, expression: Any) -> None:
    """Refuse to ask whether two strings, numbers or tuples are one object, which they are not in compiled code."""
    if expression.op == "binop" and expression.fn in (operator.is_, operator.is_not):
        kinds = [inner(types.unliteral(state.typemap[var.name])) for var in (expression.lhs, expression.rhs)]
        if all(isinstance(kind, VALUES) or str(kind) == "Word" for kind in kinds):
            told = "`is` of strings, numbers and tuples differs in compiled code"
            raise errors.UnsupportedError(told, expression.loc)


def inner(kind: Any) -> Any:
    """Return the type of a value where it is not None."""
    return kind.type if isinstance(kind, types.Optional) else kind


@lower_builtin(operator.is_, ObjectType, ObjectType)
def same_object(context, builder, signature, arguments):
    """Compiled `is` of two objects."""
    if signature.args[0] != signature.args[1]:
        return context.get_constant(types.boolean, False)
    pairs = zip(signature.args, arguments, strict=True)
    helpers = [cgutils.create_struct_proxy(kind)(context, builder, value=value) for kind, value in pairs]
    word = context.get_value_type(types.intp)
    places = [builder.ptrtoint(context.nrt.meminfo_data(builder, h.meminfo), word) for h in helpers]
    return builder.icmp_signed("==", *places)


@lower_builtin(operator.is_, types.Optional, types.Optional)
@lower_builtin(operator.is_, types.Optional, types.Any)
@lower_builtin(operator.is_, types.Any, types.Optional)
def same_if_any(context, builder, signature, arguments):
    """Compiled `is` of two values of which one may be None, and neither is so by its type."""
    kinds, there, held = [], [], []
    for kind, value in zip(signature.args, arguments, strict=True):
        if isinstance(kind, types.Optional):
            helper = context.make_helper(builder, kind, value=value)
            there.append(cgutils.as_bool_bit(builder, helper.valid))
            held.append(helper.data)
        else:
            there.append(cgutils.true_bit)
            held.append(value)
        kinds.append(inner(kind))
    both = builder.and_(*there)
    neither = builder.not_(builder.or_(*there))
    found = cgutils.alloca_once_value(builder, neither)
    with builder.if_then(both):
        same = context.get_function(operator.is_, typing.signature(types.boolean, *kinds))
        builder.store(same(builder, held), found)
    return builder.load(found)
