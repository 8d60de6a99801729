"""What Numba lacks, written in another way that means the same: arrays of lists, queues, orders by a key.

The functions that the text then calls are compiled only, in `carried.numba_vectors` and `numba_keys`, and have names
that no program has. Interpreted code keeps the plain text.
"""

from __future__ import annotations

import ast

JOINED = ("concatenate", "hstack")
IN_PLACE = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "truediv", ast.Pow: "pow"}
PREFIX = "stochtrace_"
READ: tuple[type[ast.AST], ...] = (
    ast.Name,
    ast.Subscript,
    ast.Attribute,
    ast.Constant,
    ast.List,
    ast.Tuple,
    ast.BinOp,
    ast.UnaryOp,
)
READ += (ast.Add, ast.Sub, ast.Mult, ast.USub, ast.expr_context)


class Lowering(ast.NodeTransformer):
    """Writes what Numba lacks in another way; `made` counts the places."""

    def __init__(self, tree: ast.Module) -> None:
        self.made = 0
        self.draws_arrays = any(isinstance(node, ast.Attribute) and node.attr == "each" for node in ast.walk(tree))

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Attribute(attr="array") as function, args=[ast.List()], keywords=[]):
                function.attr = "asarray"  # Numba writes `array` of a display out, for its own types only
            case ast.Call(func=ast.Attribute(attr=name), args=[ast.List(elts=parts)], keywords=[]) if name in JOINED:
                node.args = [ast.Tuple(parts, ast.Load())]
            case ast.Call(func=ast.Attribute(value=module, attr="cumsum"), args=[values], keywords=[]):
                array = ast.Call(ast.Attribute(module, "asarray", ast.Load()), [values], [])
                node.func, node.args = ast.Attribute(array, "cumsum", ast.Load()), []
            case ast.Call(func=ast.Attribute(value=module, attr="clip"), args=[values, low, high], keywords=[]):
                above = ast.Call(ast.Attribute(module, "maximum", ast.Load()), [values, low], [])
                node.func, node.args = ast.Attribute(module, "minimum", ast.Load()), [above, high]
            case ast.Call(func=ast.Name(id="deque"), args=[ast.List() as items], keywords=[]):
                self.made += 1
                return items
            case ast.Call(func=ast.Name(id="deque"), args=[], keywords=[]):
                self.made += 1
                return ast.List([], ast.Load())
            case ast.Call(func=ast.Attribute(attr="popleft") as function, args=[], keywords=[]):
                function.attr, node.args = "pop", [ast.Constant(0)]
            case ast.Call(
                func=ast.Name(id="min" | "max" | "sorted" as name),
                args=[values],
                keywords=[ast.keyword("key", ast.Lambda(ast.arguments(args=[argument], defaults=[]), key))],
            ) if reads_only(values) and reads_only(key):
                loop = ast.comprehension(ast.Name(argument.arg, ast.Store()), values, [], 0)
                each = ast.ListComp(ast.Name(argument.arg, ast.Load()), [loop])
                node.func = ast.Name(f"{PREFIX}{name}_by", ast.Load())
                node.args, node.keywords = [each, ast.ListComp(key, [loop])], []
            case _:
                return node
        self.made += 1
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.stmt | list[ast.stmt]:
        """Numba finds the type of an empty list by what is appended to it."""
        self.generic_visit(node)
        match node.value:
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=[ast.Name() as heap, item]) if (
                name == "heappush"
            ):
                last = ast.Call(ast.Attribute(heap, "pop", ast.Load()), [], [])
                push = ast.Expr(ast.Call(node.value.func, [heap, last], []))
                self.made += 1
                return [ast.Expr(ast.Call(ast.Attribute(heap, "append", ast.Load()), [item], [])), push]
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        """An array is changed in place, of which Numba knows nothing where its elements are carried values."""
        self.generic_visit(node)
        operation = IN_PLACE.get(type(node.op))
        if not (self.draws_arrays and operation and isinstance(node.target, ast.Name)):
            return node
        self.made += 1
        before = ast.Name(node.target.id, ast.Load())
        changed = ast.Call(ast.Name(f"{PREFIX}in_place_{operation}", ast.Load()), [before, node.value], [])
        return ast.Assign([node.target], changed)

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        self.generic_visit(node)
        match node:
            case ast.Assign(targets=[ast.Tuple()], value=ast.GeneratorExp(elt=element, generators=loops)):
                node.value = ast.ListComp(element, loops)
                self.made += 1
        return node


def reads_only(node: ast.expr) -> bool:
    """Tell whether an expression makes no decision and may be evaluated twice: names, elements, sums, ranges."""

    def simple(part: ast.AST) -> bool:
        if isinstance(part, ast.Call):
            return isinstance(part.func, ast.Name) and part.func.id in ("range", "len")
        return isinstance(part, READ)

    return all(map(simple, ast.walk(node)))
