"""One image or sequence has many rows, which are its positions: whether samples collapse is then not judged."""

import pytest

import actviz

torch = pytest.importorskip("torch")
nn = torch.nn


def _images():
    return nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 8, 3), nn.ReLU(), nn.Flatten(), nn.LazyLinear(4))


def _tokens():
    return nn.Sequential(nn.Embedding(50, 16), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 50))


class _Steps(nn.Module):
    """A recurrent layer that reads steps along the first axis, or the second."""

    def __init__(self, batch_first):
        super().__init__()
        self.rnn, self.head = nn.RNN(8, 8, batch_first=batch_first), nn.Linear(8, 2)

    def forward(self, x):
        return self.head(self.rnn(x)[0])


def _judged(make, x):
    (found,) = actviz.diagnose(actviz.probe_module(make, x, seeds=2))
    return found


@pytest.mark.parametrize(
    ("make", "draw"),
    [
        (_images, lambda n: torch.randn(n, 3, 8, 8)),
        (_tokens, lambda n: torch.arange(10 * n).reshape(n, 10)),
        (lambda: _Steps(True), lambda n: torch.randn(n, 6, 8)),
    ],
    ids=["images", "tokens", "steps"],
)
def test_collapse_is_not_judged_by_the_positions_of_one_sample(make, draw):
    torch.manual_seed(0)
    one, two = (_judged(make, draw(n)) for n in (1, 2))
    assert [note.key for note in one.unjudged] == ["note.alone"]
    assert not one.passes("severe")
    assert not {"note.alike", "note.alike_inputs"} & {note.key for note in one.notes}
    assert not two.unjudged


def test_where_samples_do_not_lie_along_the_first_axis_one_step_is_no_one_sample():
    torch.manual_seed(0)
    assert not _judged(lambda: _Steps(False), torch.randn(1, 6, 8)).unjudged


def test_inputs_that_are_alike_are_not_told_of_positions():
    one = _judged(_images, torch.randn(1, 3, 8, 8) * 0.1 + 5.0)
    assert not [note for note in one.notes if note.key in ("note.uncentred", "note.alike_inputs")]
