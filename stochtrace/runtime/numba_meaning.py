"""What a program means: where compiled code would compute something else than Python, it does not.

After types are found, operations whose numbers may leave those of a machine are replaced by those of `numba_exact`,
which leave such a sample to interpreted code. What depends on the order of a set is refused, and a fraction that is
stored in a list of integers, which Numba would cut.
"""

# Numba takes the signatures of overloads literally, so none of them is annotated.
# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator,misc"

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np
from numba import types
from numba.core import errors, ir
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import FunctionPass, register_pass
from numba.core.typeconv import Conversion
from numba.core.typed_passes import NopythonRewrites, NopythonTypeInference
from numba.core.untyped_passes import ReconstructSSA
from numba.extending import overload

from stochtrace.runtime.numba_exact import (
    FITTING,
    FLOATS,
    IN_PLACE,
    INTEGERS,
    REAL,
    WHOLE,
    order,
    require_fits,
    round_to,
    total,
)
from stochtrace.runtime.numba_identity import ObjectType, check_identity, inner
from stochtrace.runtime.numba_lists import mend
from stochtrace.runtime.numba_names import one_name_each
from stochtrace.runtime.numba_narrow import NARROW, check_narrow, check_single, limits
from stochtrace.runtime.numba_quantiles import QUANTILES, quantile_call
from stochtrace.runtime.numba_stores import keep_stores
from stochtrace.runtime.numba_sums import summing
from stochtrace.runtime.numba_ties import check_sorted, sorted_array
from stochtrace.runtime.numba_unbound import Bound

mend()
keep_stores()
ANY_ORDER = {len, sorted, min, max, sum, set, bool}  # what a set may be given to


@overload(sum)
def sum_typed(values):
    """Compiled `sum` of a set of whole numbers, which has any order."""
    if isinstance(values, types.Set) and isinstance(values.dtype, types.Integer):
        return lambda values: sum([value for value in values])
    return None


@register_pass(mutates_CFG=False, analysis_only=False)
class Meaning(FunctionPass):
    """Replaces operations whose numbers may leave those of a machine; refuses what depends on the order of a set."""

    _name = "stochtrace_meaning"

    def __init__(self) -> None:
        FunctionPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        """Run after types are found."""
        check_single(state)
        for block in state.func_ir.blocks.values():
            body, block.body = block.body, []
            for statement in body:
                if isinstance(statement, ir.Assign) and isinstance(statement.value, ir.Expr):
                    check_order(state, statement.value)
                    check_identity(state, statement.value)
                    check_narrow(state, statement.value)
                    check_sorted(state, statement.value)
                    if (function := instead(state, statement.value)) is not None:
                        statement.value = call(state, block, statement.loc, *function)
                check_stored(state, statement)
                check_generator(state, statement)
                if (masked := array_and_mask(state, statement)) is not None:
                    require(state, block, statement.loc, masked)
                block.body.append(statement)
        return True


def check_order(state: Any, expression: Any) -> None:
    """Refuse what depends on the order of a set, which is another one in compiled code."""
    used = [expression.value] if expression.op == "getiter" else []
    if expression.op == "call":
        kind = state.typemap[expression.func.name]
        of_set = isinstance(kind, types.BoundFunction) and isinstance(kind.this, types.Set)
        used = [] if key_of(kind) in ANY_ORDER or of_set else expression.args
        if of_set and "pop" in str(kind.key):
            raise errors.UnsupportedError("the order of a set is another one in compiled code", expression.loc)
    if any(isinstance(state.typemap[var.name], types.Set) for var in used):
        raise errors.UnsupportedError("the order of a set is another one in compiled code", expression.loc)


def check_generator(state: Any, statement: Any) -> None:
    """Refuse a generator that is kept or passed on: compiled code makes copies of it, but not where a loop makes it."""
    if not isinstance(statement, ir.Assign):
        return
    value, own = statement.value, statement.target.name.startswith(("$", "."))
    held = value.list_vars() if isinstance(value, ir.Expr) and value.op not in ("getiter", "iternext") else []
    kinds = [state.typemap[var.name] for var in held] + ([] if own else [state.typemap[statement.target.name]])
    if any(isinstance(kind, types.Generator) for kind in kinds):
        raise errors.UnsupportedError("a generator is kept, of which compiled code makes copies", statement.loc)


def check_stored(state: Any, statement: Any) -> None:
    """Refuse to store in a list or an object what Numba would cut: a fraction among integers, a number as a truth."""
    if not isinstance(statement, ir.SetItem | ir.StaticSetItem | ir.SetAttr):
        return
    held, value = (inner(types.unliteral(state.typemap[var.name])) for var in (statement.target, statement.value))
    if isinstance(statement, ir.SetAttr):
        kept = held.field_dict.get(statement.attr) if isinstance(held, ObjectType) else None
    else:
        kept = held.dtype if isinstance(held, types.List) else None
    if kept is not None and isinstance(value, types.Number | types.Boolean | types.BaseTuple):
        conversion = state.typingctx.can_convert(value, kept)
        if conversion is None or conversion > Conversion.safe:
            told = f"{value} where there is {kept} is another number in compiled code"
            raise errors.UnsupportedError(told, statement.loc)


def array_and_mask(state: Any, statement: Any) -> tuple[Any, Any] | None:
    """Return the variables of an array and of the mask that a statement reads or writes it by; None in most."""
    match statement:
        case ir.Assign(value=ir.Expr(op="getitem") as item):
            array, index = item.value, item.index
        case ir.SetItem(target=array, index=index):
            pass
        case _:
            return None
    kind = state.typemap[index.name]
    is_mask = isinstance(kind, types.Array) and isinstance(kind.dtype, types.Boolean)
    return (array, index) if is_mask and isinstance(state.typemap[array.name], types.Array) else None


def require(state: Any, block: Any, place: Any, masked: tuple[Any, Any]) -> None:
    """Let a block ask whether a mask fits its array."""
    asked = call(state, block, place, require_fits, masked, [state.typemap[var.name] for var in masked])
    nothing = block.scope.redefine("$fits", place)
    state.typemap[nothing.name] = state.calltypes[asked].return_type
    block.body.append(ir.Assign(asked, nothing, place))


def instead(state: Any, expression: Any) -> tuple[Any, list[Any], list[Any]] | None:
    """Return what is called in the place of an expression, with which variables, and their types; None for most."""
    if expression.op not in ("binop", "inplace_binop", "call", "unary"):
        return None
    signature = state.calltypes[expression]
    if expression.op == "unary":
        if expression.fn is operator.invert and isinstance(signature.args[0], types.Boolean):
            raise errors.UnsupportedError("~ of a truth value is a number in Python", expression.loc)
        return None
    if (array := sorted_array(state, expression)) is not None:
        return order, [array], [state.typemap[array.name]]
    if expression.op == "call":
        key, arguments = key_of(state.typemap[expression.func.name]), list(expression.args)
        if key is round and len(arguments) == 2 and isinstance(signature.args[0], types.Float):
            return round_to, arguments, [types.float64, types.int64]
        if key is np.histogram:
            raise errors.UnsupportedError("`np.histogram` has bins of its own in compiled code", expression.loc)
        if (summed := summing(state, expression, signature.args)) is not None:
            return summed
        if key in QUANTILES and is_plain_array(signature.args[0]):
            return quantile_call(key, signature.args, expression.loc), arguments, [*signature.args]
        if key is sum and len(arguments) == 1 and is_list_of_integers(signature.args[0]):
            return total, arguments, [signature.args[0]]
        if expression.kws or not len(arguments) == len(signature.args) == 1:
            return None
        taken = {types.Float: {**REAL, **WHOLE}, types.Integer: REAL, types.Boolean: REAL}
        function = next((t.get(key) for k, t in taken.items() if isinstance(signature.args[0], k)), None)
        return None if function is None else (function, arguments, [types.float64])
    sides = [expression.lhs, expression.rhs]
    kinds = [types.unliteral(state.typemap[var.name]) for var in sides]
    if expression.op == "inplace_binop" and all(map(is_plain_array, kinds)) and expression.fn in IN_PLACE:
        return IN_PLACE[expression.fn], sides, kinds
    integers = all(isinstance(kind, types.Integer | types.Boolean) for kind in signature.args)
    if integers and expression.fn in INTEGERS:
        narrow = limits(*kinds)
        if signature.return_type != types.int64:
            raise errors.UnsupportedError(NARROW, expression.loc)
        function = INTEGERS[expression.fn]
        return function if narrow is None else FITTING[function, *narrow], sides, [types.int64] * 2
    if signature.return_type == types.float64 and expression.fn in FLOATS and not is_constant(signature.args[1]):
        return FLOATS[expression.fn], sides, [types.float64] * 2
    return None


def is_plain_array(kind: Any) -> bool:
    """Tell whether a type is that of an array of numbers or truth values."""
    return isinstance(kind, types.Array) and isinstance(kind.dtype, types.Number | types.Boolean)


def is_list_of_integers(kind: Any) -> bool:
    """Tell whether a type is that of a list of integers of 64 bits."""
    return isinstance(kind, types.List) and kind.dtype == types.int64


def is_constant(kind: Any) -> bool:
    """Tell whether an exponent is a whole number of the text."""
    return isinstance(kind, types.Literal)


def key_of(kind: Any) -> Any:
    """Return the function that a type stands for, None where it is none."""
    return kind.typing_key if isinstance(kind, types.Function) else None


def call(state: Any, block: Any, place: Any, function: Any, arguments: Sequence[Any], kinds: Sequence[Any]) -> Any:
    """Return the call of a function of ours with variables of these types, after the statement that names it."""
    called = state.typingctx.resolve_value_type(function)
    name = block.scope.redefine("$meaning", place)
    state.typemap[name.name] = called
    block.body.append(ir.Assign(ir.Global(function.__name__, function, place), name, place))
    made = ir.Expr.call(name, list(arguments), (), place)
    state.calltypes[made] = called.get_call_type(state.typingctx, tuple(kinds), {})
    return made


class Compiler(CompilerBase):
    """Compiles the functions of a program."""

    def compile_extra(self, func: Any) -> Any:
        """Compile one, with what it calls."""
        with one_name_each():
            return super().compile_extra(func)

    def define_pipelines(self) -> list[Any]:
        """Return the passes."""
        manager = self.passes()
        manager.finalize()
        return [manager]

    def passes(self) -> Any:
        """Return Numba's own passes, and ours: before variables are renamed, and after types are found."""
        manager = DefaultPassBuilder.define_nopython_pipeline(self.state)
        renamed = [step for step, _ in manager.passes].index(ReconstructSSA)
        manager.passes.insert(renamed, (Bound, "names that may have no value"))
        manager.add_pass_after(Meaning, NopythonTypeInference)
        return manager


class Unfused(Compiler):
    """Compiles functions that operate on whole arrays one after another, as NumPy: the order of their decisions."""

    def passes(self) -> Any:
        """Return the passes without the one that computes an expression of arrays element by element."""
        manager = super().passes()
        manager.passes = [each for each in manager.passes if each[0] is not NopythonRewrites]
        return manager
