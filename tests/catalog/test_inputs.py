import gc
import math
import warnings

import numpy as np
import pytest

from actviz import INPUTS
from actviz.catalog.inputs import ArrayInputs, CorrelatedInputs, Inputs, NormalInputs, UniformInputs, mnist, read_array
from actviz.catalog.names import labelled_inputs
from actviz.numerics.streams import stream


def _rows(inputs, samples, width, size=10_000, dtype="float64", seed=0):
    return np.concatenate(list(inputs.batches(stream(seed, "inputs"), samples, width, size, dtype)))


def _width(inputs):
    return inputs.shape[1] or 37


every_inputs = pytest.mark.parametrize(
    "inputs",
    [*INPUTS.values(), CorrelatedInputs(1.0), CorrelatedInputs(0.0), NormalInputs(0.0)],
    ids=lambda inputs: repr(inputs),
)


@every_inputs
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_rows_do_not_depend_on_the_batch_size(inputs, dtype):
    assert isinstance(inputs, Inputs)
    whole = _rows(inputs, 101, _width(inputs), dtype=dtype)
    assert whole.shape == (101, _width(inputs))
    assert whole.dtype == np.dtype(dtype)
    for size in (1, 7, 50, 100, 101, 102):
        np.testing.assert_array_equal(_rows(inputs, 101, _width(inputs), size, dtype), whole)


@every_inputs
def test_batches_are_equal_and_no_larger_than_asked_for(inputs):
    batches = list(inputs.batches(stream(0, "inputs"), 20, _width(inputs), 6, "float32"))
    assert [len(batch) for batch in batches] == [5, 5, 5, 5]


@pytest.mark.parametrize("inputs", INPUTS.values(), ids=INPUTS)
def test_another_seed_gives_other_rows(inputs):
    assert not np.array_equal(_rows(inputs, 50, _width(inputs), seed=0), _rows(inputs, 50, _width(inputs), seed=1))
    assert inputs.reference


@pytest.mark.parametrize("std", [1.0, 0.3])
def test_normal_inputs_are_normal(std):
    from scipy import stats

    assert stats.kstest(_rows(NormalInputs(std), 500, 100).reshape(-1), stats.norm(0, std).cdf).pvalue > 1e-3


@pytest.mark.parametrize("bounds", [(-1.0, 1.0), (0.0, 1.0), (-3.0, 5.0)])
def test_uniform_inputs_are_uniform(bounds):
    from scipy import stats

    low, high = bounds
    rows = _rows(UniformInputs(low, high), 500, 100)
    assert stats.kstest(rows.reshape(-1), stats.uniform(low, high - low).cdf).pvalue > 1e-3


@pytest.mark.parametrize("c", [0.0, 0.3, 0.5, 0.95, 1.0])
def test_correlated_inputs_have_unit_variance_and_the_correlation(c):
    width = 20_000
    rows = _rows(CorrelatedInputs(c), 12, width)
    gram = rows @ rows.T / width
    off_diagonal = gram[~np.eye(12, dtype=bool)]
    # a mean of ``width`` products, each of variance at most 2
    np.testing.assert_allclose(np.diag(gram), 1.0, atol=5 * math.sqrt(2 / width))
    np.testing.assert_allclose(off_diagonal, c, atol=5 * math.sqrt((1 + c * c) / width))


def test_fewer_samples_than_rows_are_drawn_without_replacement():
    values = np.arange(400.0).reshape(100, 4)
    drawn = _rows(ArrayInputs(values), 60, 4)
    firsts = drawn[:, 0]
    assert len(set(firsts)) == 60
    np.testing.assert_array_equal(drawn, firsts[:, None] + np.arange(4.0))
    assert not np.array_equal(np.sort(firsts), np.sort(_rows(ArrayInputs(values), 60, 4, seed=1)[:, 0]))


def test_as_many_samples_as_rows_keep_their_order():
    values = np.random.default_rng(0).normal(size=(30, 4))
    np.testing.assert_array_equal(_rows(ArrayInputs(values), 30, 4), values)


def test_array_inputs_flatten_images():
    assert ArrayInputs(np.zeros((5, 2, 3, 4))).shape == (5, 24)


@pytest.mark.parametrize("dtype", ["uint8", "int64", "bool", "float32"])
def test_array_inputs_take_any_numbers(dtype):
    assert _rows(ArrayInputs(np.ones((3, 2), dtype)), 3, 2, dtype="float32").tolist() == [[1.0, 1.0]] * 3


@pytest.mark.parametrize(
    "make",
    [
        lambda: NormalInputs(-1.0),
        lambda: NormalInputs(math.nan),
        lambda: UniformInputs(1.0, 0.0),
        lambda: UniformInputs(0.0, math.inf),
        lambda: CorrelatedInputs(-0.1),
        lambda: CorrelatedInputs(1.1),
        lambda: CorrelatedInputs(math.nan),
        lambda: ArrayInputs(np.zeros(5)),
        lambda: ArrayInputs(np.zeros((0, 5))),
        lambda: ArrayInputs(np.zeros((5, 0))),
        lambda: ArrayInputs(np.float64(3.0)),
        lambda: ArrayInputs(np.array([[1.0, np.nan]])),
        lambda: ArrayInputs(np.array([[1.0, np.inf]])),
        lambda: ArrayInputs(np.array([["a", "b"]])),
        lambda: ArrayInputs(np.array([[1j, 2j]])),
        lambda: ArrayInputs(np.array([[{}, {}]])),
    ],
)
def test_bad_values_are_one_line_errors(make, one_line_error):
    one_line_error(make)


def test_npy_and_npz_files_are_read(tmp_path):
    values = np.random.default_rng(0).normal(size=(6, 3))
    np.save(tmp_path / "a.npy", values)
    np.savez(tmp_path / "one.npz", images=values)
    np.savez_compressed(tmp_path / "x.npz", x=values, y=np.zeros(6))
    for name in ("a.npy", "one.npz", "x.npz"):
        np.testing.assert_array_equal(read_array(str(tmp_path / name)).values, values)
        label, inputs = labelled_inputs(str(tmp_path / name))
        assert label == str(tmp_path / name)
        assert inputs.shape == (6, 3)


def _write_bad_files(folder):
    good = np.ones((4, 3))
    np.save(folder / "pickled.npy", np.array([[{"a": 1}]], object), allow_pickle=True)
    np.save(folder / "nan.npy", np.full((2, 2), np.nan))
    np.save(folder / "flat.npy", np.zeros(5))
    np.save(folder / "empty_array.npy", np.zeros((0, 3)))
    np.save(folder / "words.npy", np.array([["a"]]))
    np.savez(folder / "two.npz", a=good, b=good)
    np.savez(folder / "none.npz")
    np.savez(folder / "pickled.npz", np.array([[None]], object))
    (folder / "text.npy").write_text("1,2,3\n4,5,6\n")
    (folder / "empty.npy").write_bytes(b"")
    (folder / "empty.npz").write_bytes(b"")
    (folder / "zip.npz").write_bytes(b"PK\x03\x04 not a zip")
    (folder / "folder.npy").mkdir()
    np.save(folder / "good.npy", good)
    (folder / "truncated.npy").write_bytes((folder / "good.npy").read_bytes()[:-20])


BAD_FILES = [
    "missing.npy",
    "missing.npz",
    "pickled.npy",
    "nan.npy",
    "flat.npy",
    "empty_array.npy",
    "words.npy",
    "two.npz",
    "none.npz",
    "pickled.npz",
    "text.npy",
    "empty.npy",
    "empty.npz",
    "zip.npz",
    "folder.npy",
    "truncated.npy",
]


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files_are_one_line_errors_that_name_the_file(name, tmp_path, one_line_error):
    _write_bad_files(tmp_path)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert name in one_line_error(read_array, str(tmp_path / name))
        assert name in one_line_error(labelled_inputs, str(tmp_path / name))
        gc.collect()
    assert [str(warning.message) for warning in caught] == [], "the file was left open"


def test_a_pickle_is_never_run(tmp_path, one_line_error):
    class Bomb:
        def __reduce__(self):
            return (open, (str(tmp_path / "exploded"), "w"))

    np.save(tmp_path / "bomb.npy", np.array([[Bomb()]], object), allow_pickle=True)
    one_line_error(read_array, str(tmp_path / "bomb.npy"))
    assert not (tmp_path / "exploded").exists()


def test_mnist_is_3000_balanced_images_in_unit_range():
    images, digits = mnist()
    assert images.shape == (3000, 784)
    assert images.dtype == np.float32
    assert images.min() == 0.0
    assert images.max() == 1.0
    np.testing.assert_array_equal(np.bincount(digits), np.full(10, 300))
    assert len(np.unique(images, axis=0)) > 2990


def test_mnist_is_shuffled():
    digits = mnist()[1]
    # repeats of the digit before: a shuffle gives 3000 * 299/2999 = 299, +- 17
    assert abs(np.count_nonzero(np.diff(digits.astype(int)) == 0) - 299) < 5 * 17
    assert (np.bincount(digits[:300], minlength=10) > 10).all()
