"""What a model is called with, under which seeds, and what is refused."""

import re

import numpy as np
import pytest

import actviz

torch = pytest.importorskip("torch", reason="PyTorch is an optional dependency")

from torch import nn  # noqa: E402
from torch.utils.checkpoint import checkpoint  # noqa: E402
from torch.utils.data import DataLoader, Dataset, TensorDataset  # noqa: E402
from torch_nets import made, mlp, names  # noqa: E402


class Two(nn.Module):
    """Takes two arguments and an option, gives what it was called with."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x, y, scale=1.0):
        return self.linear(x + scale * y)


X, Y = torch.linspace(-1, 1, 20).reshape(5, 4), torch.linspace(1, -2, 20).reshape(5, 4)


class Dicts(Dataset):
    def __len__(self):
        return 5

    def __getitem__(self, at):
        return {"x": X[at], "y": Y[at]}


@pytest.mark.parametrize(
    "inputs",
    [
        (X, Y),
        [X, Y],
        {"x": X, "y": Y, "scale": 1.0},
        lambda generator: (X, Y),
        lambda generator: {"x": X, "y": Y},
        DataLoader(Dicts(), batch_size=5),
        DataLoader(TensorDataset(X, Y), batch_size=5, collate_fn=lambda rows: ((X, Y), torch.zeros(5))),
    ],
    ids=["tuple", "list", "dict", "function", "function of a dict", "loader of dicts", "loader of pairs and labels"],
)
def test_every_way_to_give_two_arguments(inputs):
    torch.manual_seed(0)
    model = Two()
    ds = actviz.probe_module(model, inputs)
    expected = model(X, Y).detach().std(correction=0)
    assert float(ds["act_std"].squeeze()) == pytest.approx(float(expected), rel=1e-5)
    assert actviz.recipe(ds)["samples"] == 5


def test_of_a_loaders_pairs_the_first_is_the_input_and_its_generator_is_left_alone():
    generator = torch.Generator().manual_seed(5)
    loader = DataLoader(TensorDataset(X, Y), batch_size=2, shuffle=True, generator=generator)
    state = generator.get_state()
    one, again = (actviz.probe_module(nn.Linear(4, 3), loader, seeds=[1]) for _ in range(2))
    assert torch.equal(generator.get_state(), state)
    assert actviz.recipe(one)["samples"] == 2
    assert actviz.recipe(one)["inputs"] == "loader of TensorDataset"
    assert one["layer"].equals(again["layer"])


def test_a_function_draws_inputs_by_the_generator_it_is_given():
    seen = []

    def draw(generator):
        seen.append(torch.randn(6, 10, generator=generator))
        return seen[-1]

    actviz.probe_module(mlp, draw, seeds=[0, 1])
    actviz.probe_module(mlp, draw, seeds=[1])
    assert not torch.equal(seen[0], seen[1])
    assert torch.equal(seen[1], seen[2])


def test_a_factory_is_called_under_each_seed_and_inputs_do_not_repeat_its_draws():
    built, drawn = [], []

    def build():
        weights = torch.randn(50, 50)
        built.append(nn.Linear(50, 50, bias=False))
        built[-1].weight.data = weights
        return built[-1]

    def draw(generator):
        drawn.append(torch.randn(50, 50, generator=generator))
        return drawn[-1]

    actviz.probe_module(build, draw, seeds=[3, 8])
    for seed, linear in zip((3, 8), built, strict=True):
        torch.manual_seed(seed)
        assert torch.equal(linear.weight, torch.randn(50, 50))
    correlation = np.corrcoef(built[0].weight.detach().ravel(), drawn[0].ravel())[0, 1]
    assert abs(correlation) < 0.1  # 2500 independent pairs: 5 standard errors


def test_a_seed_gives_the_same_numbers_whatever_the_others():
    inputs = torch.randn(8, 10)
    several = actviz.probe_module(mlp, inputs, seeds=[0, 4, 7])
    one = actviz.probe_module(mlp, inputs, seeds=[4])
    for name in actviz.STATISTICS:
        np.testing.assert_array_equal(several[name].sel(seed=[4]), one[name], err_msg=name)


def test_a_model_that_is_there_is_measured_once_and_a_factory_eight_times():
    inputs = torch.randn(8, 10)
    assert actviz.probe_module(mlp(), inputs).sizes["seed"] == 1
    assert actviz.probe_module(mlp, inputs).sizes["seed"] == 8


def test_a_class_is_a_factory():
    assert actviz.probe_module(Two, (X, Y), seeds=2)["seed"].values.tolist() == [0, 1]


def test_dropout_is_drawn_by_the_seed():
    model = nn.Sequential(nn.Linear(10, 30), nn.Dropout(0.5), nn.Linear(30, 3))
    inputs = torch.randn(8, 10)
    first, second = (actviz.probe_module(model, inputs, seeds=[0, 1]) for _ in range(2))
    np.testing.assert_array_equal(first["act_std"], second["act_std"])
    last = first["act_std"].isel(layer=-1).squeeze()
    assert last[0] != last[1]
    model.eval()
    last = actviz.probe_module(model, inputs, seeds=[0, 1])["act_std"].isel(layer=-1).squeeze()
    assert last[0] == last[1]


def test_lazy_layers_are_made_by_the_factory():
    ds = actviz.probe_module(lambda: nn.Sequential(nn.LazyLinear(6), nn.ReLU()), torch.randn(8, 10), seeds=2)
    assert ds["fan_in"].values.tolist() == [10]


def test_an_input_that_wants_a_gradient_gets_none():
    inputs = torch.randn(8, 10, requires_grad=True)
    actviz.probe_module(mlp, inputs, seeds=1)
    assert inputs.grad is None
    assert inputs.requires_grad


def test_a_model_that_differentiates_itself_is_measured():
    class Forces(nn.Module):
        def __init__(self):
            super().__init__()
            self.net = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 1))

        def forward(self, x):
            x = x.requires_grad_()
            (force,) = torch.autograd.grad(self.net(x).sum(), x, create_graph=True)
            return force

    ds = actviz.probe_module(Forces(), torch.randn(6, 3))
    assert names(ds) == ["net.0", "net.2"]
    assert (ds["grad_preact_rms"].squeeze() > 0).values.tolist() == [True, False]  # a force is a slope, not a value
    # the gradients of its own pass are not those of the loss
    assert ds["grad_hist"].sum("grad_bin").values.ravel().tolist() == [6 * 8, 6 * 1]


def test_a_model_that_computes_values_again_is_measured_once():
    from torch.utils.checkpoint import checkpoint

    class Again(nn.Sequential):
        def forward(self, x):
            for module in self:
                x = checkpoint(module, x, use_reentrant=False)
            return x

    model, inputs = made("mlp")
    expected = actviz.probe_module(model, inputs)
    ds = actviz.probe_module(Again(*model), inputs)
    for name in (*actviz.STATISTICS, "hist", "grad_hist"):
        np.testing.assert_array_equal(ds[name], expected[name], err_msg=name)


def test_a_model_that_takes_its_way_at_random_takes_the_same_in_both_passes():
    class Random(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.ModuleList(nn.Linear(10, 10) for _ in range(6))

        def forward(self, x):
            for layer in self.layers:
                x = layer(x) if torch.rand(()) < 0.5 else x
            return self.layers[0](x)

    model = Random()
    depths = {actviz.probe_module(model, torch.randn(4, 10), seeds=[seed]).sizes["layer"] for seed in range(8)}
    assert len(depths) > 1


def test_the_recipe_says_how_it_was_measured():
    model, inputs = made("resnet")
    known = actviz.recipe(actviz.probe_module(model, inputs, layers=["fc", nn.Conv2d], drive="cross_entropy"))
    expected = {
        "kind": "module",
        "model": "torch_nets:ResNet",
        "names": None,
        "layers": ["fc", "Conv2d"],
        "inits": ["as built"],
        "activations": ["relu"],
        "seeds": [0],
        "inputs": "tensor 6×3×12×12",
        "samples": 6,
        "input_width": 3,
        "dtype": "float32",
        "device": "cpu",
        "drive": "cross_entropy",
        "norm": "batch",
        "training": True,
    }
    assert {key: known[key] for key in expected} == expected
    assert re.fullmatch("[0-9a-f]{64}", known["inputs_sha256"])


def test_the_name_of_the_weights_is_ones_own():
    ds = actviz.probe_module(mlp, torch.randn(8, 10), seeds=1, name="orthogonal trial", view=(-1, 1, 10))
    assert ds["init"].values.tolist() == ["orthogonal trial"]
    assert ds["view_hist"].sizes["view_bin"] == 10


def test_a_model_that_is_asked_for_formats_has_what_they_lose_counted():
    ds = actviz.probe_module(mlp, torch.randn(8, 10), seeds=2, formats="e4m3")
    table = actviz.formats(ds, "e4m3")
    assert table["exact"].all()
    assert not actviz.formats(actviz.probe_module(mlp, torch.randn(8, 10), seeds=2), "e4m3")["exact"].all()
    assert actviz.recipe(ds)["formats"] == ["e4m3"]


def test_progress_is_told_after_every_seed():
    told = []
    actviz.probe_module(mlp, torch.randn(8, 10), seeds=3, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


LINEAR = nn.Linear(10, 3)


class Bare(nn.Module):
    """A parameter that no method draws."""

    def __init__(self, device):
        super().__init__()
        self.own = nn.Parameter(torch.empty(10, 3, device=device))

    def forward(self, x):
        return x @ self.own


@pytest.mark.parametrize(
    ("model", "settings", "words"),
    [
        (5, {}, "need a torch.nn.Module or a callable that returns one, not int"),
        (lambda: 5, {}, "must return a torch.nn.Module, not int"),
        (lambda: 1 / 0, {}, "factory failed: ZeroDivisionError"),
        (nn.LazyLinear(3), {}, "lazy layers"),
        (nn.Linear(4, 3, device="meta"), {}, "meta device"),
        (lambda: Bare("meta"), {}, "neither init_weights nor reset_parameters draws own"),
        (nn.ReLU(), {}, "no layer found"),
        (LINEAR, {"layers": "conv*"}, r"no layer fits conv\*; the model has Linear"),
        (LINEAR, {"layers": [nn.Conv2d]}, "no layer fits Conv2d"),
        (LINEAR, {"layers": []}, r"layers must be globs of names or types, or classes, not \[\]"),
        (LINEAR, {"layers": [3]}, "not 3"),
        (LINEAR, {"seeds": 0}, "seeds must be a whole number from 1"),
        (LINEAR, {"seeds": [1, 1]}, "each seed may be given once"),
        (LINEAR, {"drive": "noise"}, "drive must be one of cotangent, cross_entropy"),
        (LINEAR, {"drive": lambda out: out}, r"drive must return one number, a tensor with one value, not \(8, 3\)"),
        (LINEAR, {"drive": lambda out: 1 / 0}, "drive failed: ZeroDivisionError"),
        (nn.Linear(10, 1), {"drive": "cross_entropy"}, r"classes in the output's last dimension, not shape \(8, 1\)"),
        (LINEAR, {"batches": 0}, "batches must be a whole number >= 1"),
        (LINEAR, {"view": (1, 0, 5)}, "view needs finite edges"),
        (LINEAR, {"formats": "fp8"}, "unknown number format 'fp8'"),
    ],
)
def test_bad_input_is_one_line_that_says_what_is_allowed(model, settings, words, one_line_error):
    assert re.search(words, one_line_error(actviz.probe_module, model, torch.randn(8, 10), **settings))


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        (lambda generator: 1 / 0, "inputs failed: ZeroDivisionError"),
        (DataLoader(TensorDataset(X), batch_size=9, drop_last=True), "gives no batch"),
        (torch.randn(8, 11), "the model failed: RuntimeError"),
        ("text", "the model failed"),
        (None, "the model failed"),
    ],
)
def test_bad_inputs_are_one_line(inputs, words, one_line_error):
    assert words in one_line_error(actviz.probe_module, LINEAR, inputs)


def test_a_factory_whose_layers_change_is_refused(one_line_error):
    def build():
        return nn.Sequential(*(nn.Linear(10, 10) for _ in range(1 + int(torch.initial_seed() == 0))))

    assert "another model under seed 1: 1.weight" in one_line_error(
        actviz.probe_module, build, torch.randn(4, 10), seeds=2
    )

    def wider():
        return nn.Linear(10, 3 + torch.initial_seed())

    assert "3 units in one pass and 4 in another" in one_line_error(
        actviz.probe_module, wider, torch.randn(4, 10), seeds=2
    )


class CutOff(nn.Module):
    """Gives what no gradient goes through."""

    def __init__(self, how):
        super().__init__()
        self.linear, self.how = nn.Linear(4, 3), how

    def forward(self, x):
        if self.how == "no_grad":
            with torch.no_grad():
                return torch.relu(self.linear(x))
        return self.linear(x).detach() if self.how == "detach" else self.linear(x).argmax(1)


@pytest.mark.parametrize("how", ["no_grad", "detach", "argmax"])
def test_a_model_without_a_gradient_is_not_called_healthy_without_a_word(how):
    (diagnosis,) = actviz.diagnose(actviz.probe_module(CutOff(how), X))
    assert diagnosis.verdict == actviz.Verdict.NOT_JUDGED
    assert "no gradient was measured" in diagnosis.unjudged[0].message()


def test_a_model_with_frozen_weights_has_a_gradient_and_no_such_note():
    model = mlp().requires_grad_(False)
    (diagnosis,) = actviz.diagnose(actviz.probe_module(model, torch.randn(6, next(model.parameters()).shape[1])))
    assert "note.no_gradient" not in [note.key for note in diagnosis.notes]


def test_a_factory_of_ever_deeper_models_is_refused(one_line_error):
    depths = iter([1, 2])
    message = one_line_error(
        actviz.probe_module, lambda: nn.Sequential(*[nn.Linear(4, 4) for _ in range(next(depths))]), X, seeds=2
    )
    assert "layer 1 of another pass is not there in the first" in message


class Branching(nn.Module):
    """Applies a layer only if the data say so, now in the one seed, now in the other."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(4, 4), nn.Linear(4, 4)

    def forward(self, x):
        h = self.first(x)
        return self.second(h) if h.sum() > 0 else h


def _either(sign):
    """Return what draws inputs of one sign under some seeds, and of the other under others."""

    def draw(generator):
        return sign * X if torch.rand((), generator=generator) < 0.5 else -sign * X

    return draw


@pytest.mark.parametrize("layers", ["*", "second", "Linear", nn.Linear])
@pytest.mark.parametrize("sign", [1, -1])
def test_layers_that_depend_on_the_data_are_those_of_any_seed_with_their_number(sign, layers):
    model = Branching()
    model.first.bias.data.zero_()
    ds = actviz.probe_module(model, _either(sign), seeds=6, layers=layers)
    assert names(ds)[-1] == "second"
    left_out = np.isnan(ds["act_std"].isel(layer=-1).squeeze().values)
    assert 0 < left_out.sum() < 6
    assert ds["hit"].values.tolist() == [6, 6 - left_out.sum()][-ds.sizes["layer"] :]
    (diagnosis,) = actviz.diagnose(ds)
    assert any("under some of the 6 seeds alone" in note.message() for note in diagnosis.notes)
    assert "overflowed" not in [finding.verdict for finding in diagnosis.findings]


class Experts(nn.Module):
    """Two of three experts for each row, all called, be it without a row; the last under some seeds alone, or never."""

    def __init__(self, bias):
        super().__init__()
        self.router = nn.Linear(4, 3)
        self.experts = nn.ModuleList([nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 4)) for _ in range(3)])
        self.head = nn.Linear(4, 2)
        with torch.no_grad():
            self.router.bias[2] = bias * (1.0 if bias < -1e3 or torch.rand(()) < 0.5 else -1.0)

    def forward(self, x):
        share, chosen = self.router(x).softmax(-1).topk(2, -1)
        out = torch.zeros_like(x)
        for at, expert in enumerate(self.experts):
            rows, place = (chosen == at).nonzero(as_tuple=True)
            out = out.index_add(0, rows, share[rows, place, None] * expert(x[rows]))
        return self.head(x + out)


@pytest.mark.parametrize(("bias", "hits"), [(-1e4, None), (-20.0, "some")])
def test_an_expert_without_a_token_is_left_out_and_not_refused(bias, hits):
    ds = actviz.probe_module(lambda: Experts(bias), X, seeds=6)
    own = [at for at, name in enumerate(names(ds)) if name.startswith("experts.2")]
    assert bool(own) is (hits is not None)
    assert all(0 < ds["hit"].values[at] < 6 for at in own)
    assert "overflowed" not in [finding.verdict for finding in actviz.diagnose(ds)[0].findings]


def test_what_cannot_be_drawn_again_is_refused_where_seeds_differ_in_layers(one_line_error):
    model = Branching()
    model.first.bias.data.zero_()
    drawn = iter([X, -X] if model.first(X).sum() < 0 else [-X, X])
    message = one_line_error(actviz.probe_module, model, lambda generator: next(drawn), seeds=2)
    assert "layer second of another pass is not there in the first" in message


@pytest.mark.parametrize("sign", [1, -1])
def test_a_layer_that_comes_and_goes_beside_those_asked_for_is_nobodys_concern(sign):
    model = Branching()
    model.first.bias.data.zero_()
    drawn = iter([sign * X, -sign * X])
    assert names(actviz.probe_module(model, lambda generator: next(drawn), seeds=2, layers="first")) == ["first"]


class Exits(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x):
        raise SystemExit(0)


def leave(*args):
    raise SystemExit("done")


@pytest.mark.parametrize(
    ("model", "inputs", "settings", "words"),
    [
        (leave, X, {}, "factory failed: SystemExit: done"),
        (Exits, X, {}, "the model failed: SystemExit: 0"),
        (nn.Linear(4, 3), leave, {}, "inputs failed: SystemExit: done"),
        (nn.Linear(4, 3), X, {"drive": leave}, "drive failed: SystemExit: done"),
    ],
)
def test_code_that_ends_the_program_is_one_line(model, inputs, settings, words, one_line_error):
    assert words in one_line_error(actviz.probe_module, model, inputs, **settings)


class Called(nn.Module):
    """Calls its layer through something."""

    def __init__(self, how):
        super().__init__()
        self.linear, self.head, self.how = nn.Linear(4, 4), nn.Linear(4, 2), how

    def forward(self, x):
        return self.head(self.how(self.linear, x))


def checkpointed(reentrant):
    return lambda layer, x: checkpoint(lambda y: torch.relu(layer(y)), x, use_reentrant=reentrant)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (checkpointed(True), "use_reentrant=True) is not supported"),
        (
            lambda layer, x: torch.vmap(layer)(x),
            "torch.vmap and torch.func in a model's forward pass are not supported",
        ),
    ],
)
def test_what_is_not_supported_is_said(how, words, one_line_error):
    assert words in one_line_error(actviz.probe_module, Called(how), X.clone().requires_grad_())


def test_other_checkpoints_are_measured_as_if_there_were_none():
    model = Called(checkpointed(False))
    plain = Called(lambda layer, x: torch.relu(layer(x)))
    plain.load_state_dict(model.state_dict())
    one, two = (actviz.probe_module(each, X) for each in (model, plain))
    for name in actviz.STATISTICS:
        np.testing.assert_array_equal(one[name], two[name], err_msg=name)


def test_batches_are_a_loaders_and_those_that_it_has(one_line_error):
    loader = DataLoader(TensorDataset(X), batch_size=2)
    assert actviz.recipe(actviz.probe_module(nn.Linear(4, 3), loader, batches=50))["batches"] == 3
    assert "batches=2 needs" in one_line_error(actviz.probe_module, nn.Linear(4, 3), X, batches=2)


class Detached(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk, self.head = nn.Sequential(nn.Linear(4, 8), nn.ReLU()), nn.Linear(8, 2)

    def forward(self, x):
        return self.head(self.trunk(x).detach())


class Logarithm(nn.Module):
    def __init__(self):
        super().__init__()
        self.below, self.above = nn.Linear(4, 8), nn.Linear(8, 2)

    def forward(self, x):
        return self.above(torch.log(self.below(x)))


@pytest.mark.parametrize(
    ("model", "verdict", "words"),
    [
        (Detached, "dead", "detach(), no_grad()"),
        (Logarithm, "overflowed", "logarithm or root of a negative number"),
        (lambda: nn.Sequential(*[Huge(4) for _ in range(4)]), "overflowed", "smaller"),
    ],
)
def test_a_remedy_blames_the_weights_only_where_they_are_to_blame(model, verdict, words):
    (diagnosis,) = actviz.diagnose(actviz.probe_module(model, X))
    assert diagnosis.verdict == verdict
    remedy = diagnosis.findings[0].remedy()
    assert (words in remedy) == (words != "smaller")


class Huge(nn.Module):
    """Multiplies by so much that four of it overflow."""

    def __init__(self, width):
        super().__init__()
        self.linear = nn.Linear(width, width)
        self.linear.weight.data.mul_(1e11)

    def forward(self, x):
        return torch.relu(self.linear(x))


def test_a_factory_of_lazy_layers_makes_one_model_under_every_seed():
    assert actviz.probe_module(lambda: nn.Sequential(nn.LazyLinear(3), nn.ReLU()), X, seeds=2).sizes["seed"] == 2
