"""What Numba lacks of NumPy, written in another way that means the same: arrays of lists, joined arrays, axes.

The functions that the text then calls are compiled only, in `carried.numba_axes` and `numba_joins`.
"""

from __future__ import annotations

import ast

from stochtrace.lowering.trees import PREFIX, bound_in, helper

JOINED = ("concatenate", "hstack", "vstack", "column_stack", "stack")
MADE = ("zeros", "ones", "empty", "full")
ALONG = {"sum", "mean", "prod", "var", "std", "max", "min", "argmax", "argmin", "cumsum", "cumprod", "sort", "argsort"}
ALONG |= {"any", "all", "count_nonzero", "diff"}
OF_LISTS = {"sum", "mean", "prod", "var", "std", "max", "min", "amax", "amin", "argmax", "argmin", "median", "diff"}
COUNTED = {"sum", "mean"}  # of truth values, they are those of 0 and 1
TYPES = ("int", "float", "bool")
EXTREMES = ("max", "min")
UFUNCS = ("maximum", "minimum")
BINNED: dict[str, dict[str, bool | int | None]] = {
    "histogram": {"a": None, "bins": 10, "range": None},
    "digitize": {"x": None, "bins": None, "right": False},
}
AS_ARRAY = f"{PREFIX}array_of"
COPIED = (f"{PREFIX}copied", AS_ARRAY)


class Arrays(ast.NodeTransformer):
    """Writes calls of NumPy in another way; `made` counts the places."""

    def __init__(self, tree: ast.Module) -> None:
        self.made = 0
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
        self.own = bound_in(tree)
        brought = {alias.asname or alias.name: alias.name for node in imports for alias in node.names}
        self.modules = {name: module for name, module in brought.items() if name not in self.own}

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Rows and columns that are written out: `x[[0, 2]]`, `x[:, [0, 1]]`."""
        self.generic_visit(node)
        places = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        listed = [i for i, place in enumerate(places) if is_listed(place)]
        if len(listed) == 1:
            places[listed[0]] = helper("array_of", places[listed[0]])
            node.slice = ast.Tuple(places, ast.Load()) if isinstance(node.slice, ast.Tuple) else places[0]
            self.made += 1
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Attribute(attr=ufunc), attr="accumulate"), args=[values]) if (
                ufunc in UFUNCS and not node.keywords
            ):
                written: ast.expr | None = helper(f"accumulate_{ufunc}", values)
            case (
                ast.Call(func=ast.Attribute(value=array, attr="astype"), args=[ast.Name(id=kind)], keywords=[])
                | ast.Call(func=ast.Attribute(attr="as_type"), args=[array, ast.Name(id=kind)], keywords=[])
            ) if kind in TYPES and kind not in self.own:
                written = helper(f"as_{kind}", array)
            case ast.Call(func=ast.Attribute(value=array, attr="tolist"), args=[], keywords=[]):
                written = helper("tolist", array)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=module)) as function) if module in self.modules:
                lists = OF_LISTS if self.modules[module] == "numpy" else set()
                written = of_module(node, function, lists)
            case ast.Call(func=ast.Attribute(value=array, attr=name)) if name != "sort":  # the method sorts in place
                written = along(node, f"method_{name}" if name in EXTREMES else name, array, node.args)
            case _:
                return node
        self.made += written is not None
        return written or node


def is_listed(node: ast.expr) -> bool:
    """Tell whether an index is a list of whole numbers that is written out."""
    parts = node.elts if isinstance(node, ast.List) else []
    return bool(parts) and all(isinstance(part, ast.Constant) and type(part.value) is int for part in parts)


def of_module(node: ast.Call, function: ast.Attribute, lists: set[str]) -> ast.expr | None:
    """Return what stands for the call of a function of NumPy, None where it stays; those of `lists` take lists too."""
    match function.attr, node.args, node.keywords:
        case "array", [values], []:
            return helper("copied", of_rows(values))
        case "asarray", [values], []:
            return helper("array_of", of_rows(values))
        case name, [ast.List(elts=parts) | ast.Tuple(elts=parts)], _ if name in JOINED:
            node.args = [ast.Tuple([helper("part", part) for part in parts], ast.Load())]
        case "append", [first, second], []:
            node.args = [helper("part", first), helper("part", second)]
        case "cumsum", [values], []:
            return ast.Call(ast.Attribute(helper("array_of", values), "cumsum", ast.Load()), [], [])
        case "quantile" | "percentile" as name, [values, part], []:
            if isinstance(part, ast.List):
                part = ast.Tuple(part.elts, ast.Load())
            return ast.Call(function, [helper("array_of", values), part], [])
        case "histogram" | "digitize" as name, [values, *rest], _:
            return binned(name, [values, *rest], {keyword.arg: keyword.value for keyword in node.keywords})
        case "unique", [values], [ast.keyword("return_counts", ast.Constant(value=True))]:
            return helper("unique_counts", values)
        case "clip", [values, low, high], []:
            above = ast.Call(ast.Attribute(function.value, "maximum", ast.Load()), [values, low], [])
            return ast.Call(ast.Attribute(function.value, "minimum", ast.Load()), [above, high], [])
        case name, [ast.List(elts=lengths), *_], _ if name in MADE:
            node.args[0] = ast.Tuple(lengths, ast.Load())
        case name, [values], [] if name in lists:
            node.args = [helper("counts" if name in COUNTED else "numbers", values)]
        case name, [values, *rest], _:
            return along(node, name, helper("numbers", values) if name in lists else values, rest)
        case _:
            return None
    return node


def binned(name: str, arguments: list[ast.expr], given: dict[str | None, ast.expr]) -> ast.expr | None:
    """Return what stands for a function of bins, None with other options."""
    defaults = BINNED[name]
    bound = dict(zip(defaults, arguments, strict=False)) | given
    if len(arguments) + len(given) != len(bound) or not bound.keys() <= defaults.keys():
        return None
    return helper(name, *(bound.get(key, ast.Constant(value)) for key, value in defaults.items()))


def of_rows(values: ast.expr) -> ast.expr:
    """Return what an array is made of: rows of numbers beside other rows, of what may move as those may."""
    rows = [row for row in values.elts if isinstance(row, ast.List)] if isinstance(values, ast.List) else []
    plain = [all(isinstance(part, ast.Constant) for part in row.elts) for row in rows]
    if any(plain) and not all(plain):
        for row in rows:
            row.elts = [helper("movable", part) for part in row.elts]
    return values


def along(node: ast.Call, name: str, array: ast.expr, rest: list[ast.expr]) -> ast.expr | None:
    """Return what stands for a function of an array along an axis, None where there is no axis, or more than that."""
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    if rest:
        given["axis"] = rest[0]
    if name.removeprefix("method_") not in ALONG or len(rest) > 1 or not given or not given.keys() <= {"axis", "ddof"}:
        return None
    return helper(name, array, given.get("axis", ast.Constant(None)), given.get("ddof", ast.Constant(0)))
