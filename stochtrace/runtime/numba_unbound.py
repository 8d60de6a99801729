"""Names without a value: an error in Python, 0 in compiled code, which stops here and leaves the sample to Python.

A name that may be read before it is assigned gets a companion that tells whether it has been. Where every way to a use
has come by an assignment, nothing is asked.
"""

# mypy: disable-error-code="no-untyped-def,untyped-decorator,misc"

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from numba.core import ir
from numba.core.analysis import compute_cfg_from_blocks
from numba.core.compiler_machinery import FunctionPass, register_pass
from numba.core.ir_utils import build_definitions
from numba.extending import register_jitable

Names = frozenset[str]


class Unbound(Exception):
    """A sample reads a name that it has not assigned."""


@register_jitable
def require_bound(assigned):
    """Stop where a name has no value."""
    if not assigned:
        raise Unbound("a name without a value")


@register_pass(mutates_CFG=False, analysis_only=False)
class Bound(FunctionPass):
    """Asks of each name that may have no value whether it has one, where it is read."""

    _name = "stochtrace_bound"

    def __init__(self) -> None:
        FunctionPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        """Run before variables are renamed."""
        blocks = state.func_ir.blocks
        before = assigned_before(blocks)
        doubtful = {name for label in blocks for _, name in open_uses(blocks[label], before[label])}
        for label, block in blocks.items():
            asked = open_uses(block, before[label])
            block.body = list(with_companions(block, doubtful, list(asked)))
        if doubtful:
            first = blocks[min(blocks)]
            first.body = [constant(first, name, False, first.loc) for name in sorted(doubtful)] + first.body
            state.func_ir._definitions = build_definitions(blocks)
        return bool(doubtful)


def assigned_before(blocks: dict[int, Any]) -> dict[int, Names]:
    """Return the names that have a value at the begin of each block, whatever way leads there."""
    graph = compute_cfg_from_blocks(blocks)
    made = {label: frozenset(target(s) for s in block.body if target(s)) for label, block in blocks.items()}
    everything: Names = frozenset().union(*made.values())
    before = dict.fromkeys(blocks, everything)
    before[min(blocks)] = frozenset()
    changed = True
    while changed:
        changed = False
        for label in blocks:
            ways = [before[way] | made[way] for way, _ in graph.predecessors(label)]
            found = frozenset.intersection(*ways) if ways else before[label]
            found = found if label != min(blocks) else frozenset()
            changed, before[label] = changed or found != before[label], found
    return before


def target(statement: Any) -> str:
    """Return the name that a statement assigns, "" where it assigns none."""
    return str(statement.target.name) if isinstance(statement, ir.Assign) else ""


def used(statement: Any) -> Iterator[str]:
    """Yield the names that a statement reads, but for those that Numba made."""
    source = statement.value if isinstance(statement, ir.Assign) else statement
    variables = [source] if isinstance(source, ir.Var) else source.list_vars() if hasattr(source, "list_vars") else []
    yield from dict.fromkeys(v.name for v in variables if not v.name.startswith("$"))


def open_uses(block: Any, before: Names) -> Iterator[tuple[Any, str]]:
    """Yield the statements of a block that read a name which may have no value, and that name."""
    known = set(before)
    for statement in block.body:
        yield from ((statement, name) for name in used(statement) if name not in known)
        known.add(target(statement))


def with_companions(block: Any, doubtful: set[str], asked: list[tuple[Any, str]]) -> Iterator[Any]:
    """Yield the statements of a block with those of the companions of names that may have no value."""
    for statement in block.body:
        for reading, name in asked:
            if reading is statement:
                yield from question(block, name, statement.loc)
        yield statement
        if target(statement) in doubtful:
            yield constant(block, target(statement), True, statement.loc)


def companion(block: Any, name: str) -> Any:
    """Return the variable that tells whether a name has a value."""
    return block.scope.get_or_define(f"{name}$bound", block.loc)


def constant(block: Any, name: str, value: bool, place: Any) -> Any:
    """Return the statement that sets a companion."""
    return ir.Assign(ir.Const(value, place), companion(block, name), place)


def question(block: Any, name: str, place: Any) -> Iterator[Any]:
    """Yield the statements that ask a companion."""
    called, nothing = (block.scope.redefine(f"${part}_bound", place) for part in ("require", "is"))
    yield ir.Assign(ir.Global(require_bound.__name__, require_bound, place), called, place)
    yield ir.Assign(ir.Expr.call(called, [companion(block, name)], (), place), nothing, place)
