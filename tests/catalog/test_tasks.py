"""Labelled examples and their split."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actviz import ActvizError
from actviz.catalog.names import labelled_task
from actviz.catalog.tasks import PARTS, TASKS, ArrayTask, Split, divide


@pytest.mark.parametrize("name", TASKS)
def test_every_task_divides_alike_under_one_seed_and_anew_under_another(name):
    task, split = TASKS[name], Split(validation=0.25, test=50)
    first, again, other = (divide(task, split, seed, "float32") for seed in (3, 3, 4))
    total = sum(len(first.x[part]) for part in PARTS)
    assert [len(first.x[part]) for part in PARTS[1:]] == [round(0.25 * total), 50]
    for part in PARTS:
        assert first.x[part].dtype == np.float32
        np.testing.assert_array_equal(first.x[part], again.x[part])
        np.testing.assert_array_equal(first.y[part], again.y[part])
    assert not np.array_equal(first.y["train"], other.y["train"])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(2, 40), min_size=2, max_size=5), st.floats(0.13, 0.5), st.integers(0, 99))
def test_no_row_is_lost_or_doubled_and_every_part_has_each_class_in_proportion(sizes, share, seed):
    y = np.repeat(np.arange(len(sizes)), sizes)
    x = np.arange(len(y), dtype=float)[:, None]
    parts = divide(ArrayTask(x, y), Split(validation=share), seed, "float64")
    rows = np.concatenate([parts.x[part][:, 0] for part in PARTS]).astype(int)
    np.testing.assert_array_equal(np.sort(rows), np.arange(len(y)))
    for part in PARTS:
        np.testing.assert_array_equal(parts.y[part], y[parts.x[part][:, 0].astype(int)])
    for label, size in enumerate(sizes):
        held = np.count_nonzero(parts.y["validation"] == label)
        assert abs(held - len(parts.y["validation"]) * size / len(y)) <= len(sizes)


def test_noise_changes_just_that_share_of_the_training_labels_to_others():
    clean, noisy = (divide(TASKS["mnist"], Split(label_noise=noise), 0, "float32") for noise in (0.0, 0.3))
    changed = clean.y["train"] != noisy.y["train"]
    assert changed.mean() == pytest.approx(0.3, abs=1e-3)
    np.testing.assert_array_equal(clean.y["validation"], noisy.y["validation"])
    np.testing.assert_array_equal(clean.x["train"], noisy.x["train"])


def test_a_file_of_examples_is_read_and_a_bad_one_refused_in_one_line(tmp_path):
    np.savez(tmp_path / "good.npz", x=np.zeros((6, 2, 2)), y=np.arange(6) % 2)
    label, task = labelled_task(str(tmp_path / "good.npz"))
    assert label.endswith("good.npz")
    assert task.examples(None)[0].shape == (6, 4)
    (tmp_path / "bad.npz").write_bytes(b"PK nonsense")
    np.savez(tmp_path / "no_y.npz", x=np.zeros((6, 2)))
    np.save(tmp_path / "array.npy", np.zeros((6, 2)))
    (tmp_path / "array.npy").rename(tmp_path / "array.npz")
    (tmp_path / "empty.npz").touch()
    (tmp_path / "text.npz").write_text("x, y")
    for name in ("bad.npz", "no_y.npz", "missing.npz", "array.npz", "empty.npz", "text.npz"):
        with pytest.raises(ActvizError, match=r"no such file|need arrays x and y|no archive") as error:
            labelled_task(str(tmp_path / name))
        assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (np.zeros(3), np.zeros(3, int)),
        (np.zeros((3, 2)), np.zeros(4, int)),
        (np.zeros((3, 2)), np.array([0, 1, -1])),
        (np.zeros((3, 2)), np.zeros((3, 2), int)),
        (np.full((3, 2), np.nan), np.zeros(3, int)),
        (np.zeros((3, 2)), np.array(["a", "b", "c"])),
        (np.zeros((3, 2)), np.full(3, 4)),
    ],
)
def test_bad_arrays_are_refused(x, y):
    with pytest.raises(ActvizError, match="data array"):
        ArrayTask(x, y)


@pytest.mark.parametrize("wrong", [{"validation": -0.1}, {"train": 1.5}, {"label_noise": 2}, {"test": 10**6}])
def test_bad_splits_are_refused(wrong):
    with pytest.raises(ActvizError):
        Split(**wrong).rows(1000)


@pytest.mark.parametrize("part", PARTS)
def test_a_share_that_comes_to_no_row_is_refused_rather_than_left_out(part):
    with pytest.raises(ActvizError, match=f"{part}: a share of 0.001 of 100 examples is none"):
        Split(**{part: 0.001}).rows(100)


@pytest.mark.parametrize(("name", "large"), [("x", (1e300, 1.0)), ("y", (1.0, 1e300))])
def test_values_that_the_precision_cannot_hold_are_refused_without_a_warning(name, large):
    task = ArrayTask(large[0] * np.ones((9, 2)), large[1] * np.ones(9))
    with pytest.raises(ActvizError, match=rf"{name} has values too large for float32, up to 1e\+300"):
        divide(task, Split(), 0, "float32")
    assert len(divide(task, Split(), 0, "float64").x["train"]) == 7


def test_what_is_no_task_is_refused_in_a_short_line():
    with pytest.raises(ActvizError, match="data must be a name") as error:
        labelled_task(np.zeros((100, 5)))
    assert len(str(error.value)) < 150
