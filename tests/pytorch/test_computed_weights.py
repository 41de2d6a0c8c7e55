"""Weights that are computed of parameters before they are applied: a remedy names what they are computed of."""

import math
import re

import numpy as np
import pytest

import actviz

torch = pytest.importorskip("torch")
nn, F = torch.nn, torch.nn.functional

from torch.nn.utils import prune  # noqa: E402

from actviz.torch.making import makers  # noqa: E402


def drawn(units, given):
    return torch.randn(units, given) * (2.0 / given) ** 0.5


class Layer(nn.Module):
    """Weights of He's scale, made by ``weights`` of what a subclass has, and a bias of random numbers."""

    def __init__(self, given, units):
        super().__init__()
        self.given, self.units = given, units
        self.begin()
        self.b = nn.Parameter(torch.randn(units) * 0.05)

    def forward(self, x):
        return F.linear(x, self.weights(), self.b)


class Bayes(Layer):
    """Means beside noise of a learned size [Blundell et al. 2015]."""

    def begin(self):
        self.mu = nn.Parameter(drawn(self.units, self.given))
        self.rho = nn.Parameter(torch.full_like(self.mu, -5.0))

    def weights(self):
        return self.mu + F.softplus(self.rho) * torch.randn_like(self.mu)


class BayesByHand(Bayes):
    """The same by an operator, whose bias is added by another."""

    def forward(self, x):
        return x @ self.weights().T + self.b


class BayesBySum(Bayes):
    """The same by ``einsum``, with a bias that is computed too."""

    def forward(self, x):
        return torch.einsum("oi,bi->bo", self.weights(), x) + 1.0 * self.b


class BayesByAddmm(Bayes):
    """The same by ``addmm``."""

    def forward(self, x):
        return torch.addmm(1.0 * self.b, x, self.weights().T)


class Equalized(Layer):
    """Weights of size 1, scaled as they are applied [Karras et al. 2018]."""

    def begin(self):
        self.w = nn.Parameter(torch.randn(self.units, self.given))

    def weights(self):
        return self.w * (2.0 / self.given) ** 0.5


class Standardized(Layer):
    """Standardized weights with a gain [Brock et al. 2021]: the size of ``v`` has no effect."""

    def begin(self):
        self.v = nn.Parameter(torch.randn(self.units, self.given))
        self.gain = nn.Parameter(torch.full((self.units, 1), math.sqrt(2.0)))

    def weights(self):
        centred = self.v - self.v.mean(1, keepdim=True)
        return self.gain * centred / centred.norm(dim=1, keepdim=True)


class LowRank(Layer):
    """A product of two matrices."""

    def begin(self):
        self.u = nn.Parameter(torch.randn(self.units, 8) * 8**-0.5)
        self.v = nn.Parameter(drawn(8, self.given))

    def weights(self):
        return self.u @ self.v


class LowRankByHand(LowRank):
    """The same, applied by an operator."""

    def forward(self, x):
        return x @ (self.v.T @ self.u.T) + self.b


class Masked(Layer):
    """Half of the weights."""

    def begin(self):
        self.w = nn.Parameter(drawn(self.units, self.given) * 2**0.5)
        self.register_buffer("mask", (torch.rand(self.units, self.given) > 0.5).float())

    def weights(self):
        return self.w * self.mask


class Quantized(Layer):
    """Rounded weights, whose gradient passes straight through."""

    def begin(self):
        self.w = nn.Parameter(drawn(self.units, self.given))

    def weights(self):
        step = self.w.detach().abs().max() / 127
        return self.w + ((self.w / step).round() * step - self.w).detach()


class Adapted(Layer):
    """Weights with a low-rank update of zeros, merged before they are applied [Hu et al. 2021]."""

    def begin(self):
        self.w = nn.Parameter(drawn(self.units, self.given))
        self.down = nn.Parameter(torch.randn(4, self.given) * self.given**-0.5)
        self.up = nn.Parameter(torch.zeros(self.units, 4))

    def forward(self, x):
        return x @ (self.w + self.up @ self.down).T + self.b


class Generated(Layer):
    """Weights that a layer makes of a learned code [Ha et al. 2017]."""

    def begin(self):
        self.code = nn.Parameter(nn.init.normal_(torch.empty(8)) * 0.0 + 1.0)
        self.make = nn.Linear(8, self.units * self.given)
        nn.init.normal_(self.make.weight, std=(2.0 / self.given / 8) ** 0.5)
        nn.init.zeros_(self.make.bias)

    def weights(self):
        return self.make(self.code).view(self.units, self.given)


def pruned(given, units):
    layer = nn.Linear(given, units)
    layer.weight.data = drawn(units, given) * 2**0.5
    return prune.random_unstructured(layer, "weight", 0.5)


LAYERS = {
    Bayes: ("mu", "m.mu"),
    BayesByHand: ("mu", "m.mu"),
    BayesBySum: ("mu", "m.mu"),
    BayesByAddmm: ("mu", "m.mu"),
    Equalized: ("w", "m.w"),
    Standardized: ("gain", "m.gain"),
    LowRank: ("u", "m.u"),
    LowRankByHand: ("u", "m.u"),
    Masked: ("w", "m.w"),
    Quantized: ("w", "m.w"),
    Adapted: ("w", "m.w"),
    Generated: ("make.weight", "m (0.make.weight)"),
    pruned: ("weight_orig", "m.weight_orig"),
}


def network(layer, change=None):
    def build():
        model = nn.Sequential(layer(8, 48), nn.ReLU(), layer(48, 48), nn.ReLU(), layer(48, 48), nn.ReLU(), layer(48, 4))
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if change is not None:
                    change(name, parameter)
        return model

    return build


def rows(generator):
    return torch.randn(32, 8, generator=generator)


def told(build):
    return actviz.diagnose(actviz.probe_module(build, rows, seeds=2))[0]


@pytest.mark.parametrize("layer", LAYERS)
def test_weights_that_are_computed_are_no_fault(layer):
    assert told(network(layer)).healthy


@pytest.mark.parametrize("factor", [0.03, 5.0])
@pytest.mark.parametrize("layer", LAYERS)
def test_a_wrong_scale_is_mended_by_what_the_weights_are_computed_of(layer, factor):
    own, code = LAYERS[layer]
    found = told(network(layer, lambda name, p: p.mul_(factor) if name[2:] == own else None)).findings
    assert found
    for each in found:
        assert code in each.remedy()
        assert "healthy under" in each.remedy()


@pytest.mark.parametrize("layer", [each for each in LAYERS if each is not pruned])
def test_a_bias_that_shuts_a_layer_is_named_however_it_is_added(layer):
    found = told(network(layer, lambda name, p: p.fill_(-20.0) if name in ("2.b", "4.b") else None)).findings
    assert found[0].verdict.value == "dead"
    for each in found:
        assert re.search(r"zeros_\(m\.b\)|biases 2\.b, 4\.b", each.remedy())
        assert "healthy under" in each.remedy()


def test_a_size_of_noise_that_differs_from_all_others_is_set_back():
    found = told(network(Bayes, lambda name, p: p.fill_(3.0) if name == "2.rho" else None)).findings
    assert found
    for each in found:
        assert "tart at -5 what is -5 in others of its kind (2.rho, of size 3)" in each.remedy()
        assert "constant_(w, -5)" in each.remedy()
        assert "healthy under" in each.remedy()


def test_a_product_of_computed_weights_is_a_layer_as_linear_is():
    one, other = (actviz.probe_module(network(layer), rows, seeds=2) for layer in (Bayes, BayesByHand))
    for name in ("act_std", "saturated", "grad_preact_rms", "grad_weight_norm", "weights_rms", "learns"):
        last = -1 if name == "act_std" else None  # of a head the bias comes behind its product
        np.testing.assert_allclose(one[name].values[..., :last], other[name].values[..., :last], rtol=1e-4)
    assert one["role"].values.tolist() == other["role"].values.tolist() == ["chain"] * 3 + ["head"]


def test_parameters_of_which_weights_are_computed():
    matrix, gain, mask = (nn.Parameter(torch.randn(*shape)) for shape in ((6, 5), (6, 1), (6, 5)))
    names = {id(matrix): "matrix", id(gain): "gain"}
    assert makers(matrix, names) == {"matrix": 1.0}
    assert makers(matrix * 3.0 + torch.randn(6, 5), names) == {"matrix": pytest.approx(3.0)}
    assert list(makers(matrix * gain, names)) == ["matrix", "gain"]
    assert makers(matrix / matrix.norm() * gain, names) == {"gain": pytest.approx(1 / 30**0.5, rel=0.3)}
    for bent in (matrix.softmax(1), F.softplus(matrix), matrix * matrix, matrix / matrix.norm(), torch.randn(6, 5)):
        assert makers(bent, names) == {}
    assert makers(matrix.detach() * mask, names) == {}


def test_shares_of_a_softmax_and_learned_queries_are_no_weights():
    class Mixing(nn.Module):
        def __init__(self):
            super().__init__()
            self.shares, self.seeds = nn.Parameter(torch.zeros(6, 6)), nn.Parameter(torch.randn(3, 16))
            self.first, self.query, self.last = nn.Linear(16, 16), nn.Linear(16, 16), nn.Linear(16, 4)

        def forward(self, x):
            x = F.gelu(self.shares.softmax(-1) @ self.first(x))
            weights = (self.query(self.seeds) @ x.transpose(1, 2) / 4.0).softmax(-1)
            return self.last(weights @ x)

    ds = actviz.probe_module(Mixing, lambda generator: torch.randn(16, 6, 16, generator=generator), seeds=2)
    assert [name.partition("#")[0] for name in ds["layer_name"].values] == ["first", "gelu", "query", "last"]


def test_a_table_keeps_its_weights_where_it_is_applied_scaled_again():
    class Tied(nn.Module):
        def __init__(self):
            super().__init__()
            self.tokens, self.inner = nn.Embedding(40, 32), nn.Linear(32, 32)
            nn.init.normal_(self.tokens.weight, std=30.0)

        def forward(self, x):
            return F.linear(torch.tanh(self.inner(self.tokens(x))), self.tokens.weight * 32**0.5)

    found = actviz.diagnose(
        actviz.probe_module(Tied, lambda generator: torch.randint(40, (32,), generator=generator), seeds=2)
    )[0].findings
    assert found
    assert all("tokens.weight" in each.remedy() and "healthy under" in each.remedy() for each in found)


def test_hooks_of_parameters_are_left_alone():
    model, calls = network(Equalized)(), []
    hooks = [parameter.register_hook(calls.append) for parameter in model.parameters()]
    actviz.probe_module(model, rows)
    assert calls == []
    assert all(not parameter.requires_grad or parameter.grad is None for parameter in model.parameters())
    model(torch.randn(2, 8)).sum().backward()
    assert len(calls) == len(hooks)
