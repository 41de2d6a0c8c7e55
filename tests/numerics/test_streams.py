import itertools
import math

import numpy as np
import pytest

from actviz.numerics.streams import ROLES, batch_sizes, normal_batches, standard_normal, stream


def test_same_key_gives_the_same_stream():
    for role in ROLES:
        np.testing.assert_array_equal(stream(5, role, 3).random(100), stream(5, role, 3).random(100))


def test_every_key_has_its_own_stream():
    keys = list(itertools.product((0, 1, 2, 10**12, 2**40), ROLES, (0, 1, 2, 100)))
    firsts = [stream(*key).bit_generator.random_raw() for key in keys]
    assert len(set(firsts)) == len(keys)


def test_layer_defaults_to_the_whole_network():
    assert stream(3, "inputs").random() == stream(3, "inputs", 0).random()


def test_neighbouring_streams_are_uncorrelated():
    keys = [(seed, role, layer) for seed in (0, 1) for role in ROLES[:3] for layer in (0, 1, 2)]
    draws = np.array([stream(*key).standard_normal(20_000) for key in keys])
    correlation = np.corrcoef(draws)[np.triu_indices(len(keys), 1)]
    assert np.max(np.abs(correlation)) < 5 / np.sqrt(20_000)  # 153 pairs of standard deviation 1/sqrt(20000)


def test_drawing_from_one_stream_does_not_move_another():
    expected = stream(1, "weights", 2).random(5)
    first, second = stream(1, "weights", 1), stream(1, "weights", 2)
    first.random(1000)
    np.testing.assert_array_equal(second.random(5), expected)


def test_role_numbers_are_part_of_every_recipe():
    # Reordering the roles would silently change what every recorded recipe means; new ones go at the end.
    assert ROLES[:7] == ("inputs", "weights", "biases", "cotangent", "labels", "head", "data")
    raw = np.random.SFC64(np.random.SeedSequence(entropy=7, spawn_key=(1, 2))).random_raw(3)
    np.testing.assert_array_equal(stream(7, "weights", 2).bit_generator.random_raw(3), raw)


def test_an_unknown_role_is_refused():
    with pytest.raises(ValueError, match=r"tuple\.index|role"):
        stream(0, "nonsense")


@pytest.mark.parametrize("size", [1, 100, 256, 300, 1000])
def test_batches_of_any_size_are_cut_from_the_same_rows(size):
    batches = list(normal_batches(stream(0, "inputs"), 700, 5, size, "float32"))
    assert [len(batch) for batch in batches] == list(batch_sizes(700, size))
    whole = next(normal_batches(stream(0, "inputs"), 700, 5, 700, "float32"))
    np.testing.assert_array_equal(np.concatenate(batches), whole)


@pytest.mark.parametrize("seed", [0, 7, 2**32 - 1, 2**32, 2**63 - 1])
@pytest.mark.parametrize(("role", "layer"), [("inputs", 0), ("weights", 1), ("branch", 10_000)])
def test_a_stream_is_that_of_its_key(seed, role, layer):
    key = np.random.SeedSequence(entropy=seed, spawn_key=(ROLES.index(role), layer))
    ours, theirs = stream(seed, role, layer), np.random.Generator(np.random.SFC64(key))
    assert (ours.bytes(64), ours.random()) == (theirs.bytes(64), theirs.random())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (100, 100), (300, 257)])
def test_normal_values_are_those_of_uniform_ones_that_numpy_gives(shape, dtype):
    rng, ours = stream(3, "weights", 1), stream(3, "weights", 1)
    drawn = standard_normal(ours, *shape, dtype)
    number = drawn.size + drawn.size % 2
    kind, right = np.dtype(dtype).type, []
    for start in range(0, number, 32768):
        uniform = rng.random(min(32768, number - start), kind)
        radius = np.sqrt(np.log(kind(1.0) - uniform[: uniform.size // 2]) * kind(-2.0))
        angle = uniform[uniform.size // 2 :] * kind(2.0 * math.pi)
        right += [np.cos(angle) * radius, np.sin(angle) * radius]
    assert drawn.tobytes() == np.concatenate(right)[: drawn.size].tobytes()
    assert ours.random() == rng.random()
