"""The table `[tool.stochtrace]` of `pyproject.toml`: which files are generated, and from what."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import outputs
from .failures import Unusable
from .transform import default_output, names

EXAMPLE = """
[tool.stochtrace]
files = [
    { source = "walk.py" },
    { source = "queue.py", output = "generated/queue_d.py", functions = ["wait"], wrt = ["rate"] },
]"""
KEYS = {"source": str, "output": str, "functions": list, "wrt": list}


@dataclass(frozen=True)
class Pair:
    """A source file, the file generated from it, and the options of `stochtrace transform`."""

    source: str
    output: str
    functions: tuple[str, ...] = ()
    wrt: tuple[str, ...] | None = None


def found(config: str | None) -> Path:
    """The configuration that holds: the one that is named, or the nearest one above the current folder."""
    if config is not None:
        return Path(config)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "pyproject.toml").is_file():
            return folder / "pyproject.toml"
    raise Unusable(f"no pyproject.toml in this folder or above it; it lists what is generated:\n{EXAMPLE}")


def pairs(config: Path) -> list[Pair]:
    """The files of the table; paths are relative to the folder of the configuration."""
    import tomllib

    shown = os.path.relpath(config)
    try:
        project = tomllib.loads(outputs.read(str(config)).decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Unusable(f"{shown} is not TOML: {error}") from error
    table = project.get("tool", {}).get("stochtrace", {})
    entries = table.get("files", [])
    if set(table) - {"files"}:
        raise Unusable(f"{shown}: [tool.stochtrace] has no {', '.join(sorted(set(table) - {'files'}))}; it has files")
    if not (isinstance(entries, list) and entries):
        raise Unusable(f"{shown} has no [tool.stochtrace] that lists files, such as\n{EXAMPLE}")
    return [pair(entry, config.parent, f"{shown}: [tool.stochtrace] files[{i}]") for i, entry in enumerate(entries)]


def pair(entry: Any, folder: Path, place: str) -> Pair:
    """An entry of the table; `place` is told where it cannot be read."""
    for problem in problems(entry):
        raise Unusable(f"{place}: {problem}; an example:\n{EXAMPLE}")
    source = os.path.relpath(folder / entry["source"])
    output = os.path.relpath(folder / entry["output"]) if "output" in entry else default_output(source)
    wrt = names(",".join(entry["wrt"])) if "wrt" in entry else None
    return Pair(source, output, tuple(entry.get("functions", ())), wrt)


def problems(entry: Any) -> Iterator[str]:
    """Say what an entry of the table has that it cannot have."""
    if not isinstance(entry, dict) or "source" not in entry:
        yield f"{entry!r} is no table with a source"
        return
    for key, value in entry.items():
        if key not in KEYS:
            yield f"no key {key!r}: there are {', '.join(KEYS)}"
        elif not isinstance(value, KEYS[key]) or not all(isinstance(each, str) for each in value):
            yield f"{key} = {value!r} is not {'a string' if KEYS[key] is str else 'a list of strings'}"
