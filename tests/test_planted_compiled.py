"""The traps of decisions as planted mistakes in compiled code: its samples are then not those of interpreted code."""

from __future__ import annotations

from pathlib import Path

import pytest
from apart import succeeds
from test_planted import copied

pytest.importorskip("numba")
# what is compiled for a mistake is kept in a folder of its own, and compiled fast: it runs for a moment
CHECK = """
import os
os.environ["NUMBA_OPT"], os.environ["STOCHTRACE_CACHE_DIR"] = "0", {cache!r}
from test_compiled_carried import same_samples
same_samples({name!r})
"""
DECISIONS = "carried/numba_decisions.py"
PLANTED = {
    "an interval that is not narrowed": ("barrier", DECISIONS, "if root.inside != 0:\n", "if False:\n"),
    "the weight taken after narrowing": (
        "gillespie",
        DECISIONS,
        "    newest, oldest, all_share = sharing",
        "    narrow(trace, atom_row(trace.atoms, k), end)\n    newest, oldest, all_share = sharing",
    ),
    "one replay where two are due": (
        "nested_normal",
        "estimation/carried_loop.py",
        "(scratch[1, c] - scratch[0, c])",
        "(scratch[1, c] - values[i, c])",
    ),
    "stale decisions": ("nested_normal", DECISIONS, "1 if trace.newest > k else 0", "0"),
    "stale decisions that are not asked again": (
        "older_later",
        "carried/numba_kept.py",
        "if (here > 0.0) != (there > 0.0):",
        "if False:",
    ),
    "a tie that counts as an excess": (
        "excess",
        "carried/numba_trace.py",
        "lifted(a).v > lifted(b).v, False), operator.gt",
        "lifted(a).v >= lifted(b).v, False), operator.gt",
    ),
    "a crossing that each of its draws takes whole": (
        "darts",
        DECISIONS,
        "if shared >= 0 else",
        "if shared > trace.room else",
    ),
}


@pytest.mark.parametrize(("name", "file", "right", "wrong"), PLANTED.values(), ids=PLANTED)
def test_planted_mistake_is_seen(tmp_path: Path, name: str, file: str, right: str, wrong: str) -> None:
    changed = copied(tmp_path) / "stochtrace" / file
    text = changed.read_text(encoding="utf-8")
    assert text.count(right) == 1
    changed.write_text(text.replace(right, wrong), encoding="utf-8")
    script = tmp_path / "check.py"
    script.write_text(CHECK.format(cache=str(tmp_path / "cache"), name=name), encoding="utf-8")
    assert not succeeds(script, tmp_path)
