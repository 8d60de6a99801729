"""Source files as people have them: line ends, encodings, layout."""

from __future__ import annotations

import pytest
from harness import program_of

from stochtrace.transform.pipeline import transform

PLAIN = "def f(p, rng):\n    x = rng.exponential(p)\n    if rng.random() < p:\n        x = x * 2\n    return x\n"
FILES = {
    "CRLF": PLAIN.replace("\n", "\r\n").encode(),
    "CR": PLAIN.replace("\n", "\r").encode(),
    "mixed line ends": PLAIN.replace("\n", "\r\n", 2).encode(),
    "tabs": PLAIN.replace("    ", "\t").encode(),
    "byte order mark": b"\xef\xbb\xbf" + PLAIN.encode(),
    "byte order mark and cookie": b"\xef\xbb\xbf# -*- coding: utf-8 -*-\n" + PLAIN.encode(),
    "latin-1": b"# -*- coding: latin-1 -*-\n# caf\xe9\n" + PLAIN.encode(),
    "cookie in the second line": b"#!/usr/bin/env python\n# vim: set fileencoding=cp1252 :\n# \x80\n" + PLAIN.encode(),
    "form feed": PLAIN.replace("    if", "\f\n    if").encode() + b"\f\n",
    "no newline at the end": PLAIN.rstrip().encode(),
    "blank lines with spaces": PLAIN.replace("\n", "\n   \n").encode(),
    "continued lines": PLAIN.replace("x * 2", "x \\\n            * 2")
    .replace("rng.random() < p", "rng.random() \\\n  < p")
    .encode(),
    "semicolons": PLAIN.replace("    return x", "    y = x; x = y;\n    return x;").encode(),
    "one-line if": PLAIN.replace(":\n        x = x * 2", ": x = x * 2").encode(),
    "comments inside expressions": PLAIN.replace(
        "rng.exponential(p)", "(  # draws\n   rng.exponential(  # here\n      p  # scale\n   )\n  )"
    ).encode(),
    "comment in odd places": PLAIN.replace("    if", "  # less\n            # more\n    if").encode(),
    "shebang and docstring": b'#!/usr/bin/env python3\n"""A model."""\n' + PLAIN.encode(),
    "future import": b"from __future__ import annotations\n" + PLAIN.encode(),
    "main guard": PLAIN.encode() + b'\nif __name__ == "__main__":\n    print(f(0.5, None))\n',
    "unicode names": PLAIN.replace("x", "\N{GREEK SMALL LETTER SIGMA}")
    .replace("e\N{GREEK SMALL LETTER SIGMA}p", "exp")
    .encode(),
}


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_files_as_people_have_them(data: bytes) -> None:
    code = transform(data, filename="model.py", output="model_d.py").code
    assert "\r" not in code
    space: dict[str, object] = {}
    exec(compile(code.encode(), "model_d.py", "exec"), space)
    program, plain = space["f"], program_of(PLAIN)
    for seed in range(20):
        ours, theirs = (q.triple(0.5, seed=seed, prune=False) for q in (program, plain))  # type: ignore[attr-defined]
        assert (ours.value, ours.delta, [j[:2] for j in ours.jumps]) == (
            theirs.value,
            theirs.delta,
            [j[:2] for j in theirs.jumps],
        )
