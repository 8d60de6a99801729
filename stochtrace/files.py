"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def replace(path: Path, data: bytes, mode: int | None = None) -> None:
    """Put data in the place of a file: a reader sees the old file or the new one, never a part, also after a crash.

    `mode` has the permissions of the new file (None: those of any new file). Raises `OSError`.
    """
    temporary = path.with_name(f".stochtrace-{os.urandom(8).hex()}")
    try:
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            temporary.chmod(mode)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
