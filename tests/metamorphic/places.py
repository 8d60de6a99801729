"""A program in another place: its model inside a class, a function or a `try`, its parameter and numbers elsewhere."""

from __future__ import annotations

import ast

WRAPPED = {
    "a function": "def model({head}):\n    return _model({names})",
    "a lambda": "def model({head}):\n    run = lambda: _model({names})\n    return run()",
    "a method": (
        "class _Run:\n    def __init__(self, {names}):\n        self.given = ({names},)\n\n"
        "    def __call__(self):\n        return _model(*self.given)\n\n\n"
        "def model({head}):\n    return _Run({names})()"
    ),
    "a table": '_MODELS = {{"one": _model}}\n\n\ndef model({head}):\n    return _MODELS["one"]({names})',
    "a try": "def model({head}):\n    try:\n        return _model({names})\n    finally:\n        pass",
    "a context": (
        "import contextlib\n\n\ndef model({head}):\n    with contextlib.nullcontext():\n        return _model({names})"
    ),
    "a dictionary": "def model({head}):\n    given = dict({pairs})\n    return _model(**given)",
    "a generator": (
        "def _results({names}):\n    yield _model({names})\n\n\n"
        "def model({head}):\n    return next(_results({names}))"
    ),
}


def wrapped(tree: ast.Module, text: str) -> None:
    """Call the model, under another name, by a model that is written here."""
    model = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "model")
    names = [argument.arg for argument in model.args.args]
    model.name = "_model"
    head, pairs = ast.unparse(model.args), ", ".join(f"{n}={n}" for n in names)
    tree.body += ast.parse(text.format(head=head, names=", ".join(names), pairs=pairs)).body


def numbered(tree: ast.Module) -> None:
    """Give the first number of each function a name of the module."""
    for place, function in enumerate(node for node in tree.body if isinstance(node, ast.FunctionDef)):
        for line in function.body:
            found = [n for n in ast.walk(line) if isinstance(n, ast.Constant) and type(n.value) in (int, float)]
            fixed = [n for n in ast.walk(line) if isinstance(n, ast.JoinedStr | ast.Match)]
            written = {id(part) for n in fixed for part in ast.walk(n)}
            if found and id(found[0]) not in written:
                name, number = f"_NUMBER_{place}", found[0]
                Named(number, name).visit(line)
                tree.body.append(ast.Assign([ast.Name(name, ast.Store())], number))
                break


class Named(ast.NodeTransformer):
    """Puts a name in the place of a number."""

    def __init__(self, number: ast.Constant, name: str) -> None:
        self.number, self.name = number, name

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        return ast.Name(self.name, ast.Load()) if node is self.number else node
