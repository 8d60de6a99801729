"""Words in compiled code: strings that a program only compares and keeps, as their places in the alphabet.

A state such as "infected" costs a counted reference where it is copied and a loop where it is compared. As a word it is
one number. Whatever else a program does with a string has no meaning for a word, and does not compile.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

import operator
from typing import Any

from llvmlite import ir
from numba import types
from numba.core.imputils import lower_constant
from numba.extending import box, intrinsic, models, overload, overload_method, register_model, typeof_impl


class Word:
    """A string of a program, by its place among all strings of that program in their order."""

    def __init__(self, place: int) -> None:
        self.place = place

    def __repr__(self) -> str:
        return f"Word({self.place})"


class WordType(types.Type):  # type: ignore[misc]  # Numba has no types: its classes are Any
    """The type of a word."""

    def __init__(self) -> None:
        super().__init__(name="Word")


WORD = WordType()


@register_model(WordType)
class WordModel(models.PrimitiveModel):  # type: ignore[misc]  # Numba has no types: its classes are Any
    """A word is a number."""

    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, ir.IntType(64))


@typeof_impl.register(Word)
def type_of_word(value, context):
    """Return the type of a word."""
    return WORD


@lower_constant(WordType)
def constant_word(context, builder, kind, value):
    """Return a word of the program's text."""
    return ir.Constant(ir.IntType(64), value.place)


@box(WordType)
def boxed_word(kind, value, c):
    """Return what an error says of a word."""
    return c.pyapi.long_from_longlong(value)


@intrinsic
def place(typing, word):
    """Return the number that a word is."""
    return types.int64(word), lambda context, builder, signature, arguments: arguments[0]


def compared(function: Any) -> None:
    """Let compiled code compare words, by their order."""

    @overload(function)
    def typed(a, b):
        return (lambda a, b: function(place(a), place(b))) if a == b == WORD else None


for _function in (operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge):
    compared(_function)


@overload_method(WordType, "__hash__")
def hash_of_word(word):
    """Compiled `hash` of a word."""
    return lambda word: hash(place(word))
