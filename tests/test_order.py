"""Modules import only what stands before them; LibCST and Numba live in one place each; no file is long."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from order import NUMBA, ORDER

ROOT = Path(__file__).parents[1]
PACKAGES = ("stochtrace", "cli")


def modules() -> dict[str, Path]:
    """All modules by their name; the folder cli is the package stochtrace_cli."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            parts = parts[:-1] if parts[-1] == "__init__" else parts
            found[".".join(parts).replace("cli", "stochtrace_cli", 1) if parts[0] == "cli" else ".".join(parts)] = path
    return found


class RunTime(ast.NodeTransformer):
    """Leaves out what stands under `if TYPE_CHECKING`."""

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return node.orelse
        return self.generic_visit(node)


def imported(name: str, path: Path) -> set[str]:
    """The modules of ours that a module imports, wherever in its text; not those for type checkers only."""
    known = modules()
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    found: set[str] = set()
    for node in ast.walk(RunTime().visit(ast.parse(path.read_text()))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*parents, *([node.module] if node.module else [])])
            found |= {f"{base}.{a.name}" if f"{base}.{a.name}" in known else base for a in node.names}
    return {other for other in found if other in known and other != name}


def outside(path: Path) -> set[str]:
    """The first names of all packages that a module imports."""
    tree = ast.walk(ast.parse(path.read_text()))
    return {
        name.split(".")[0]
        for node in tree
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    }


def test_every_module_has_its_place() -> None:
    assert sorted(ORDER) == sorted(modules())


@pytest.mark.parametrize("name", ORDER)
def test_imports_what_stands_before(name: str) -> None:
    before = set(ORDER[: ORDER.index(name)])
    assert imported(name, modules()[name]) <= before


@pytest.mark.parametrize(
    ("package", "allowed"),
    [
        ("libcst", lambda name: name.startswith("stochtrace.transform.")),
        ("numba", lambda name: name in NUMBA),
        ("llvmlite", lambda name: name in NUMBA),
        ("click", lambda name: name.startswith("stochtrace_cli")),
        ("jax", lambda name: name == "stochtrace.jax"),
        ("numpy", lambda name: not name.startswith("stochtrace.transform")),
        ("torch", lambda name: name == "stochtrace.torch"),
    ],
    ids=["libcst", "numba", "llvmlite", "click", "jax", "numpy", "torch"],
)
def test_package_is_imported_in_its_place_only(package: str, allowed: object) -> None:
    using = {name for name, path in modules().items() if package in outside(path)}
    assert {name for name in using if not allowed(name)} == set()  # type: ignore[operator]


@pytest.mark.parametrize("path", modules().values(), ids=modules())
def test_file_is_not_long(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400
