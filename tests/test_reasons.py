"""Why a program is not compiled: of the form of it that got farthest, in simple words, and found out once."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import filed

from stochtrace.estimation.reasons import UNTOLD, Failure, farthest, reason, simpler

COUNTED = """
    from collections import Counter
    def f(p, rng):
        votes = Counter("cat" if rng.random() < p else "dog" for _ in range(3))
        winner, count = votes.most_common(1)[0]
        return 1.0 if "{}:{}".format(winner, count) == "cat:3" else 0.0
    """
SAID = {
    "Use of unsupported opcode (MATCH_KEYS) found. Raised from model_d.py (3)": "`match` with such a pattern",
    "Cannot capture the non-constant value associated with variable 'x' in a function that may escape.": (
        "a function inside another one that reads its `x`, and is passed on or kept"
    ),
    "Unknown attribute 'islice' of type Module(<module 'itertools' (built-in)>)": (
        "`itertools.islice`, which compiled code has not"
    ),
    "Cannot infer the type of variable 'leaves.1', have imprecise type: list(undefined)<iv=None>.": (
        "what `leaves` holds is not known where it is made"
    ),
    "Cannot unify int64 and Tuple(Smooth, unicode_type) for 'best.2', defined at model_d.py (7)": (
        "`best` is int and tuple(moving float, str)"
    ),
    "list(int64)<iv=None> as value is forbidden": "a dictionary that holds list(int)",
}


@pytest.mark.parametrize(("said", "meant"), SAID.items(), ids=SAID.values())
def test_what_numba_says_in_simpler_words(said: str, meant: str) -> None:
    assert simpler(said) == meant


def test_an_error_without_words_has_a_reason() -> None:
    assert reason(AssertionError()) == f"AssertionError: {UNTOLD}"


def test_the_form_that_got_farthest_gives_the_reason() -> None:
    failures = [Failure(0, 0, "bytecode"), Failure(1, 7, "first"), Failure(1, 7, "second"), Failure(1, 3, "earlier")]
    assert farthest(failures).told == "first"
    assert farthest([*failures, Failure(2, 1, "code")]).told == "code"


def test_the_reason_is_told_again_without_another_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plain form of the program fails by its `Counter`, a line before the one that no form compiles."""
    compiled = pytest.importorskip("stochtrace.estimation.compiled", reason="it is compiled here")
    monkeypatch.setenv("STOCHTRACE_CACHE_DIR", str(tmp_path / "cache"))
    first = filed(COUNTED, tmp_path).estimate(0.4, samples=20, seed=1)
    assert first.mode == "interpreted" and "`.format` of such a value" in str(first.reason)
    monkeypatch.setattr(compiled.Loop, "_call", None)
    again = filed(COUNTED, tmp_path).estimate(0.4, samples=20, seed=1)
    assert again.reason == first.reason


def test_a_form_is_tried_again_where_the_machine_had_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = pytest.importorskip("stochtrace.estimation.compiled", reason="it is compiled here")
    monkeypatch.setenv("STOCHTRACE_CACHE_DIR", str(tmp_path / "cache"))
    text = "def f(p, rng):\n    return rng.exponential(p)\n"

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(compiled.Loop, "_call", full)
        assert filed(text, tmp_path).estimate(0.4, samples=20, seed=1).mode == "interpreted"
    assert filed(text, tmp_path).estimate(0.4, samples=20, seed=1).mode == "compiled"
