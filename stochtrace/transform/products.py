"""Find the matrix products that a statement and its tangent would both compute, and functions of such.

`np.tanh(w @ x)` stands in its own tangent: named once before the statement, it is computed once. What is cheap is
written again, as it would be by hand; but where the tangent would be a long line, all functions that it has are named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from stochtrace.rules import BILINEAR, LINEAR, NAMESPACES, PARTIALS
from stochtrace.transform.facts import Facts
from stochtrace.transform.hoistable import children
from stochtrace.transform.names import Scope
from stochtrace.transform.nodes import inside
from stochtrace.transform.tangents import Tangents
from stochtrace.transform.terms import Term, term

RESULT = Term("y")
LONG = 120  # characters of a tangent


def products(
    facts: Facts, scope: Scope, tangents: Tangents, node: cst.BaseExpression, named: bool
) -> Iterator[cst.BaseExpression]:
    """Yield the parts of an expression to name before, inner ones first; `named` says that the statement names it."""
    dear = _holds_product(scope, node)
    if dear or _is_formula(scope, node):
        tangent = _tangent(tangents, node, named)
        if dear or len(tangent) > LONG:
            yield from _shared(facts, scope, tangents, node, tangent, named, len(tangent) > LONG)


def _is_formula(scope: Scope, node: cst.BaseExpression) -> bool:
    """Tell whether an expression is arithmetic, or a function that has a rule: no test, and no iterator."""
    if isinstance(node, cst.Call):
        namespace, name = _called(scope, node)
        return namespace in NAMESPACES and (name in PARTIALS or name in LINEAR)
    return isinstance(node, cst.BinaryOperation)


def is_product(scope: Scope, node: cst.CSTNode) -> bool:
    """Tell whether an expression is a product of arrays."""
    match node:
        case cst.BinaryOperation(operator=cst.MatrixMultiply()):
            return True
        case cst.Call():
            namespace, name = _called(scope, node)
            return namespace == "numpy" and name in BILINEAR
    return False


def _called(scope: Scope, node: cst.Call) -> tuple[str, str]:
    """Return the module and the name of what is called, as it was imported."""
    namespace, _, name = (scope.dotted(node.func) or "").rpartition(".")
    return namespace, name


def name_of(scope: Scope, node: cst.BaseExpression) -> str:
    """Return how to name a part that is shared."""
    if is_product(scope, node) or not isinstance(node, cst.Call):
        return "product"
    return f"{_called(scope, node)[1]}_value"


def _shared(
    facts: Facts, scope: Scope, tangents: Tangents, node: cst.CSTNode, again: str, named: bool, long: bool
) -> Iterator[cst.BaseExpression]:
    """Yield what stands in a node and in the text of the tangent beside it, which is `long` or not."""
    parts = _arguments(facts, scope, node)
    if parts is not None:
        drawn = node in facts.draws.by_node
        for part in parts:
            yield from _shared(facts, scope, tangents, part, _tangent(tangents, part, drawn), drawn, long)
        return
    found = None
    if isinstance(node, cst.BaseExpression) and not named and _is_dear(scope, node, long) and _stands_in(node, again):
        found = node
        again = _tangent(tangents, found, True)
    for child in children(node):
        yield from _shared(facts, scope, tangents, child, again, False, long)
    if found is not None:
        yield found


def _arguments(facts: Facts, scope: Scope, node: cst.CSTNode) -> list[cst.BaseExpression] | None:
    """Return the arguments of a draw or of a function of the program: each stands beside its own tangent."""
    if (draw := facts.draws.by_node.get(node)) is not None:
        return [*draw.arguments.values()]
    if isinstance(node, cst.Call) and facts.called(scope, node) is not None:
        return [argument.value for argument in node.args]
    return None


def _tangent(tangents: Tangents, node: cst.BaseExpression, named: bool) -> str:
    return str(tangents.of(node, RESULT if named and isinstance(node, cst.Call) else None) or "")


def _is_dear(scope: Scope, node: cst.BaseExpression, long: bool) -> bool:
    """Tell whether an expression is a product of arrays, or a function of one; in a `long` line, any function."""
    if is_product(scope, node):
        return True
    if not isinstance(node, cst.Call):
        return False
    namespace, name = _called(scope, node)
    return namespace in NAMESPACES and name in PARTIALS and (long or _holds_product(scope, node))


def _holds_product(scope: Scope, node: cst.CSTNode) -> bool:
    return any(is_product(scope, part) for part in inside(node, cst.BinaryOperation, cst.Call))


def _stands_in(node: cst.BaseExpression, text: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(term(node).text)}(?!\w)", text) is not None
