"""The uniforms ω: published words, the same in interpreted and compiled runs, in any order and in every replay."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest

from stochtrace.estimation.quasi import Sobol
from stochtrace.estimation.schemes import Antithetic, Independent
from stochtrace.runtime.threefry import block, key_words, schedule
from stochtrace.runtime.uniforms import Omega, forced, read

MASK = (1 << 64) - 1
# Known answers of Threefry4x64-20: counter, key, words (kat_vectors of Random123 1.14).
PI = (
    (0x243F6A8885A308D3, 0x13198A2E03707344, 0xA4093822299F31D0, 0x082EFA98EC4E6C89),
    (0x452821E638D01377, 0xBE5466CF34E90C6C, 0xBE5466CF34E90C6C, 0xC0AC29B7C97C50DD),
    (0xA7E8FDE591651BD9, 0xBAAFD0C30138319B, 0x84A5C1A729E685B9, 0x901D406CCEBC1BA4),
)
ZEROS = ((0,) * 4, (0,) * 4, (0x09218EBDE6C85537, 0x55941F5266D86105, 0x4BD25E16282434DC, 0xEE29EC846BD2E40B))
ONES = ((MASK,) * 4, (MASK,) * 4, (0x29C24097942BBA1B, 0x0371BBFB0F6F4E11, 0x3C231FFA33F83A1C, 0xCD29113FDE32D168))
KNOWN = pytest.mark.parametrize(("counter", "key", "words"), [ZEROS, ONES, PI], ids=["zeros", "ones", "pi"])
TURNS = [[14, 16], [52, 57], [23, 40], [5, 37], [25, 33], [46, 12], [58, 22], [32, 32]]
SEEDS = [0, 1, 12345, MASK, 1 << 64, (7 << 64) + 5, (1 << 128) - 1]
SITES = 4


@cache
def threefry(counter: Sequence[int], key: Sequence[int]) -> tuple[int, ...]:
    """Threefry4x64-20, from its definition: mixes of two words, a permutation, and a key before each fourth round."""
    keys = [*key, key[0] ^ key[1] ^ key[2] ^ key[3] ^ 0x1BD11BDAA9FC1A22]
    words = list(counter)
    for number in range(21):
        if number % 4 == 0:
            time = number // 4
            words = [(word + keys[(time + i) % 5] + time * (i == 3)) % 2**64 for i, word in enumerate(words)]
        if number == 20:
            break
        for i, turn in zip((0, 2), TURNS[number % 8], strict=True):
            words[i] = (words[i] + words[i + 1]) % 2**64
            turned = (words[i + 1] * 2**turn) % 2**64 + words[i + 1] // 2 ** (64 - turn)
            words[i + 1] = turned ^ words[i]
        words[1], words[3] = words[3], words[1]
    return tuple(words)


def by_definition(seed: int, sample: int, site: int, visit: int) -> float:
    word = threefry((visit // 4 + 1, site, sample, 0), (seed & MASK, seed >> 64, 0, 0))[visit % 4]
    return ((word >> 12) + 0.5) / 2**52


def interpreted(seed: int, sample: int, order: Sequence[int], twice: bool = False) -> list[float]:
    """Uniforms of sites in the order of reading; with `twice`, of the replay after that."""
    omega = Omega(seed, SITES)
    omega.start(sample)
    first = [read(omega, site) for site in order]
    if not twice:
        return first
    omega.replay(1, 1, 0)
    return [read(omega, site) for site in order]


def compiled(seed: int, sample: int, order: Sequence[int], twice: bool = False) -> list[float]:
    """The same, by the functions of the compiled side, in compiled code."""
    numba = pytest.importorskip("numba", reason="compiled uniforms need Numba")
    from stochtrace.runtime import numba_side

    out = np.zeros(len(order))
    omegas = np.zeros(1, numba_side.omega_type(SITES))
    omegas["key0"], omegas["key1"] = key_words(seed)
    run = consumer(numba, numba_side.start, numba_side.replay)
    run(omegas, np.zeros(1, numba_side.JUMPS_TYPE), sample, np.array(order, dtype=np.int64), out, twice)
    return [float(w) for w in out]


def consumer(numba: Any, start: Any, replay: Any, made: dict[str, Any] = {}) -> Callable[..., None]:  # noqa: B006
    """Compile, once, a function that starts a sample and reads."""

    def run(omegas: Any, collections: Any, sample: int, order: Any, out: Any, twice: bool) -> None:
        omega, jumps = omegas[0], collections[0]
        start(omega, jumps, sample)
        for i in range(order.shape[0]):
            out[i] = read(omega, order[i])
        if twice:
            replay(omega, jumps)
            for i in range(order.shape[0]):
                out[i] = read(omega, order[i])

    if "run" not in made:
        made["run"] = numba.njit(run)
    consume: Callable[..., None] = made["run"]
    return consume


MODES = [pytest.param(interpreted, id="interpreted"), pytest.param(compiled, id="compiled")]


@KNOWN
def test_known_answers(counter: Sequence[int], key: Sequence[int], words: Sequence[int]) -> None:
    assert threefry(counter, key) == words
    assert block(schedule(key), counter) == words


@KNOWN
def test_words_of_many_counters_are_those_of_each(
    counter: Sequence[int], key: Sequence[int], words: Sequence[int]
) -> None:
    known = [ZEROS[0], counter, ONES[0], PI[0]]
    found = block(schedule(key), np.array(known, np.uint64).T)
    assert [tuple(column.tolist()) for column in np.transpose(found)] == [threefry(one, key) for one in known]
    assert tuple(np.transpose(found)[1].tolist()) == words


@pytest.mark.parametrize("run", MODES)
@pytest.mark.parametrize("seed", SEEDS)
def test_uniforms_are_the_words_of_seed_site_sample_and_visit(run: Any, seed: int) -> None:
    for sample in (0, 1, 4096, 2**31 + 7, 2**62):
        found = run(seed, sample, [s for s in range(SITES + 1) for _ in range(9)])
        places = [(s, v) for s in range(SITES + 1) for v in range(9)]
        assert found == [by_definition(seed, sample, *place) for place in places]


@pytest.mark.parametrize("run", MODES)
@pytest.mark.parametrize("twice", [False, True], ids=["first run", "replay"])
@pytest.mark.parametrize("visits", [3, 255, 256, 257, 300, 1100])
def test_long_runs_and_their_replays(run: Any, twice: bool, visits: int) -> None:
    """Compiled code keeps 256 uniforms per site: a longer run, and its replay, must not show it."""
    found = run(99, 5, [2] * visits + [3] * 10, twice)
    assert found == [by_definition(99, 5, 2, v) for v in range(visits)] + [
        by_definition(99, 5, 3, v) for v in range(10)
    ]


@pytest.mark.parametrize("run", MODES)
@pytest.mark.parametrize("twice", [False, True], ids=["first run", "replay"])
def test_sites_do_not_disturb_each_other(run: Any, twice: bool) -> None:
    order = [site for site in range(SITES + 1) for _ in range(300)]
    random.Random(1).shuffle(order)
    visits = [order[:i].count(site) for i, site in enumerate(order)]
    assert run(3, 8, order, twice) == [by_definition(3, 8, s, v) for s, v in zip(order, visits, strict=True)]


@pytest.mark.parametrize("run", MODES)
def test_a_replay_may_read_more_or_less_than_the_first_run(run: Any) -> None:
    """Samples one after the other leave nothing behind, whatever the last one read."""
    omega = Omega(4, SITES)
    for sample, count, again in ((0, 2, 700), (1, 700, 3), (2, 5, 5), (3, 270, 300)):
        omega.start(sample)
        for n in (count, again):
            assert [read(omega, 1) for _ in range(n)] == [by_definition(4, sample, 1, v) for v in range(n)]
            omega.replay(1, 2, 0)
        assert run(4, sample, [1] * again) == [by_definition(4, sample, 1, v) for v in range(again)]


def several(numba: Any, start: Any) -> Callable[..., None]:
    """Compile a function that reads sites in turn in samples one after the other, each site as often as is said."""

    def run(omegas: Any, collections: Any, samples: Any, counts: Any, out: Any) -> None:
        omega, jumps = omegas[0], collections[0]
        for i in range(len(samples)):
            start(omega, jumps, samples[i])
            for visit in range(counts.max()):
                for site in range(1, counts.shape[1]):
                    if visit < counts[i, site]:
                        out[i, site, visit] = read(omega, site)

    made: Callable[..., None] = numba.njit(run)
    return made


@pytest.mark.parametrize("scheme", [Independent(), Antithetic(), Sobol()], ids=lambda scheme: scheme.name)
def test_compiled_samples_one_after_the_other_are_read_as_each_alone(scheme: Independent) -> None:
    """How many uniforms are computed at once depends on what the sample before has read; the uniforms do not."""
    numba = pytest.importorskip("numba", reason="compiled uniforms need Numba")
    from stochtrace.runtime import numba_side

    run, draw, number = several(numba, numba_side.start), random.Random(7), 60
    counts = np.array([[0, draw.randrange(9), *map(draw.randrange, (40, 300, 9))] for _ in range(number)])

    def read_in_turn(first: int, counts: Any) -> Any:
        omegas, out = np.zeros(1, numba_side.omega_type(SITES)), np.zeros((len(counts), SITES + 1, 300))
        _pointed_to = scheme.prepare(omegas, 11, 64, number)
        run(omegas, np.zeros(1, numba_side.JUMPS_TYPE), np.arange(first, first + len(counts)), counts, out)
        return out

    together = read_in_turn(64, counts)
    for i in range(number):
        assert np.array_equal(read_in_turn(64 + i, counts[i : i + 1])[0], together[i])
    assert scheme.name != "independent" or together[9, 3, 40] == by_definition(11, 73, 3, 40) * (counts[9, 3] > 40)


STEADY = [[0, 1, 50, 4], [1, 3, 49, 97]]


@pytest.mark.parametrize("steady", STEADY, ids=str)
@pytest.mark.parametrize("mirrored", [False, True], ids=["", "mirrored"])
def test_blocks_made_for_several_compiled_samples_are_those_of_each(steady: list[int], mirrored: bool) -> None:
    """Samples read as many for a while, then one reads on over the end of what a site keeps, under another key too."""
    numba = pytest.importorskip("numba", reason="compiled uniforms need Numba")
    from stochtrace.runtime import numba_side

    run, longest = several(numba, numba_side.start), 620
    rows = np.array([*[[0, *steady]] * 45, [0, 500, 620, 261, 3], *[[0, 1, 1, 1, 1]] * 4])
    omegas, collections = np.zeros(1, numba_side.omega_type(SITES)), np.zeros(1, numba_side.JUMPS_TYPE)
    omegas["paired"] = mirrored
    for seed, first, counts in ((5, 100, rows), (6, 100 + len(rows) - 1, rows[::-1].copy())):
        omegas["key0"], omegas["key1"] = key_words(seed)
        out = np.zeros((len(counts), SITES + 1, longest))
        run(omegas, collections, np.arange(first, first + len(counts)), counts, out)
        for number, row, found in zip(range(first, first + len(counts)), counts, out, strict=True):
            for site, count in enumerate(row):
                words = [by_definition(seed, number >> mirrored, site, visit) for visit in range(count)]
                assert found[site, :count].tolist() == [1 - w if mirrored and number % 2 else w for w in words]


@pytest.mark.parametrize("points", [(), tuple((i + 0.25) / 16 for i in range(14))], ids=["", "points"])
@pytest.mark.parametrize("mirrored", [False, True], ids=["", "mirrored"])
def test_uniforms_made_ahead_are_those_of_their_sample(mirrored: bool, points: tuple[float, ...]) -> None:
    """Samples in order, whose reads differ: site 1 seldom, 2 some times, 3 often, 4 from the 250th on only."""
    omega, reads = Omega(11, SITES), random.Random(5)
    for sample in [*range(400), 2, *range(9000, 9050), 9049, 9048]:
        counts = reads.random() < 0.05, reads.randrange(9), reads.randrange(20, 40), 3 * (250 <= sample < 9000)
        omega.start(sample, mirrored, points)
        for _ in range(2):
            found = [[read(omega, site) for _ in range(n)] for site, n in enumerate(counts, 1)]
            assert found == [
                [
                    points[v * SITES + site - 1] if v * SITES + site <= len(points) else 1 - w if mirrored else w
                    for v, w in ((v, by_definition(11, sample, site, v)) for v in range(n))
                ]
                for site, n in enumerate(counts, 1)
            ]
            omega.replay(1, 1, 0)


@pytest.mark.parametrize("points", [(), tuple((i + 0.25) / 16 for i in range(14))], ids=["", "points"])
@pytest.mark.parametrize("steady", [1, 2, 4, 5, 19, 20, 21])
def test_a_sample_that_reads_more_than_all_before_it(steady: int, points: tuple[float, ...]) -> None:
    """What is made ahead ends where every sample before has ended, inside a block of four too."""
    omega = Omega(13, SITES)
    for sample in range(400):
        count = steady if sample % 100 < 98 else 3 * steady + 2
        omega.start(sample, points=points)
        for _ in range(2):
            expected = [by_definition(13, sample, 2, visit) for visit in range(count)]
            expected[: len(points[1::SITES])] = points[1::SITES][:count]
            assert [read(omega, 2) for _ in range(count)] == expected[:count]
            omega.replay(1, 1, 0)


@pytest.mark.parametrize("run", MODES)
def test_uniforms_are_inside_the_unit_interval_and_symmetric(run: Any) -> None:
    found = run(0, 0, [1] * 1000)
    assert all(0.0 < w < 1.0 and 1.0 - (1.0 - w) == w and (w * 2**52) % 1 == 0.5 for w in found)


@pytest.mark.parametrize("word", [0, MASK], ids=["the smallest word", "the largest word"])
def test_the_ends_of_the_lattice_are_inside_too(word: int) -> None:
    w = ((word >> 12) + 0.5) * 2.0**-52
    assert 0.0 < w < 1.0 and 0.0 < 1.0 - w < 1.0


def test_a_draw_is_forced_right_after_its_own_visit_only() -> None:
    omega = Omega(1, SITES)
    omega.replay(2, 3, 0)
    seen = []
    for site in [1, 2, 2, 1, 1, 2, 1, 2, 3]:
        read(omega, site)
        seen.append(forced(omega, site))
    assert seen == [False, False, False, False, False, True, False, False, False]


@pytest.mark.parametrize("seed", [-1, 1 << 128, True, 1.5], ids=str)
def test_a_seed_that_is_no_key_is_refused(seed: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        key_words(seed)
