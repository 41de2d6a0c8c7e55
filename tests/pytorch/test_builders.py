"""Builder against builder: what goes wrong between an eager model and one that is made on the meta device or loaded."""

from collections import OrderedDict

import pytest
from click.testing import CliRunner

import actviz
from actviz.baseline import Baseline, Outcome, compare, report
from actviz.cli import main

torch = pytest.importorskip("torch")
nn = torch.nn

TOKENS = torch.arange(24).reshape(4, 6) % 20


class Net(nn.Module):
    """A table, a norm, a branch and a head that is tied to the table."""

    def __init__(self, device=None, tied=True):
        super().__init__()
        self.table, self.norm = nn.Embedding(20, 16, device=device), nn.LayerNorm(16, device=device)
        self.inner = nn.Linear(16, 16, device=device)
        self.head = nn.Linear(16, 20, bias=False, device=device)
        if tied:
            self.head.weight = self.table.weight

    def forward(self, x):
        h = self.table(x)
        return self.head(h + torch.relu(self.inner(self.norm(h))))


def drawn(model):
    """Draw it anew, as a project's own code does."""
    for module in model.modules():
        if isinstance(module, nn.Linear | nn.Embedding):
            nn.init.normal_(module.weight, std=0.1)
    nn.init.zeros_(model.inner.bias)
    return model


class Drawn(Net):
    def init_weights(self):
        drawn(self)
        self.norm.reset_parameters()


def eager():
    return drawn(Net())


def meta():
    return Drawn("meta")


def untied():
    return drawn(Net(tied=False))


def norms_left_at_0():
    model = Net("meta").to_empty(device="cpu")
    model.head.weight = model.table.weight  # to_empty unties
    with torch.no_grad():
        for each in model.parameters():
            each.zero_()
    return drawn(model)


def skipped():
    """PyTorch's default stands where a checkpoint had no value."""
    model = eager()
    model.inner.reset_parameters()
    return model


def scaled(times):
    def build():
        model = eager()
        with torch.no_grad():
            for _ in range(times):
                model.inner.weight *= 0.5
        return model

    return build


def uniform():
    """With the standard deviation of all others."""
    model = eager()
    nn.init.uniform_(model.inner.weight, -0.1 * 3**0.5, 0.1 * 3**0.5)
    return model


def with_buffers(frequency=1.0):
    """With a table that is the same in all, and a projection that is drawn."""
    model = eager()
    model.register_buffer("frequencies", torch.arange(4.0) * frequency)
    model.register_buffer("projection", torch.randn(3))
    return model


def frozen():
    model = with_buffers()
    model.inner.weight.requires_grad_(False)
    return model


def compared(first, second, **settings):
    return actviz.compare_builders(first, second, TOKENS, seeds=16, **settings)


@pytest.mark.parametrize(
    ("first", "second", "tells"),
    [
        (eager, norms_left_at_0, "norm.weight"),
        (eager, skipped, "inner"),
        (scaled(1), scaled(2), "inner"),
        (eager, untied, "only untied has parameters head.weight"),
        (eager, uniform, "weights_kurtosis"),
        (with_buffers, lambda: with_buffers(frequency=2.0), "buffers that are not alike: frequencies"),
        (with_buffers, frozen, "only with_buffers lets learn inner.weight"),
    ],
    ids=[
        "norms left at 0",
        "init skipped on load",
        "init applied twice",
        "weights untied",
        "uniform",
        "buffer",
        "frozen",
    ],
)
def test_what_projects_got_wrong_is_a_drift(first, second, tells):
    comparison = compared(first, second)
    assert comparison.outcome is Outcome.DRIFT
    assert tells in report(comparison)


def test_builders_that_draw_alike_do_not_drift_and_on_the_meta_device_neither():
    assert compared(eager, eager, names=("a", "b")).outcome is not Outcome.DRIFT
    comparison = compared(eager, meta)
    assert comparison.outcome is not Outcome.DRIFT
    assert comparison.sides == ("eager", "meta")
    assert "0 to 15 of eager, 16 to 31 of meta" in report(comparison)
    assert "baseline" not in report(comparison)
    same = compared(meta, meta, same_seeds=True)
    assert same.outcome is Outcome.EQUIVALENT
    assert compared(eager, scaled(1), same_seeds=True).outcome is Outcome.DRIFT


def test_buffers_that_are_drawn_are_compared_under_the_same_seeds_alone():
    few = {"seeds": 4, "names": ("a", "b")}
    assert "buffers" not in report(actviz.compare_builders(with_buffers, with_buffers, TOKENS, **few))
    exact = actviz.compare_builders(with_buffers, with_buffers, TOKENS, same_seeds=True, **few)
    assert exact.outcome is Outcome.EQUIVALENT

    def later():
        return (torch.randn(1), with_buffers())[1]

    assert "projection" in report(actviz.compare_builders(with_buffers, later, TOKENS, same_seeds=True, **few))


@pytest.mark.parametrize(
    ("first", "second", "settings", "said"),
    [
        (Net, Net(), {}, "a builder is a function that makes a model, not Net"),
        (eager, eager, {"foo": 1}, "a setting of probe_module"),
        (eager, eager, {"lang": "de"}, "lang must be one of"),
        (
            Net,
            lambda: Net().double(),
            {"seeds": 2, "names": ("float", "double"), "inputs": torch.ones(2, 3)},
            "float: ",
        ),
    ],
)
def test_what_cannot_be_compared_is_one_line(first, second, settings, said, one_line_error):
    given = {"inputs": TOKENS, **settings}
    assert said in one_line_error(actviz.compare_builders, first, second, **given)


def test_a_class_is_a_builder():
    assert actviz.compare_builders(Net, Net, TOKENS, seeds=2, same_seeds=True).outcome is Outcome.EQUIVALENT


def test_a_model_on_the_meta_device_is_drawn_as_in_memory_and_stays_tied():
    def plain(device=None):
        return lambda: nn.Sequential(
            nn.Linear(6, 8, device=device), nn.LayerNorm(8, device=device), nn.Linear(8, 3, device=device)
        )

    x = torch.randn(5, 6, generator=torch.Generator().manual_seed(0))
    here, there = (actviz.probe_module(plain(device), x, seeds=3) for device in (None, "meta"))
    assert all((here[name] == there[name]).all() for name in ("act_std", "parameter_rms", "grad_preact_rms"))
    tied = actviz.probe_module(meta, TOKENS, seeds=1)
    assert "head.weight" not in tied["parameter"].values


class Refactored(nn.Module):
    """The same under other names, in another order, and all of it in a wrapper."""

    def __init__(self):
        super().__init__()
        old = frozen()
        self.norm, self.embedding, self.mixing, self.drop = old.norm, old.table, old.inner, nn.Dropout(0.1)
        self.register_buffer("rates", old.frequencies)
        self.register_buffer("random", old.projection)
        self.out = old.head

    def forward(self, x):
        h = self.embedding(x)
        return self.out(h + torch.relu(self.mixing(self.drop(self.norm(h)))))


def wrapped(wrong=False):
    model = nn.Sequential(Refactored())
    if wrong:
        nn.init.constant_(model[0].norm.bias, 0.1)
        model[0].rates += 1.0
    return model


def as_it_was(rate=0.1):
    model = frozen()
    model.inner = nn.Sequential(nn.Dropout(rate), model.inner)
    return model


@pytest.mark.parametrize("same_seeds", [False, True])
def test_other_names_are_a_note_and_what_bears_them_is_compared(same_seeds):
    settings = {"inputs": TOKENS, "seeds": 4 if same_seeds else 16, "same_seeds": same_seeds}
    comparison = actviz.compare_builders(as_it_was, wrapped, **settings)
    assert comparison.outcome is not Outcome.DRIFT, report(comparison)
    (note,) = comparison.notes
    assert "names differ" in note
    wrong = actviz.compare_builders(as_it_was, lambda: wrapped(wrong=True), **settings)
    assert "buffers that are not alike: frequencies" in report(wrong)
    assert ("norm.bias", "parameter_mean") in {
        (wrong.baseline.place(each.statistic, each.layer), each.statistic) for each in wrong.drifts
    }


def test_rates_and_precision_are_compared_by_place_whatever_the_names():
    few = {"seeds": 4, "same_seeds": True, "names": ("a", "b")}
    other = report(actviz.compare_builders(lambda: as_it_was(rate=0.2), wrapped, TOKENS, **few))
    assert "0.2 of a" in other
    assert "0.1 of b" in other

    def net(name):
        return lambda: nn.Sequential(OrderedDict([(name, nn.Linear(6, 8, bias=False)), ("act", nn.Tanh())]))

    x = torch.ones(2, 6)
    old, new = (Baseline.of(actviz.probe_module(net(name), x, seeds=2)) for name in ("one", "other"))
    assert compare(old, new).problems == ()


class Filled(nn.Module):
    """A norm and a table that only ``__init__`` gives values, and attention."""

    def __init__(self, device=None):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(8, device=device))
        self.register_buffer("frequencies", torch.arange(1.0, 9.0, device=device))
        self.register_buffer("order", torch.arange(7, -1, -1, device=device))
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True, device=device)
        self.head = nn.Linear(8, 3, device=device)

    def forward(self, x):
        h = (x * self.scale * self.frequencies)[..., self.order]
        return self.head(self.attention(h, h, h)[0])


def by_mode():
    with torch.device("meta"):
        return Filled()


@pytest.mark.parametrize("there", [by_mode, lambda: Filled("meta")])
def test_what_only_the_constructor_fills_is_compared_on_the_meta_device_and_named(there):
    fed = {"inputs": torch.randn(2, 5, 8), "seeds": 8, "names": ("here", "there")}
    state = torch.get_rng_state()
    comparison = actviz.compare_builders(Filled, there, **fed)
    assert torch.equal(state, torch.get_rng_state())
    assert comparison.outcome is not Outcome.DRIFT
    assert "no method of its draws scale, frequencies, order: compared" in report(comparison)
    assert "attention" not in " ".join(comparison.notes)
    with pytest.raises(actviz.ActvizError, match=r"draws scale and 1 more: give it values in the factory"):
        actviz.probe_module(there, fed["inputs"], seeds=1)


def test_the_command_compares_and_refuses_in_a_line(tmp_path, monkeypatch):
    (tmp_path / "two_builders.py").write_text(
        "from torch import nn\n"
        "def one():\n    return nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3))\n"
        "def zero():\n    net = one()\n    nn.init.zeros_(net[0].weight)\n    return net\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)

    def run(*args):
        return CliRunner().invoke(main, list(args), catch_exceptions=False)

    fed = ["--input", "5,6", "--seeds", "8"]
    found = run("check", "--same", "two_builders:one", "two_builders:zero", *fed)
    assert found.exit_code == 1
    assert "expected is two_builders:one, measured two_builders:zero" in found.output
    assert run("check", "--same", "two_builders:one", "two_builders:one", "--exact", *fed).exit_code == 0
    for wrong in (
        ["check", "--same", "two_builders:one", *fed],
        ["check", "--same", "two_builders:one", "two_builders:zero"],
        ["check", "--same", "two_builders:one", "two_builders:none", *fed],
        ["check", "--same", "two_builders:one", "two_builders:zero", "--update", *fed],
        ["check", "base.json", "--input", "5,6"],
    ):
        told = run(*wrong)
        assert told.exit_code == 2
        assert len(told.output.strip().splitlines()) == 1
