"""Models of several outputs, each with a gradient of its own, and loops whose state evolves before inputs come in."""

import pytest

import actviz
from actviz.diagnosis.outcomes import Outcome
from actviz.diagnosis.profile import profiles
from actviz.diagnosis.rules import RULES
from actviz.diagnosis.trying import _try

torch = pytest.importorskip("torch")
nn = torch.nn


def he(module):
    if isinstance(module, nn.Linear):
        nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        nn.init.zeros_(module.bias)


class Autoencoder(nn.Module):
    """A variational one that returns what it makes, and the mean and log variance of its code."""

    def __init__(self, last=1.0, first=1.0):
        super().__init__()
        self.first, self.second = nn.Linear(64, 64), nn.Linear(64, 64)
        self.mean, self.spread = nn.Linear(64, 16), nn.Linear(64, 16)
        self.third, self.fourth, self.out = nn.Linear(16, 64), nn.Linear(64, 64), nn.Linear(64, 64)
        self.apply(he)
        with torch.no_grad():
            self.out.weight.mul_(last)
            self.second.weight.mul_(first)

    def forward(self, x):
        x = torch.relu(self.second(torch.relu(self.first(x))))
        mean, spread = self.mean(x), 0.1 * self.spread(x)
        code = mean + torch.exp(0.5 * spread) * torch.randn_like(mean)
        return torch.sigmoid(self.out(torch.relu(self.fourth(torch.relu(self.third(code)))))), mean, spread


class ActorCritic(nn.Module):
    """Actions behind a shared layer, values behind some more."""

    def __init__(self, value=1.0, depth=2, trunk=1, scale=1.0):
        super().__init__()
        self.trunk = nn.ModuleList(nn.Linear(17 if not at else 64, 64) for at in range(trunk))
        self.action, self.value = nn.Linear(64, 6), nn.Linear(64, 1)
        self.inner = nn.ModuleList(nn.Linear(64, 64) for _ in range(depth))
        self.apply(he)
        with torch.no_grad():
            self.value.weight.mul_(value)
            for layer in self.trunk[1:]:
                layer.weight.mul_(scale)

    def forward(self, x):
        for layer in self.trunk:
            x = torch.relu(layer(x))
        action = self.action(x)
        for layer in self.inner:
            x = torch.relu(layer(x))
        return action, self.value(x)


def codes(generator):
    return torch.randn(64, 64, generator=generator)


def states(generator):
    return torch.randn(64, 17, generator=generator)


SMALL = {
    "a decoder's": (lambda: Autoencoder(0.01), codes),
    "a value's": (lambda: ActorCritic(0.01), states),
    "a value's, behind one layer": (lambda: ActorCritic(0.01, 1), states),
}


@pytest.mark.parametrize("case", SMALL)
def test_a_small_head_beside_other_outputs_is_a_note_as_it_is_of_one(case):
    build, inputs = SMALL[case]
    [found] = actviz.diagnose(actviz.probe_module(build, inputs, seeds=3))
    assert found.healthy, [each.message() for each in found.findings]
    assert "note.head_beside" in {note.key for note in found.notes}


def test_a_gradient_that_grows_in_what_two_outputs_share_explodes_all_the_same():
    [found] = actviz.diagnose(actviz.probe_module(lambda: ActorCritic(0.01, 2, 8, 3.0), states, seeds=3))
    assert "exploding" in {each.verdict.value for each in found.findings}


def test_a_gradient_that_fades_in_what_two_outputs_share_vanishes_all_the_same():
    [found] = actviz.diagnose(actviz.probe_module(lambda: ActorCritic(1.0, 2, 8, 0.3), states, seeds=3))
    assert "vanishing" in {each.verdict.value for each in found.findings}


def test_a_number_beyond_the_limit_of_a_fault_is_not_said_to_be_none():
    """Under batch normalization a gradient may grow farther; of the same size it is as far from right as before."""

    def deep():
        model = nn.Sequential(*[each for at in range(5) for each in (nn.Linear(64, 64), nn.ReLU())], nn.Linear(64, 5))
        model.apply(he)
        for at in (0, 2, 4, 6):
            model[at].weight.data.mul_(5.0)
        return model

    [(*_, profile)] = profiles(actviz.probe_module(deep, codes, seeds=1))
    rule = next(each for each in RULES if each.name == "exploding.gradient")
    said = _try(rule, (), Outcome(1, 1, (), profile), profile, "en")
    assert "beyond the limit as before" in said
    assert "no fault" not in said


class Evolving(nn.Module):
    """An ODE-RNN [Rubanova et al. 2019]: a state of zeros evolves before every input."""

    def __init__(self, width=32, residual=True, given=1.0):
        super().__init__()
        self.first, self.second = nn.Linear(width, width), nn.Linear(width, width)
        self.cell, self.out = nn.GRUCell(4, width), nn.Linear(width, 2)
        self.width, self.residual = width, residual
        with torch.no_grad():
            self.cell.weight_ih.mul_(given)

    def forward(self, x):
        h = torch.zeros(len(x), self.width)
        for at in range(x.shape[1]):
            for _ in range(2):
                made = self.second(torch.tanh(self.first(h)))
                h = h + 0.5 * made if self.residual else torch.tanh(made)
            h = self.cell(x[:, at], h)
        return self.out(h)


def series(generator):
    return torch.randn(8, 10, 4, generator=generator)


@pytest.mark.parametrize("residual", [True, False])
def test_a_state_that_evolves_before_the_inputs_come_in_has_not_collapsed(residual):
    [found] = actviz.diagnose(actviz.probe_module(lambda: Evolving(residual=residual), series, seeds=3))
    assert "collapsed" not in {each.verdict.value for each in found.findings}
    assert found.healthy or not residual


@pytest.mark.parametrize("residual", [True, False])
def test_a_state_to_which_inputs_bring_next_to_nothing_has(residual):
    [found] = actviz.diagnose(actviz.probe_module(lambda: Evolving(residual=residual, given=1e-5), series, seeds=3))
    assert "collapsed" in {each.verdict.value for each in found.findings}
