"""An estimate that is stopped, or killed, goes on from its checkpoint to the same bits."""

from __future__ import annotations

import io
import multiprocessing
import os
import random
import signal
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest

from stochtrace.estimation import CheckpointError, Program, checkpoint, progress
from stochtrace.estimation.folding import Fold
from stochtrace.estimation.goal import CHUNK

SHORT = 2 * CHUNK + 100


def test_interrupt_ends_a_long_estimate_and_keeps_the_checkpoint(coin: Program, tmp_path: Path) -> None:
    """The signal comes while threads run; what they have finished is in the file."""
    coin.estimate(0.4, 2.0, samples=10, seed=3)
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # processes of parallel tests ignore it
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            coin.estimate(0.4, 2.0, samples=10**10, seed=3, threads=2, checkpoint=tmp_path / "c")
    finally:
        signal.signal(signal.SIGINT, before)
    assert not [t for t in threading.enumerate() if t.name.startswith("stochtrace")]
    done = checkpoint.Checkpoint(tmp_path / "c", key_of(tmp_path / "c")).load().chunks
    assert done > 0
    resumed = coin.estimate(0.4, 2.0, samples=(done + 2) * CHUNK, seed=3, checkpoint=tmp_path / "c")
    assert resumed.to_dict() == coin.estimate(0.4, 2.0, samples=(done + 2) * CHUNK, seed=3).to_dict()


def key_of(path: Path) -> str:
    body = path.read_bytes().split(b"\n", 2)[2]
    return str(np.load(io.BytesIO(body))["key"])


def test_resumed_estimate_has_the_same_bits(coin: Program, tmp_path: Path) -> None:
    path = tmp_path / "c"
    for samples in (CHUNK + 5, 2 * CHUNK, SHORT, SHORT):
        found = coin.estimate(0.4, 2.0, samples=samples, seed=3, checkpoint=path)
        assert found.to_dict() == coin.estimate(0.4, 2.0, samples=samples, seed=3).to_dict()
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".")] == []


def test_short_estimate_keeps_its_full_chunks(coin: Program, tmp_path: Path) -> None:
    path = tmp_path / "c"
    coin.estimate(0.4, 2.0, samples=3 * CHUNK + 5, seed=3, checkpoint=path)
    assert checkpoint.Checkpoint(path, key_of(path)).load().chunks == 3


@pytest.mark.parametrize(
    ("other", "words"),
    [
        pytest.param({"seed": 4}, "belongs to another", id="seed"),
        pytest.param({"q": 2.5}, "belongs to another", id="argument"),
        pytest.param({"replays": "all"}, "belongs to another", id="replays"),
        pytest.param({"samples": 7}, "more than the 7", id="fewer samples"),
    ],
)
def test_foreign_checkpoint_is_left_alone(coin: Program, tmp_path: Path, other: dict[str, Any], words: str) -> None:
    path = tmp_path / "c"
    asked: dict[str, Any] = {"q": 2.0, "samples": CHUNK, "seed": 3, "mode": "interpreted", "checkpoint": path}
    coin.estimate(0.4, **asked)
    before = path.read_bytes()
    with pytest.raises(CheckpointError, match=words):
        coin.estimate(0.4, **(asked | other))
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", ["cut", "flipped", "foreign", "empty"])
def test_damaged_checkpoint_is_left_alone(coin: Program, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "c"
    coin.estimate(0.4, 2.0, samples=CHUNK, seed=3, mode="interpreted", checkpoint=path)
    data = path.read_bytes()
    flipped = data[:200] + bytes([data[200] ^ 1]) + data[201:]
    path.write_bytes({"cut": data[:-9], "flipped": flipped, "foreign": b"notes\n", "empty": b""}[damage])
    before = path.read_bytes()
    with pytest.raises(CheckpointError, match="left as it is"):
        coin.estimate(0.4, 2.0, samples=CHUNK, seed=3, mode="interpreted", checkpoint=path)
    assert path.read_bytes() == before


KILLED = 80 * CHUNK


def run_and_tell(coin: Program, path: Path, told: Connection) -> None:
    """Run with a checkpoint after every task, and tell each time what has been saved."""
    progress.SECONDS = 0.0
    save = checkpoint.Checkpoint.save

    def saved(self: checkpoint.Checkpoint, fold: Fold) -> None:
        save(self, fold)
        told.send(fold.chunks)

    with mock.patch.object(checkpoint.Checkpoint, "save", saved):
        coin.estimate(0.4, 2.0, samples=KILLED, seed=3, threads=2, checkpoint=path)


def test_kill_loses_nothing_that_was_reported(coin: Program, tmp_path: Path) -> None:
    path, wait = tmp_path / "c", random.Random(9)
    expected = coin.estimate(0.4, 2.0, samples=KILLED, seed=3)
    context = multiprocessing.get_context("fork")
    for _ in range(20):
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=run_and_tell, args=(coin, path, there))
        process.start()
        there.close()
        time.sleep(wait.uniform(0.01, 0.12))
        process.kill()
        process.join()
        reported = last(here)
        if path.exists():
            done = checkpoint.Checkpoint(path, key_of(path)).load().chunks
            assert reported <= done <= KILLED // CHUNK
        assert path.exists() or reported == 0
    assert coin.estimate(0.4, 2.0, samples=KILLED, seed=3, checkpoint=path).to_dict() == expected.to_dict()


def last(connection: Connection) -> int:
    """The last number that was sent, 0 where there is none."""
    reported = 0
    try:
        while True:
            reported = connection.recv()
    except EOFError:
        return reported
