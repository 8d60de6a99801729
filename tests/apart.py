"""Run a script on another copy of the package, in a process of its own; libraries are loaded once for all of them."""

from __future__ import annotations

import multiprocessing
import os
import runpy
import sys
from pathlib import Path

LIBRARIES = ["numpy", "scipy.stats", "scipy.special", "libcst.metadata", "libcst.helpers"]


def succeeds(script: Path, folder: Path) -> bool:
    """Tell whether a script runs to its end where the package is the one in a folder."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(LIBRARIES)
    process = context.Process(target=_run, args=(str(script), str(folder)))
    process.start()
    process.join()
    return process.exitcode == 0


def _run(script: str, folder: str) -> None:
    assert not any(name.split(".")[0] == "stochtrace" for name in sys.modules)
    sys.dont_write_bytecode = True
    sys.path.insert(0, folder)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        runpy.run_path(script)
    import stochtrace

    assert Path(stochtrace.__file__ or "").is_relative_to(folder)
