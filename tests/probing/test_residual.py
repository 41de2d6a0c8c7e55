import itertools

import numpy as np
import pytest
from test_network import _assert_gradient, _numeric_gradient, normalized, torch_normalized

from actviz import ACTIVATIONS, ActvizError, load, probe, save
from actviz.catalog.choices import DEPTH_SCALE, NORMS
from actviz.catalog.initializers import VarianceScaling
from actviz.numerics.moments import Moments
from actviz.probing.joins import Joins
from actviz.probing.residual import ResidualNetwork
from actviz.probing.stack import Stack
from actviz.results.statistics import OF_BLOCKS

pytestmark = pytest.mark.usefixtures("path")

ROWS = 6
WIDTHS = {"blocks": (5, 5, 5), "a layer before": (3, 5, 5)}
every_kind = pytest.mark.parametrize(
    ("widths", "norm", "activation"), list(itertools.product(WIDTHS.values(), NORMS, ("tanh", "gelu")))
)


class Case:
    """A small random network of blocks in float64, and a straightforward forward pass."""

    def __init__(self, widths, norm, activation):
        self.stack = Stack(ACTIVATIONS[activation], VarianceScaling(), widths, 0.3, norm, "residual", 0.7)
        rng = np.random.default_rng(0)
        self.x, self.cotangent = rng.normal(size=(ROWS, widths[0])), rng.normal(size=(ROWS, widths[-1]))
        self.weights = [1.3 * rng.normal(size=fans) / np.sqrt(fans[0]) for fans in self.stack.fans]
        self.biases = [0.3 * rng.normal(size=width) for width in widths[1:]]
        self.ends = [0.5 * rng.normal(size=(width, width)) for width in widths[1:]]

    def reference(self, offsets=None):
        """z of every layer, the stream behind it before any norm on it, and the output, from the definitions."""
        y, zs, totals = self.x, [], []
        for layer, (w, b, v) in enumerate(zip(self.weights, self.biases, self.ends, strict=True)):
            is_block = w.shape[0] == w.shape[1]
            z = (normalized(y, self.stack.norm) if is_block and self.stack.place == "pre" else y) @ w + b
            zs.append(z if offsets is None else z + offsets[layer])
            h = self.stack.activation(zs[-1])
            totals.append(y + h @ v if is_block else h)
            y = normalized(totals[-1], self.stack.norm) if is_block and self.stack.place == "post" else totals[-1]
        return zs, totals, y

    def loss(self, offsets=None):
        return float(np.sum(self.cotangent * self.reference(offsets)[2]))

    def run(self):
        """Return what passes give, with dL/dV by layer, and the records of the blocks."""
        inputs = Moments(self.x.shape[1], directions=True)
        inputs.add(self.x)
        joins, ends = Joins(self.stack, inputs), [np.empty_like(v) for v in self.ends]
        network = ResidualNetwork(self.stack, self.ends.__getitem__, joins)
        forward = list(network.forward(self.x, self.weights.__getitem__, self.biases.__getitem__))
        passes = network.backward(self.cotangent, self.weights.__getitem__, None, ends.__getitem__)
        backward = {layer: (dz, slope, dw) for layer, dz, slope, dw in passes}
        return forward, network.output, backward, ends, joins.measured()


@every_kind
def test_passes_are_the_definition_and_the_central_differences(widths, norm, activation):
    case = Case(widths, norm, activation)
    forward, output, backward, ends, _ = case.run()
    zs, _, expected = case.reference()
    for (z, h), own in zip(forward, zs, strict=True):
        np.testing.assert_allclose(z, own, rtol=1e-12, atol=1e-13)
        np.testing.assert_allclose(h, case.stack.activation(own), rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(output, expected, rtol=1e-12, atol=1e-13)
    assert list(backward) == list(range(case.stack.depth))[::-1]
    offsets = [np.zeros((ROWS, width)) for width in widths[1:]]
    for layer, (dz, slope, dw) in backward.items():
        _assert_gradient(dw, _numeric_gradient(case.loss, case.weights[layer]), f"dL/dW of layer {layer}")
        numeric = _numeric_gradient(lambda: case.loss(offsets), offsets[layer])
        _assert_gradient(dz, numeric, f"dL/dz of layer {layer}")
        np.testing.assert_allclose(slope, case.stack.activation.derivative(zs[layer]), atol=1e-9)
        if case.stack.skips[layer]:
            _assert_gradient(ends[layer], _numeric_gradient(case.loss, case.ends[layer]), f"dL/dV of layer {layer}")


@every_kind
def test_blocks_agree_with_pytorch(widths, norm, activation, torch, torch_activations):
    case = Case(widths, norm, activation)
    _, output, backward, ends, measured = case.run()
    weights, branches = ([torch.from_numpy(a.copy()).requires_grad_() for a in of] for of in (case.weights, case.ends))
    y, behind, sizes = torch.from_numpy(case.x).requires_grad_(), [], []
    for w, b, v in zip(weights, case.biases, branches, strict=True):
        is_block = w.shape[0] == w.shape[1]
        taken = torch_normalized(y, norm, torch) if is_block and case.stack.place == "pre" else y
        h = torch_activations[activation](taken @ w + torch.from_numpy(b))
        if is_block:
            y.retain_grad()
            total = y + h @ v
            sizes.append((y, h @ v))
            y = torch_normalized(total, norm, torch) if case.stack.place == "post" else total
            behind.append(y)
            y.retain_grad()
        else:
            y = h
    (torch.from_numpy(case.cotangent) * y).sum().backward()
    np.testing.assert_allclose(output, y.detach().numpy(), rtol=1e-9, atol=1e-11)
    for layer, (_, _, dw) in backward.items():
        _assert_gradient(dw, weights[layer].grad.numpy(), f"dL/dW of layer {layer}, against PyTorch", 1e-7)
        if case.stack.skips[layer]:
            _assert_gradient(ends[layer], branches[layer].grad.numpy(), f"dL/dV of layer {layer}", 1e-7)

    def rms(tensor):
        return float(tensor.detach().square().mean().sqrt())

    np.testing.assert_allclose(measured["stream_rms"], [rms(each) for each in behind], rtol=1e-9)
    np.testing.assert_allclose(measured["stream_grad"], [rms(each.grad) for each in behind], rtol=1e-7)
    np.testing.assert_allclose(measured["stream_grad_before"][0], rms(sizes[0][0].grad), rtol=1e-7)
    np.testing.assert_allclose(measured["branch_ratio"], [rms(b) / rms(a) for a, b in sizes], rtol=1e-9)


@pytest.fixture(scope="module")
def unscaled(path):
    return probe("he_normal", "relu", depth=8, width=128, samples=100, seeds=4, block="residual")


def test_a_result_of_blocks_is_kept_whole(unscaled, tmp_path):
    save(unscaled, tmp_path / "blocks.nc")
    assert load(tmp_path / "blocks.nc").identical(unscaled)
    assert set(OF_BLOCKS) <= set(unscaled.data_vars)
    assert unscaled.sizes["block"] == 8
    assert set(unscaled["role"].values) == {"branch"}


def test_a_checkpoint_gives_the_same(tmp_path):
    how = {"depth": 3, "width": 16, "samples": 20, "seeds": 2, "block": "residual", "norm": "layer", "workers": 1}
    first = probe("he_normal", "relu", **how, checkpoint=tmp_path / "kept")
    again = probe("he_normal", "relu", **how, checkpoint=tmp_path / "kept")
    assert first.identical(again)
    assert first.identical(probe("he_normal", "relu", **how))


def test_known_numbers_of_blocks(unscaled):
    def squares(**how):
        ds = probe("he_normal", "relu", width=128, samples=100, seeds=4, block="residual", **how)
        return (ds["stream_rms"] ** 2).mean("seed").squeeze().values

    doubled = (unscaled["stream_rms"] ** 2).mean("seed").squeeze().values
    np.testing.assert_allclose(doubled[1:] / doubled[:-1], 2.0, rtol=0.1)
    np.testing.assert_allclose(squares(depth=24, branch_scale=DEPTH_SCALE)[-1], (1 + 1 / 24) ** 24, rtol=0.1)
    np.testing.assert_allclose(squares(depth=8, norm="layer"), 1 + np.arange(1, 9), rtol=0.1)
    np.testing.assert_allclose(squares(depth=8, norm="rms", place="post"), 1.0, rtol=1e-4)
    np.testing.assert_allclose(squares(depth=3, branch_scale=0), 1.0, rtol=0.05)


def test_branches_that_start_at_0_have_a_gradient_where_they_end():
    case = Case((5, 5), None, "tanh")
    case.ends[0][...] = 0.0
    _, output, backward, ends, _ = case.run()
    np.testing.assert_array_equal(output, case.x)
    assert not backward[0][2].any()
    assert ends[0].any()


def test_samples_in_batches_are_as_in_one():
    how = {"depth": 3, "width": 16, "samples": 60, "seeds": 1, "block": "residual", "norm": "rms"}
    whole, parts = (probe("he_normal", "tanh", **how, batch=batch) for batch in (60, 20))
    for name in OF_BLOCKS:
        np.testing.assert_allclose(parts[name].values, whole[name].values, rtol=2e-5)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"block": "dense"}, "block"),
        ({"block": "residual", "branch_scale": "1/L"}, "1/sqrt"),
        ({"block": "residual", "branch_scale": -1.0}, "branch_scale"),
        ({"block": "residual", "branch_scale": 1e30}, "branch_scale"),
        ({"branch_scale": 0.5}, "no branch"),
        ({"block": "residual", "input_width": 3, "depth": 1}, "as wide as its input"),
        ({"place": "post"}, "place"),
        ({"norm": "batch_after", "place": "pre"}, "place"),
        ({"norm": "layer", "place": "middle"}, "place"),
    ],
)
def test_what_no_stack_can_be_is_refused_in_one_line(how, message):
    with pytest.raises(ActvizError, match=message):
        probe("he_normal", "relu", samples=5, seeds=1, **{"depth": 2, "width": 4, **how})


def test_norm_and_scale_are_one_however_they_are_written():
    how = {"depth": 2, "width": 4, "samples": 5, "seeds": 1, "block": "residual"}
    made = probe("he_normal", "relu", **how, branch_scale=0.5)
    for scale in ("0.5", np.float32(0.5)):
        assert probe("he_normal", "relu", **how, branch_scale=scale, norm="none").identical(made)


def test_plain_stacks_say_no_more_than_before():
    recipe = probe("he_normal", "relu", depth=2, width=4, samples=5, seeds=1).attrs["recipe"]
    assert "block" not in recipe
    assert "place" not in recipe
    after = probe("he_normal", "relu", depth=2, width=4, samples=5, seeds=1, norm="batch", place="post")
    assert after.identical(probe("he_normal", "relu", depth=2, width=4, samples=5, seeds=1, norm="batch_after"))
