"""A release: the wheel installs our two packages and nothing else, and the command leaves all or nothing behind."""

from __future__ import annotations

import datetime
import subprocess
import sys
from pathlib import Path

import pytest

import stochtrace

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))

import building  # noqa: E402
import release  # noqa: E402

CHANGELOG = "# Changelog\n\n## 0.2.0 (unreleased)\n\n* New.\n\n## 0.1.0 (2026-01-02)\n\n* Old.\n"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return building.built(tmp_path_factory.mktemp("dist"), ("--wheel",))


def test_wheel_has_our_packages_only(wheel: Path) -> None:
    assert building.foreign(wheel) == set()


def test_wheel_works_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    assert building.version_where_installed(wheel, tmp_path / "env") == f"stochtrace {stochtrace.__version__}"


def test_unreleased_section_gets_its_date() -> None:
    found = release.dated(CHANGELOG, "0.3.0", datetime.date(2026, 11, 24))
    assert found == CHANGELOG.replace("0.2.0 (unreleased)", "0.3.0 (2026-11-24)")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        pytest.param({"version": "next"}, "is not like 0.2.0", id="no version"),
        pytest.param({"version": ""}, "is not like 0.2.0", id="none given"),
        pytest.param({"status": " M README.md"}, "files differ", id="a changed file"),
        pytest.param({"tags": "v0.1.0\nv0.2.0"}, "the tag v0.2.0 exists", id="released before"),
        pytest.param({"changelog": CHANGELOG.replace("unreleased", "2026-01-03")}, "no lines under", id="no section"),
        pytest.param({"changelog": CHANGELOG.replace("* New.\n\n", "")}, "no lines under", id="an empty section"),
    ],
)
def test_what_stands_in_the_way(change: dict[str, str], what: str) -> None:
    right = {"version": "0.2.0", "status": "", "tags": "v0.1.0", "changelog": CHANGELOG}
    assert release.objections(**right) == []
    assert what in "\n".join(release.objections(**{**right, **change}))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the two files that a release changes; its checks pass, and its wheel is taken as tried."""
    (tmp_path / "stochtrace").mkdir()
    (tmp_path / "stochtrace" / "version.py").write_text('__version__ = "0.1.0"\nINTERFACE = 1\n')
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Someone")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "someone@example.org")
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "First"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    monkeypatch.setattr(release, "ROOT", tmp_path)
    monkeypatch.setattr(release, "make", lambda target: None)
    monkeypatch.setattr(release, "tried", lambda version: None)
    return tmp_path


def test_a_release_is_a_commit_and_a_tag(project: Path) -> None:
    release.release("0.2.0")
    assert release.git("describe") == "v0.2.0"
    assert release.git("status", "--porcelain") == ""
    assert (project / "stochtrace" / "version.py").read_text() == '__version__ = "0.2.0"\nINTERFACE = 1\n'
    assert "(unreleased)" not in (project / "CHANGELOG.md").read_text()


@pytest.mark.parametrize("step", ["make", "tried"])
def test_a_release_that_fails_leaves_nothing(project: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def fail(what: str) -> None:
        raise subprocess.CalledProcessError(1, what)

    before = release.git("rev-parse", "HEAD")
    monkeypatch.setattr(release, step, fail)
    with pytest.raises(subprocess.CalledProcessError):
        release.release("0.2.0")
    assert release.git("rev-parse", "HEAD") == before
    assert release.git("tag") == release.git("status", "--porcelain") == ""
    assert (project / "CHANGELOG.md").read_text() == CHANGELOG
