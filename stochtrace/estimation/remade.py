"""The functions of a program made again from another text of them, for compiled code only."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from types import CodeType, FunctionType
from typing import Any

from stochtrace.carried.rebinding import rebound
from stochtrace.estimation.functions import Functions
from stochtrace.lowering.trees import PREFIX


def made_again(functions: Functions, tree: ast.Module, names: Mapping[str, Any]) -> Functions:
    """Return a program whose functions are those of another text, which may read the names."""
    filename = functions.primal.__code__.co_filename
    whole = compile(ast.fix_missing_locations(tree), filename, "exec", dont_inherit=True)
    made = {place(code): code for code in whole.co_consts if isinstance(code, CodeType)}
    primal = rebound(functions.primal, {}, {}, lambda code: made.get(place(code), code))
    space = primal.__globals__
    new = [code for code in made.values() if code.co_name.startswith(PREFIX) and code.co_name not in space]
    space.update({code.co_name: FunctionType(code, space) for code in new})
    space.update(names)
    derivative = primal if functions.derivative is functions.primal else space[functions.derivative.__name__]
    return replace(functions, primal=primal, derivative=derivative)


def place(code: CodeType) -> tuple[str, int]:
    """Return the name and the line by which a function of a module is known."""
    return code.co_name, code.co_firstlineno
