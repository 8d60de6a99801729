"""Machine code that is kept on disk: Numba keeps it beside a file, here the copy of a template under a fingerprint."""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
import types
from functools import cache
from pathlib import Path


def cached_copy(template: Path, name: str, key: str) -> Path:
    """Return the path of this program's copy of a template; Numba keeps the machine code beside it.

    Where the cache cannot be written, that is a folder of this process.
    """
    try:
        return copied(template, cache_folder(), f"stochtrace_{name}_{key}.py")
    except (OSError, RuntimeError):  # a user without a home is a `RuntimeError`
        return copied(template, own_folder(), f"stochtrace_{name}_{key}.py")


def copied(template: Path, folder: Path, name: str) -> Path:
    """Return the copy of a template in a folder. Raises `OSError` where nothing can be written there."""
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise PermissionError(f"{folder} cannot be written")
    path = folder / name
    if not path.exists():
        put(path, template.read_bytes())
    return path


@cache
def own_folder() -> Path:
    """Return a new folder, which nobody finds again."""
    return Path(tempfile.mkdtemp(prefix="stochtrace"))


def put(path: Path, data: bytes) -> None:
    """Write a file of the cache at once: other processes read it too."""
    partial = path.with_suffix(f".{os.getpid()}.tmp")
    partial.write_bytes(data)
    partial.replace(path)


def imported(path: Path) -> types.ModuleType:
    """Return the module of a copy."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def cache_folder() -> Path:
    """Return STOCHTRACE_CACHE_DIR, or a folder of the user's cache directory."""
    chosen = os.environ.get("STOCHTRACE_CACHE_DIR")
    if chosen:
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "stochtrace"
