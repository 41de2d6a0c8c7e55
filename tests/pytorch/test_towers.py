"""Towers side by side: each is judged along itself, whichever is called first."""

import pytest

import actviz

torch = pytest.importorskip("torch")
nn = torch.nn

WIDTH = 32


def orthogonal(given, made, gain):
    layer = nn.Linear(given, made)
    nn.init.orthogonal_(layer.weight, gain)
    nn.init.zeros_(layer.bias)
    return layer


class Towers(nn.Module):
    """Tanh networks, each with a head of some size, behind a trunk or none, one by one or layer by layer."""

    def __init__(self, heads, depth=2, trunk=0, gains=None, turns=False):
        super().__init__()
        gains, wide = gains or [2**0.5] * len(heads), WIDTH if trunk else 10
        self.trunk = nn.ModuleList(orthogonal(WIDTH if at else 10, WIDTH, 2**0.5) for at in range(trunk))
        self.towers = nn.ModuleList(
            nn.ModuleList(orthogonal(WIDTH if at else wide, WIDTH, gain if at else 2**0.5) for at in range(depth))
            for gain in gains
        )
        self.heads = nn.ModuleList(orthogonal(WIDTH, 3, gain) for gain in heads)
        self.turns = turns

    def forward(self, x):
        for layer in self.trunk:
            x = torch.tanh(layer(x))
        values = [x] * len(self.towers)
        if self.turns:
            for layers in zip(*self.towers, strict=True):
                values = [torch.tanh(layer(value)) for layer, value in zip(layers, values, strict=True)]
        else:
            for at, layers in enumerate(self.towers):
                for layer in layers:
                    values[at] = torch.tanh(layer(values[at]))
        return [head(value) for head, value in zip(self.heads, values, strict=True)]


def states(generator):
    return torch.randn(64, 10, generator=generator)


def judged(*given, **settings):
    return actviz.diagnose(actviz.probe_module(lambda: Towers(*given, **settings), states, seeds=2))[0]


@pytest.mark.parametrize("turns", [False, True])
@pytest.mark.parametrize("trunk", [0, 1, 3])
@pytest.mark.parametrize("heads", [(0.01, 1.0), (1.0, 0.01), (0.001, 0.1), (0.1, 0.001), (1.0, 0.001, 0.1)])
def test_a_small_head_of_one_tower_is_no_fault_of_its_layers_whatever_comes_last(heads, trunk, turns):
    found = judged(heads, trunk=trunk, turns=turns)
    assert found.healthy, [each.message() for each in found.findings]
    small = sum(each <= 0.01 for each in heads)
    assert sum(note.key == "note.head_beside" for note in found.notes) == small


@pytest.mark.parametrize(("gains", "layers"), [((0.3, 2**0.5), range(1, 7)), ((2**0.5, 0.3), range(8, 15))])
def test_a_tower_whose_gradient_fades_vanishes_to_its_own_end(gains, layers):
    found = judged((1.0, 1.0), depth=6, gains=gains)
    (finding,) = (each for each in found.findings if each.verdict.value == "vanishing")
    assert finding.layer in layers
    assert finding.end == (6 if gains[0] < 1 else 12)
    assert f"layer {finding.end}" in finding.message()


def test_a_trunk_that_fades_below_towers_vanishes_all_the_same():
    def build():
        model = Towers((1.0, 0.01), trunk=8)
        for layer in model.trunk[1:]:
            nn.init.orthogonal_(layer.weight, 0.3)
        return model

    found = actviz.diagnose(actviz.probe_module(build, states, seeds=2))[0]
    assert "vanishing" in {each.verdict.value for each in found.findings}


def test_a_trunk_is_compared_with_all_that_comes_back_to_it():
    """A gradient that a small head of the last tower takes nothing from has not grown below it."""
    for heads in ((1.0, 1.0, 0.001), (0.001, 1.0, 1.0)):
        found = judged(heads, trunk=4, depth=1)
        assert found.healthy, [each.message() for each in found.findings]
