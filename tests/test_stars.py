"""`from module import *`: the names that it brings, and what is said where these cannot be known."""

from __future__ import annotations

import pytest
from harness import generate, program_of

from stochtrace.diagnostics import Refusal
from stochtrace.transform.stars import written_out

ALIKE = {
    "names that are used": ("from random import *\nx = random() + gauss(0, 1)\n", "from random import gauss, random\n"),
    "a later one hides": (
        "from math import *\nfrom numpy import *\ny = sqrt(floor(gamma(2)))\n",
        "from math import gamma\nfrom numpy import floor, sqrt\n",
    ),
    "what the module defines": (
        "from random import *\ndef choice(x): return x\nchoice(seed())\n",
        "from random import seed\n",
    ),
    "nothing": ("from math import *\nprint(3)\n", "pass\n"),
    "a module in it": ("from numpy import *\nx = random.random(3) * pi\n", "from numpy import pi, random\n"),
    "several on a line": ("import re; from math import *; cos(0)\n", "import re; from math import cos; cos(0)\n"),
    "pylab": (
        "from pylab import *\nx = max(zeros(3).sum(), normal(0, 1), norm([1, 2]))\nplot(x)\ndef plot(x): pass\n",
        "from numpy import zeros; from numpy.linalg import norm; from numpy.random import normal\n",
    ),
    "no use of an unknown one": ("from matplotlib.pyplot import *\nx = [i for i in range(3)]\n", "pass\n"),
}


@pytest.mark.parametrize("case", ALIKE)
def test_stars_become_names(case: str) -> None:
    text, first = ALIKE[case]
    written = written_out(text)
    assert written.startswith(first)
    assert written.count("\n") == text.count("\n")


def test_a_product_is_no_star() -> None:
    text = "from math import cos\ny = 2 * cos(1) * 3\n"
    assert written_out(text) is text


MODEL = """
from numpy import *
from numpy.random import *


def f(p):
    u = random(3)
    return sum(where(u < p, 1.0, 0.0)) + (1 if choice([1, 2]) == 3 else 0)
"""


def test_a_model_draws_with_the_names_of_a_star() -> None:
    named = MODEL.replace("from numpy import *", "from numpy import sum, where")
    named = named.replace("from numpy.random import *", "from numpy.random import choice, random")
    stars, names = program_of(MODEL), program_of(named)
    found = [stars.triple(0.5, seed=1, sample=i) for i in range(30)]
    assert list(map(str, found)) == [str(names.triple(0.5, seed=1, sample=i)) for i in range(30)]
    assert len({triple.value for triple in found}) > 2


@pytest.mark.parametrize("module", ["pycxsimulator", ".agents", "pylab"])
def test_unknown_names_are_told(module: str) -> None:
    text = f"import random\nfrom {module} import *\n\n\ndef f(p):\n    return helper(random.random() < p)\n"
    with pytest.raises(Refusal, match="names that cannot be known") as caught:
        generate(text)
    assert caught.value.line == 2
    assert "helper" in caught.value.why
    assert "random" not in caught.value.why
