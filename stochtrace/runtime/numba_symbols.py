"""Functions that all programs share, compiled once: programs call them by the names of symbols."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numba
from llvmlite import binding

from stochtrace.runtime.cached import cached_copy, imported


def library(template: Path, name: str, key: str, signatures: Mapping[str, Any], **options: Any) -> list[Any]:
    """Compile functions of a template, or find them on disk under a key, and give them the names of symbols.

    What is returned has to be kept for as long as they are called.
    """
    module, compiled = imported(cached_copy(template, name, key)), []
    for function, signature in signatures.items():
        pointer = numba.cfunc(signature, cache=True, **options)(getattr(module, function))
        binding.add_symbol(f"stochtrace_{function}", pointer.address)
        compiled.append(pointer)
    return compiled
