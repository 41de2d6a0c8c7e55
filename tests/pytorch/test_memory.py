"""One layer's values are looked at a time, and nothing is kept that the backward pass does not need."""

import tracemalloc
import weakref

import pytest

import actviz

torch = pytest.importorskip("torch", reason="PyTorch is an optional dependency")

from torch import nn  # noqa: E402


class _Watched(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, told):
        ctx.told = told
        return x * 1.0

    @staticmethod
    def backward(ctx, gradient):
        ctx.told(gradient)
        return gradient * 1.0, None


class Watching(nn.Module):
    """Passes values on, and tells at every step which of those seen before are still there."""

    def __init__(self, depth, width):
        super().__init__()
        self.linears = nn.ModuleList(nn.Linear(width, width) for _ in range(depth))
        self.outputs, self.gradients, self.alive = [], [], []

    def _gradient(self, gradient):
        self.alive.append(sum(seen() is not None for seen in self.gradients))
        self.gradients.append(weakref.ref(gradient))

    def forward(self, x):
        self.outputs, self.gradients, self.alive = [], [], []
        for linear in self.linears:
            z = linear(x)
            self.outputs.append(weakref.ref(z))
            x = _Watched.apply(torch.relu(z), self._gradient)
            del z
        return x

    def count(self):
        return sum(seen() is not None for seen in self.outputs)


def test_nothing_is_kept_that_a_plain_pass_lets_go():
    model, inputs, counts = Watching(6, 16), torch.randn(30, 16), []

    def drive(output):
        counts.append(model.count())
        return output.sum()

    drive(model(inputs)).backward()
    plain = max(model.alive)
    actviz.probe_module(model, inputs, drive=drive)
    assert counts == [0, 0]  # pre-activations of ReLU are of no use to the backward pass
    assert len(model.gradients) == 6
    assert max(model.alive) <= plain
    assert not any(seen() is not None for seen in (*model.outputs, *model.gradients))


def _peak(depth, rows=4000, width=100):
    model = nn.Sequential(*(module for _ in range(depth) for module in (nn.Linear(width, width), nn.Tanh())))
    inputs = torch.randn(rows, width)
    actviz.probe_module(model, inputs)  # what is made once is made now
    tracemalloc.start()
    actviz.probe_module(model, inputs)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / (4 * rows * width)


def test_the_recorders_memory_is_a_layers_whatever_the_depth():
    # PyTorch's own memory is not traced; a copy of every layer's values would make 16 layers more of it
    shallow, deep = _peak(4), _peak(20)
    assert deep < 4
    assert deep - shallow < 1.5


def test_weight_gradients_are_not_kept():
    width, depth = 200, 12
    model = nn.Sequential(*(nn.Linear(width, width) for _ in range(depth)))
    weights = 4 * width * width
    held = []

    class Spy(nn.Module):
        def forward(self, x):
            return _Watched.apply(x, lambda gradient: held.append(tracemalloc.get_traced_memory()[0]))

    spied = nn.Sequential(*(module for linear in model for module in (linear, Spy())))
    tracemalloc.start()
    actviz.probe_module(spied, torch.randn(3, width), layers="Linear")
    tracemalloc.stop()
    assert len(held) == depth
    assert max(held) - min(held) < 2 * weights
