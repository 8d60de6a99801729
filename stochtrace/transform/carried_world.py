"""What a carried program may not do: hide randomness, keep state from sample to sample, or act on the world.

Everything else is plain Python, which a replay simply runs again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import libcst as cst

from stochtrace.refusals import way_out
from stochtrace.rules import OWN_PATHS
from stochtrace.spellings import BIT_GENERATORS, MAKERS, MODULES, NO_DRAWS, SEEDING
from stochtrace.transform.functions import FILES, FORBIDDEN, PURE, SEEN_INTO
from stochtrace.transform.names import all_parameters
from stochtrace.transform.nodes import code, expression, inside, walk
from stochtrace.transform.paths import Paths
from stochtrace.transform.printing import PICTURES, says
from stochtrace.transform.seeds import refuse_computed
from stochtrace.transform.sharing import MUTATORS
from stochtrace.transform.source import Source
from stochtrace.transform.state import refuse_default

ALLOWED = PURE | {"random", "abc", "types", "numbers", "textwrap", "re", "json", "warnings", "logging", "sys"}
PATHS = ("scipy.stats", "scipy.special")
KNOWN = OWN_PATHS | {"contextlib.nullcontext", "contextlib.suppress"}
STORING = {"setattr", "delattr"}
DECORATORS = {
    "dataclass", "dataclasses.dataclass", "property", "staticmethod", "classmethod", "abc.abstractmethod",
    "functools.total_ordering", "contextlib.contextmanager", "functools.wraps", "typing.override", "enum.unique",
    "numpy.vectorize",
}  # fmt: skip
KEEPING = {"functools.lru_cache", "functools.cache", "functools.cached_property"}
IN_PLACE = ("heapq.heap", "bisect.insort", "random.shuffle", "numpy.random.shuffle")
CHANGING = MUTATORS | {
    "add", "update", "discard", "pop", "popleft", "appendleft", "extendleft", "setdefault", "popitem", "rotate",
}  # fmt: skip


def check_world(
    source: Source, paths: Paths, nodes: Sequence[cst.CSTNode], module_names: set[str], generators: set[str]
) -> None:
    """Refuse what a replay would repeat on the world, or what would survive a sample."""
    changed = {name for node in nodes for name in _changed_attributes(paths, node)}
    for node in nodes:
        walk(node, _World(source, paths, module_names, generators, changed))
        if isinstance(node, cst.ClassDef):
            _class_state(source, node, changed)


def check_statements(source: Source, paths: Paths, statements: Iterable[cst.CSTNode]) -> None:
    """Refuse caches that are made at the top level of a module."""
    for statement in statements:
        for call in inside(statement, cst.Call):
            if paths.imported(call.func) in KEEPING:
                source.refuse(call, "a cache survives the sample", "", "Keep a dict inside the function.")


def _changed_attributes(paths: Paths, node: cst.CSTNode) -> Iterator[str]:
    """Yield the names of attributes whose contents are changed: `self.items.append(x)`, `self.items[0] = x`."""
    for call in inside(node, cst.Call):
        match call.func:
            case cst.Attribute(value=cst.Attribute(attr=held), attr=method) if method.value in CHANGING:
                yield held.value
        passed = call.args[0].value if call.args else None
        path = paths.imported(call.func) or paths.builtin(call.func) or ""
        if isinstance(passed, cst.Attribute) and (path == "next" or path.startswith(IN_PLACE)):
            yield passed.attr.value
    stored: list[cst.CSTNode] = [n.target for n in inside(node, cst.AssignTarget)]
    stored += [n.target for n in inside(node, cst.Del)]
    stored += [n.target for n in inside(node, cst.AugAssign)]
    for target in stored:
        match target:
            case cst.Subscript(value=cst.Attribute(attr=held)):
                yield held.value
    for changed in inside(node, cst.AugAssign):
        if isinstance(changed.target, cst.Attribute):
            yield changed.target.attr.value


def _changed_in(paths: Paths, function: cst.FunctionDef) -> Iterator[cst.BaseExpression]:
    """Yield what a function changes in place."""
    for call in inside(function, cst.Call):
        path = paths.imported(call.func) or paths.builtin(call.func) or ""
        if isinstance(call.func, cst.Attribute) and call.func.attr.value in CHANGING:
            yield call.func.value
        if call.args and (path == "next" or path.startswith(IN_PLACE)):
            yield call.args[0].value
    stored: list[cst.BaseExpression] = [n.target for n in inside(function, cst.AssignTarget)]
    stored += [n.target for n in inside(function, cst.Del)]
    yield from (target for target in stored if isinstance(target, cst.Subscript | cst.Attribute))
    yield from (changed.target for changed in inside(function, cst.AugAssign))


def root(node: cst.BaseExpression) -> str | None:
    """Return the name that an attribute or an element is reached by."""
    while isinstance(node, cst.Attribute | cst.Subscript):
        node = node.value
    return node.value if isinstance(node, cst.Name) else None


def _class_state(source: Source, node: cst.ClassDef, changed: set[str]) -> None:
    """Refuse containers and counters that all objects of a class share, and change."""
    for line in node.body.body:
        for statement in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            target = statement.targets[0].target if isinstance(statement, cst.Assign) else None
            target = statement.target if isinstance(statement, cst.AnnAssign) else target
            if not isinstance(target, cst.Name) or target.value not in changed:
                continue
            match statement:
                case cst.Assign(value=value) | cst.AnnAssign(value=value) if _mutable(value):
                    source.refuse(
                        statement,
                        f"the class `{node.name.value}` holds something that its objects may change",
                        "The change would survive the sample.",
                        "Make it in `__init__`.",
                    )


def _mutable(value: cst.BaseExpression | None) -> bool:
    match value:
        case cst.List() | cst.Dict() | cst.Set() | cst.ListComp() | cst.DictComp() | cst.SetComp():
            return True
        case cst.Call(func=func):
            return code(func).split(".")[-1] in (
                "list",
                "dict",
                "set",
                "deque",
                "defaultdict",
                "Counter",
                "count",
                "iter",
            )
    return False


class _World(cst.CSTVisitor):
    def __init__(
        self, source: Source, paths: Paths, module_names: set[str], generators: set[str], changed: set[str]
    ) -> None:
        self.source, self.paths, self.module_names, self.generators = source, paths, module_names, generators
        self.changed = changed
        self.left_out = set[cst.CSTNode]()
        self.functions: list[set[str]] = []

    # -- functions ---------------------------------------------------------------------------------------------------

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self.functions.pop()

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.functions.append({p.name.value for p in all_parameters(node)})
        if node.asynchronous is not None:
            self.source.refuse(node, "an asynchronous function cannot be run once per sample", "", "Make it plain.")
        for decorator in node.decorators:
            self._decorator(decorator)
        parameters = [*node.params.posonly_params, *node.params.params, *node.params.kwonly_params]
        for parameter in parameters:
            if _mutable(parameter.default) and self._changes(node, parameter.name.value):
                refuse_default(self.source, expression(parameter.default))

    def _changes(self, function: cst.FunctionDef, name: str) -> bool:
        """Tell whether a function changes a parameter in place, or keeps it where objects change what they hold.

        What changes under another name is seen when samples have run, as it is of the module's containers.
        """
        for statement in inside(function, cst.Assign):
            held = {t.target.attr.value for t in statement.targets if isinstance(t.target, cst.Attribute)}
            if isinstance(statement.value, cst.Name) and statement.value.value == name and held & self.changed:
                return True
        return any(root(base) == name for base in _changed_in(self.paths, function))

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        for base in node.bases:
            if self.paths.imported(base.value) in MAKERS:
                self.source.refuse(
                    base.value,
                    f"the generator `{code(base.value)}` goes where its draws cannot be followed",
                    f"The class `{node.name.value}` stands on it.",
                    "Keep a generator in an attribute, and draw from that.",
                )
        for decorator in node.decorators:
            self._decorator(decorator)

    def _decorator(self, node: cst.Decorator) -> None:
        call = node.decorator
        func = call.func if isinstance(call, cst.Call) else call
        path = self.paths.imported(func) or self.paths.builtin(func) or code(func)
        if path in KEEPING and len(self.functions) < 2:
            self.source.refuse(node, "a cache survives the sample", "", "Remove the decorator, or keep a dict inside.")
        known = path in DECORATORS or path in KEEPING
        if not known and not path.endswith((".setter", ".getter")) and self.paths.own(func) is None:
            self.source.refuse(node, "a decorator changes what this function does", "", "Remove it.")

    # -- state -------------------------------------------------------------------------------------------------------

    def visit_Global(self, node: cst.Global) -> None:
        self.source.refuse(
            node, "`global` lets a sample change the state of the next one", "", "Pass the value in and return it."
        )

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        self._stored(node.target)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        self._stored(node.target)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        self._stored(node.target)

    def visit_Del(self, node: cst.Del) -> None:
        self._stored(node.target)

    def _stored(self, target: cst.BaseExpression) -> None:
        if isinstance(target, cst.Attribute | cst.Subscript):
            self._stored_in(target.value, target)

    def _stored_in(self, base: cst.BaseExpression, node: cst.CSTNode) -> None:
        if code(base).endswith("__class__") or code(base).startswith(("type(", "cls.")) or code(base) == "cls":
            self._survives(node)
        self._changed(base, node)

    def _changed(self, base: cst.BaseExpression, node: cst.CSTNode) -> None:
        while isinstance(base, cst.Attribute | cst.Subscript):
            base = base.value
        path = self.paths.own(base) if isinstance(base, cst.Name) else None
        if (path is not None and path in self.module_names) or (
            isinstance(base, cst.Name) and self.paths.imported(base)
        ):
            self._survives(node)

    def _survives(self, node: cst.CSTNode) -> None:
        self.source.refuse(
            node,
            "this belongs to the module, or to a class, and would survive the sample",
            "Every sample must start from the same state, or its average is not an expectation.",
            "Make it inside the function, pass it in, and return what changes.",
        )

    def visit_Expr(self, node: cst.Expr) -> None:
        if isinstance(node.value, cst.Call) and says(self.paths.imported(node.value.func)):
            self.left_out.add(node.value)

    # -- calls -------------------------------------------------------------------------------------------------------

    def visit_Attribute(self, node: cst.Attribute) -> None:
        path, name = self.paths.imported(node) or "", node.attr.value
        module = path.rpartition(".")[0] in MODULES and path not in SEEDING and path not in MAKERS
        generator = isinstance(node.value, cst.Name) and node.value.value in self.generators and not path
        if name in NO_DRAWS and (module or generator):
            self.source.refuse(node, f"`{name}` is no draw of numbers", *NO_DRAWS[name])

    def visit_Call(self, node: cst.Call) -> None:
        builtin = self.paths.builtin(node.func)
        written = isinstance(node.func, cst.Attribute) and node.func.attr.value == "tofile"
        if builtin in STORING and node.args:
            self._stored_in(node.args[0].value, node)
        elif builtin in FORBIDDEN or self.paths.imported(node.func) in FILES or written:
            self.source.refuse(
                node,
                f"`{code(node.func)}` in a model",
                "What it does cannot be read from the source, or happens once per sample and replay.",
                "Do it outside the model and pass the result in.",
            )
        if builtin == "next" and node.args and isinstance(node.args[0].value, cst.Name):
            self._changed(node.args[0].value, node)
        path = self.paths.imported(node.func)
        if path in MAKERS or path in SEEDING:
            self._seed(node)
        elif path is not None:
            self._imported(node, path)
        elif isinstance(node.func, cst.Attribute) and node.func.attr.value in CHANGING:
            self._changed(node.func.value, node)

    def _seed(self, node: cst.Call) -> None:
        """Accept a seed that is the same for every sample; that it is used once is seen when the program runs."""
        for argument in node.args[:1]:
            seed = argument.value
            if isinstance(seed, cst.Call) and self.paths.imported(seed.func) in BIT_GENERATORS:
                self._seed(seed)
                continue
            if not self._given(seed):
                refuse_computed(self.source, seed)

    def _given(self, seed: cst.BaseExpression) -> bool:
        """Tell whether a seed is made of numbers, parameters, attributes, and what the module holds."""
        match seed:
            case cst.Integer() | cst.Attribute():
                return True
            case cst.Name(value=name):
                return name == "None" or name in self.module_names or any(name in names for names in self.functions)
            case cst.Subscript(value=cst.Name(value=name)):
                return name in self.module_names
            case cst.BinaryOperation(left=left, right=right):
                return self._given(left) and self._given(right)
        return False

    def _imported(self, node: cst.Call, path: str) -> None:
        root, module = path.split(".")[0], path.rpartition(".")[0]
        known = root in ALLOWED or path.startswith(PATHS) or module in SEEN_INTO or path in KNOWN
        if path == "sys.exit" or path.startswith(("sys.std", "logging.basicConfig")):
            known = False
        if path.startswith(IN_PLACE) and node.args:
            self._changed(node.args[0].value, node)
        if not known and path not in BIT_GENERATORS and node not in self.left_out:
            self.source.refuse(
                node,
                f"stochtrace cannot see into `{path}`",
                "It could draw, keep state between samples, or act on the world once per replay.",
                "Return what the picture shows, and draw it outside." if path.startswith(PICTURES) else way_out(path),
            )
