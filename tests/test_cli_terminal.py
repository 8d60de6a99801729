"""On a terminal: colours, where they are wanted, and what shells complete."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from stochtrace_cli.main import main

pty = pytest.importorskip("pty", reason="this system has no pseudo terminals")
STYLED = "\x1b["
PROGRAM = """def f(p, rng):
    return rng.binomial(1, p) * rng.exponential(p) * rng.normal(0, 1)


def g(p, rng):
    x = rng.exponential(p)  # stochtrace: pathwise
    return 1 if x > 1 else 0
"""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    file = tmp_path / "model.py"
    file.write_text(PROGRAM)
    return file


def on_a_terminal(*arguments: str, **environment: str) -> str:
    """What a command prints on a terminal."""
    keeper, terminal = pty.openpty()
    command = [sys.executable, "-m", "stochtrace_cli", *arguments]
    inherited = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    with os.fdopen(keeper, "rb", buffering=0) as reader:
        process = subprocess.Popen(command, stdout=terminal, stdin=terminal, env={**inherited, **environment})
        os.close(terminal)
        printed = b"".join(iter(lambda: read(reader), b""))
        assert process.wait() == 0
    return printed.decode().replace("\r\n", "\n")


def read(reader: object) -> bytes:
    """The next bytes; none at the end, which Linux tells as an error."""
    try:
        return reader.read(65536)
    except OSError:
        return b""


def test_explain_is_in_colour_on_a_terminal_only(model: Path) -> None:
    command = ["explain", str(model)]
    plain = subprocess.run([sys.executable, "-m", "stochtrace_cli", *command], capture_output=True, check=True)
    shown = on_a_terminal(*command)
    assert STYLED in shown and STYLED.encode() not in plain.stdout
    assert on_a_terminal(*command, NO_COLOR="1") == plain.stdout.decode()
    assert on_a_terminal(*command, NO_COLOR="") == shown


def test_colours_say_how_a_draw_is_differentiated(model: Path) -> None:
    shown = on_a_terminal("explain", str(model), "--function", "f")
    styles = {style for line in shown.splitlines()[4:] for style in re.findall(r"\x1b\[(\d+)m(?=\w)", line)}
    assert len(styles) == 2  # a jump, and two that are pathwise
    assert f"{STYLED}31m{STYLED}1mBIASED: line 6" in on_a_terminal("explain", str(model), "--function", "g")


def completed(words: str, shell: str) -> list[str]:
    environment = {"_STOCHTRACE_COMPLETE": f"{shell}_complete", "COMP_WORDS": words}
    environment["COMP_CWORD"] = words.split()[-1] if shell == "fish" else str(len(words.split()) - 1)
    code = "from stochtrace_cli.main import main; main(prog_name='stochtrace')"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment}, check=True)
    return done.stdout.splitlines()


@pytest.mark.parametrize("command", main.commands)
def test_commands_are_completed(command: str) -> None:
    assert f"plain,{command}" in completed(f"stochtrace {command[:2]}", "bash")


@pytest.mark.parametrize("words", ["transform mo", "explain mo", "estimate mo", "check --config py", "sweep -o x"])
def test_files_are_left_to_the_shell(words: str) -> None:
    assert completed(f"stochtrace {words}", "bash") == [f"file,{words.split()[-1]}"]
    assert completed(f"stochtrace {words}", "fish") == [f"file,{words.split()[-1]}"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_script_of_a_shell(shell: str) -> None:
    if shell == "bash" and not Path("/bin/bash").exists():
        pytest.skip("click asks bash for its version, and there is none")
    code = "from stochtrace_cli.main import main; main(prog_name='stochtrace')"
    environment = {**os.environ, "_STOCHTRACE_COMPLETE": f"{shell}_source"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert f"_STOCHTRACE_COMPLETE={shell}_complete" in done.stdout
