"""Remedies of models: from the weights that are there, tried on copies, with lines of code that do what they say."""

import copy
import functools
import re

import pytest

import actviz
from actviz.diagnosis.drawing import redrawn
from actviz.diagnosis.models import model_of
from actviz.diagnosis.outcomes import Outcome
from actviz.diagnosis.profile import profiles
from actviz.diagnosis.rules import RULES
from actviz.diagnosis.trials import FRESH

torch = pytest.importorskip("torch")
nn = torch.nn

from actviz.torch import probing  # noqa: E402  # needs PyTorch
from actviz.torch.workbench import Workbench  # noqa: E402


class Residual(nn.Module):
    """A residual network without norms: He-initialized, it explodes."""

    def __init__(self, depth=10, width=32):
        super().__init__()
        self.a = nn.ModuleList(nn.Linear(width, width) for _ in range(depth))
        self.b = nn.ModuleList(nn.Linear(width, width) for _ in range(depth))
        self.out = nn.Linear(width, 5)
        for layer in (*self.a, *self.b):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        for a, b in zip(self.a, self.b, strict=True):
            x = x + b(torch.relu(a(x)))
        return self.out(x)


def plain(depth=14, width=32, activation=nn.ReLU, first=()):
    return nn.Sequential(*first, *[m for _ in range(depth) for m in (nn.Linear(width, width), activation())])


class Language(nn.Module):
    def __init__(self):
        super().__init__()
        self.table, self.rnn, self.out = nn.Embedding(50, 24), nn.LSTM(24, 24, 3, batch_first=True), nn.Linear(24, 50)
        for parameter in self.rnn.parameters():
            nn.init.normal_(parameter, std=0.02)

    def forward(self, x):
        return self.out(self.rnn(self.table(x))[0])


def attention():
    layer = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.0, batch_first=True, norm_first=True)
    model = nn.Sequential(nn.Embedding(50, 16), nn.TransformerEncoder(layer, 8, enable_nested_tensor=False))
    for parameter in model.parameters():
        if parameter.ndim > 1:
            nn.init.normal_(parameter)
    return model


class Raw(nn.Module):
    """Weights of its own, applied from the right, whose last dimension is not what they add up."""

    def __init__(self):
        super().__init__()
        self.w = nn.ParameterList(nn.Parameter(torch.randn(32, 32) * 0.05) for _ in range(8))

    def forward(self, x):
        for w in self.w:
            x = torch.relu(x @ w)
        return x


def rows(generator):
    return torch.randn(24, 32, generator=generator)


def tokens(generator):
    return torch.randint(50, (4, 10), generator=generator)


def told(build, inputs=rows, seeds=4):
    return actviz.diagnose(actviz.probe_module(build, inputs, seeds=seeds))[0].findings


KINDS = {
    "chain": (
        plain,
        rows,
        r"(?P<modules>)the 14 Linear layers before ReLU with std 0\.25 in place of an RMS of 0\.10\d, at fan_in 32",
    ),
    "residual": (Residual, rows, r"each of the 10 residual branches \(b\.0\.weight, b\.1\.weight, … b\.9\.weight\)"),
    "embedding": (
        lambda: plain(activation=nn.GELU, first=[nn.Embedding(50, 32)]),
        tokens,
        r"the 14 Linear layers before GELU with std 0\.25\d in place of an RMS of 0\.10\d, at fan_in 32",
    ),
    "norm in the stem": (
        lambda: plain(first=[nn.Linear(32, 32), nn.BatchNorm1d(32), nn.ReLU()]),
        rows,
        r"the 14 Linear layers before ReLU with std 0\.25 in place of an RMS of 0\.10\d",
    ),
    "recurrent": (
        Language,
        tokens,
        r"the gates of LSTM rnn one by one, orthogonal from state to state, with a bias of 1",
    ),
    "attention": (attention, tokens, r"the 8 MultiheadAttention layers with std 0\.25 in place of an RMS of \d"),
}


@pytest.fixture(scope="module")
def found():
    """From a kind of model to what is found of it, once each."""
    known = {}

    def find(kind):
        if kind not in known:
            known[kind] = told(*KINDS[kind][:2])
        return known[kind]

    return find


@pytest.mark.parametrize("kind", KINDS)
def test_a_remedy_starts_from_the_weights_and_was_tried_on_the_model(kind, found):
    for finding in found(kind):
        remedy = finding.remedy()
        assert re.search(KINDS[kind][2], remedy), remedy
        assert re.search(r"Tried on a copy of the model: healthy under 3 of 3 fresh seeds; \w+ goes from", remedy)
        assert "torch.nn.init." in remedy
        assert not re.search("he_normal|critical_points|no effect|fan_in 50|not tried", remedy)
        assert re.search("[가-힣].*모델의 사본에서 시험한 결과: 새 시드 3개 중 3개가 정상이다", finding.remedy("ko"))


def modules_of(kind, model):
    """Return the modules that a remedy is about, in the order of its lines of code."""
    linear = [each for each in model.modules() if isinstance(each, nn.Linear)]
    heads = [each for each in model.modules() if isinstance(each, nn.MultiheadAttention)]
    first = linear[1:] if kind == "norm in the stem" else linear
    return {
        "residual": lambda: [[each.weight for each in model.b]],
        "recurrent": lambda: [[model.rnn]],
        "attention": lambda: [
            heads,
            heads,
            linear[2::3],
            linear[1::3],
        ],
    }.get(kind, lambda: [first])()


@pytest.mark.parametrize("kind", KINDS)
def test_the_lines_of_a_remedy_mend_the_model(kind, found):
    lines = re.findall(r"of each(?: parameter)?, [mw]: (.*?)(?=, and draw|\. Tried)", found(kind)[0].remedy())
    build, inputs, _ = KINDS[kind]

    def mended():
        model = build()
        for line, modules in zip(lines, modules_of(kind, model), strict=True):
            for m in modules:
                exec(line, {"torch": torch, "m": m, "w": m})
        return model

    assert not told(mended, inputs)


def test_what_was_mended_is_not_recommended_again():
    """He's weights under ReLU: what is left is the network's narrowness, not its scale."""

    def he():
        model = plain(60, 16)
        for layer in model[::2]:
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
        return model

    remedy = told(he, lambda g: torch.randn(24, 16, generator=g), seeds=2)[0].remedy()
    assert "the weight scale is right for ReLU" in remedy
    assert (
        "put a skip connection around the 60 Linear layers before ReLU: in place of each m(x), x + m(x) / 60 ** 0.5"
        in remedy
    )
    assert "Tried on a copy of the model: healthy under 2 of 2 fresh seeds" in remedy  # LayerNorm, tried first, was not


@pytest.fixture
def counted(monkeypatch):
    """Under which seeds copies are measured, how many models are copied, and how often layers are looked for."""
    known = {"seeds": [], "copies": 0, "found": 0}
    measured, copied, find = Workbench.measured, copy.deepcopy, probing.find_layers

    def measure(self, changes, seeds):
        known["seeds"].extend(seeds)
        return measured(self, changes, seeds)

    def deepcopy(of, *memo):
        known["copies"] += isinstance(of, nn.Module) and not memo
        return copied(of, *memo)

    def find_layers(*given):
        known["found"] += 1
        return find(*given)

    monkeypatch.setattr(Workbench, "measured", measure)
    monkeypatch.setattr(copy, "deepcopy", deepcopy)
    monkeypatch.setattr(probing, "find_layers", find_layers)
    return known


@pytest.mark.parametrize("seeds", [1, 2, 5])
def test_words_try_no_more_than_was_measured_and_under_seeds_of_their_own(seeds, counted):
    for finding in told(plain, seeds=seeds):
        for lang in ("en", "ko"):
            finding.remedy(lang)
    assert 2 <= len(counted["seeds"]) <= max(3, seeds)
    assert set(counted["seeds"]) <= set(FRESH)


def test_faults_share_what_was_tried_and_one_plan_that_mends_both_is_said_of_both(counted):
    """The head alone mends the outputs and leaves the gradient: it is tried under one seed, and not said."""

    def build():
        model = nn.Sequential(*plain(20, activation=nn.Tanh), nn.Linear(32, 10))
        for layer in model[:-1:2]:  # so that the gradient grows, and less than half of a layer is saturated
            nn.init.normal_(layer.weight, std=0.5)
        nn.init.normal_(model[-1].weight, std=1.0)
        return model

    gradient, outputs = told(build)
    assert gradient.remedy().startswith("Draw the weights of the 20 Linear layers")
    assert outputs.remedy() == gradient.remedy()
    assert " 2 of 2 fresh seeds" in gradient.remedy()
    assert counted["seeds"] == [*FRESH[:2], FRESH[0]]


def test_what_mends_its_fault_alone_says_what_it_leaves():
    """A gate beside a chain: what mends the one is no remedy of the other."""

    class Both(nn.Module):
        def __init__(self):
            super().__init__()
            self.net, self.gate, self.head = plain(20, activation=nn.Tanh), nn.Linear(32, 32), nn.Linear(32, 4)
            for layer in self.net[::2]:  # so that the gradient grows, and less than half of a layer is saturated
                nn.init.normal_(layer.weight, std=0.5)
            nn.init.normal_(self.gate.weight, std=20.0)

        def forward(self, x):
            return self.head(self.net(x) * torch.sigmoid(self.gate(x)))

    gate, _ = told(Both, seeds=2)
    assert gate.remedy().startswith("Draw the weights of Linear gate before sigmoid with std 0.177 in place of")
    assert "Tried on a copy of the model under 2 fresh seeds: this fault is gone" in gate.remedy()
    assert "what is left: exploding" in gate.remedy()


def test_what_a_factory_makes_for_a_trial_alone_is_not_copied_and_its_layers_are_known(counted):
    assert "Tried on a copy" in told(plain, seeds=2)[0].remedy()
    assert (counted["copies"], counted["found"]) == (0, 1)


def test_what_a_factory_puts_into_every_model_is_nobody_elses_to_change(counted):
    shared = plain(6)
    before = [weight.clone() for weight in shared.parameters()]
    ds = actviz.probe_module(lambda: nn.Sequential(*shared, *plain(8)), rows, seeds=2)
    assert "Tried on a copy" in actviz.diagnose(ds)[0].findings[0].remedy()
    assert counted["copies"] == 2
    assert all(torch.equal(own, weight) for own, weight in zip(shared.parameters(), before, strict=True))


def test_a_plan_that_rebuilds_a_model_has_its_layers_looked_for_once(counted):
    ds = actviz.probe_module(lambda: plain(8), rows, seeds=2)
    bench = ds.encoding["actviz_workbench"]
    skip = (("skip", tuple(f"{at}" for at in range(0, 16, 2)), (0.5,) * 8),)
    first, again = bench.measured(skip, [5]), bench.measured(skip, [6])
    assert first.sizes["block"] == again.sizes["block"] == 8
    assert counted["found"] == 2  # the model's own, and those with skip connections


def test_nothing_of_the_users_is_touched():
    class Counting(nn.Sequential):
        def __init__(self, *parts):
            super().__init__(*parts)
            self.register_buffer("calls", torch.zeros(()))
            self.bound = self.count  # which a copy takes along, bound to the original

        def count(self):
            self.calls += 1

        def forward(self, x):
            self.bound()
            return super().forward(x)

    model = Counting(*plain().children(), nn.BatchNorm1d(32)).eval()
    for each in (model, lambda: model):  # a factory may give the same model every time
        ds = actviz.probe_module(each, torch.randn(24, 32), seeds=2)
        before = {name: value.clone() for name, value in model.state_dict().items()}
        state = torch.get_rng_state()
        assert "Tried on a copy" in actviz.diagnose(ds)[0].findings[0].remedy()
        if each is model:
            assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
        names = [name for name in before if name != "calls"]
        assert all(torch.equal(model.state_dict()[name], before[name]) for name in names)
        assert torch.equal(torch.get_rng_state(), state)
        assert not model.training
        assert all(parameter.grad is None for parameter in model.parameters())
        assert not any(module._forward_hooks for module in model.modules())


def test_a_loaded_result_has_advice_that_was_not_tried(tmp_path):
    ds = actviz.probe_module(plain, rows, seeds=2)
    actviz.save(ds, tmp_path / "net.nc")
    remedy = actviz.diagnose(actviz.load(tmp_path / "net.nc"))[0].findings[0].remedy()
    assert "with std 0.25 in place of an RMS of 0.10" in remedy
    assert remedy.endswith("(not tried: the result does not hold the model).")
    assert actviz.diagnose(ds.isel(seed=[0]))[0].findings[0].remedy().count("Tried on a copy") == 1
    other = ds.assign(weights_rms=2 * ds["weights_rms"])  # of another model
    assert "not tried" in actviz.diagnose(other)[0].findings[0].remedy()


def test_a_file_of_before_has_no_vocabulary_for_a_fan_and_no_norm_of_a_stem_for_all(tmp_path):
    def build():
        return plain(first=[nn.Embedding(5000, 32), nn.Linear(32, 32), Tokens(32), nn.ReLU()])

    ds = actviz.probe_module(build, lambda g: torch.randint(5000, (4, 10), generator=g), seeds=2)
    assert ds["fan_in"].values.tolist()[:2] == [1, 32]
    fans = [5000, *ds["fan_in"].values.tolist()[1:]]  # as it was
    old = ds.drop_dims("parameter").drop_vars("layer_norm").assign_coords(fan_in=("layer", fans)).assign_attrs(schema=2)
    actviz.save(old, tmp_path / "old.nc")
    remedy = actviz.diagnose(actviz.load(tmp_path / "old.nc"))[0].findings[0].remedy()
    assert "he_normal, weight variance 2 / fan_in (std 0.25 at fan_in 32" in remedy


class Tokens(nn.BatchNorm1d):
    def forward(self, x):
        return super().forward(x.flatten(0, 1)).view_as(x)


def test_a_model_that_cannot_be_copied_is_not_tried():
    class Single(nn.Sequential):
        def __deepcopy__(self, memo):
            raise RuntimeError("there is one of this")

    remedy = told(Single(*plain().children()), seeds=1)[0].remedy()
    assert "not tried: the model cannot be copied" in remedy


def test_weights_applied_from_the_right_are_drawn_by_their_own_fan():
    remedy = told(Raw)[0].remedy()
    assert "Draw the weights of the 8 matmul layers before ReLU with std 0.25 in place of an RMS of 0.0" in remedy
    assert "of each parameter, m (w.0, w.1, … w.7): torch.nn.init." in remedy
    assert "torch.nn.init.kaiming_normal_(m, nonlinearity='relu')" in remedy  # square, so that either side is fan_in
    assert "healthy under 3 of 3 fresh seeds" in remedy


def test_a_function_of_the_users_own_gets_advice_that_can_be_followed():
    class Own(nn.Module):
        def forward(self, x):
            return torch.where(x > 0.3, x, 0.1 * x * x)

    remedy = told(lambda: plain(activation=Own))[0].remedy()
    assert "For the function Own no weight scale is known" in remedy
    assert "torch.nn.BatchNorm1d(m.out_features). Tried on a copy of the model: healthy under 3 of 3" in remedy


class Autocast(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x):
        with torch.autocast("cpu", torch.float16):
            return self.model(x)


def half(scale, autocast=False):
    def build():
        model = plain(6)
        for layer in model[::2]:
            nn.init.normal_(layer.weight, std=(0.9 / 32) ** 0.5)
        return Autocast(model) if autocast else model.half()

    def loss(output):
        return scale * (output.float() * torch.tensor([1.0, -1.0] * 16) * torch.arange(32)).mean()

    ds = actviz.probe_module(
        build, lambda generator: rows(generator).to(torch.float32 if autocast else torch.float16), seeds=1, drive=loss
    )
    return actviz.diagnose(ds)[0].findings[0].remedy()


@pytest.mark.parametrize("autocast", [False, True])
@pytest.mark.parametrize("scale", [1e-6, 1e-9])
def test_gradients_that_float16_cannot_hold_are_not_blamed_on_detach(scale, autocast):
    remedy = half(scale, autocast)
    assert not torch.is_autocast_enabled("cpu")
    assert "torch.amp.GradScaler" in remedy
    assert remedy.endswith("Tried on a copy of the model in float32: it is healthy.")
    assert "detach" not in remedy


def test_detach_is_to_blame_in_float16_too():
    class Cut(nn.Module):
        def __init__(self):
            super().__init__()
            self.body, self.head = nn.Linear(32, 32), nn.Linear(32, 4)

        def forward(self, x):
            return self.head(torch.relu(self.body(x)).detach())

    ds = actviz.probe_module(lambda: Cut().half(), lambda g: rows(g).half(), seeds=1, drive=lambda y: 1e-6 * y.sum())
    assert "detach()" in actviz.diagnose(ds)[0].findings[0].remedy()


@pytest.mark.parametrize("norm", [None, nn.BatchNorm1d, nn.LayerNorm])
@pytest.mark.parametrize("first", [False, True])
def test_equal_weights_are_the_cause_of_samples_on_one_ray_whatever_norm_follows(norm, first):
    """One layer of equal units gives each sample one number: ReLU makes the directions the same, layer norm zeros."""
    layers = [each for at in range(3) for each in (nn.Linear(24, 24), *([norm(24)] if norm else []), nn.ReLU())]
    model = nn.Sequential(*layers, nn.Linear(24, 5))
    for at, each in enumerate(module for module in model if isinstance(module, nn.Linear)):
        nn.init.constant_(each.weight, 0.1) if at < (1 if first else 3) else nn.init.kaiming_normal_(each.weight)
        nn.init.zeros_(each.bias)
    (found,) = actviz.diagnose(actviz.probe_module(model, torch.randn(60, 24, generator=torch.manual_seed(0))))
    apart = first and norm is not nn.LayerNorm
    assert (found.verdict.value, found.findings[0].rule) == ("symmetric", "symmetric.start" if apart else "symmetric")
    assert found.severity.value == ("mild" if apart else "severe")
    assert not apart or (len(found.findings) == 1 and "note.alike" not in {note.key for note in found.notes})
    assert "healthy under 2 of 2 fresh seeds" in found.findings[0].remedy()


@pytest.mark.parametrize("activation", [torch.nn.Sigmoid, torch.nn.Tanh])
def test_weights_that_are_all_the_same_are_drawn_at_random_before_anything_else_is_tried(activation):
    """No normalization tells units apart, and what is left of a sigmoid's other faults is no reason against it."""

    def model():
        made = torch.nn.Sequential(*[each for _ in range(6) for each in (torch.nn.Linear(16, 16), activation())])
        for parameter in made.parameters():
            torch.nn.init.constant_(parameter, 0.25 if parameter.ndim == 2 else 0.0)
        return made

    (found,) = actviz.diagnose(actviz.torch.probe_module(model, torch.randn(32, 16), seeds=2))
    assert found.verdict is actviz.Verdict.SYMMETRIC
    for finding in found.findings:
        remedy = finding.remedy()
        assert "raw the weights of the 6 Linear layers" in remedy
        assert "symmetric" not in remedy


class FromTheRight(nn.Module):
    """Weights of which the first dimension is what they add up, as a Conv1D of GPT-2 has them."""

    def __init__(self, given, made):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.randn(given, made)), nn.Parameter(torch.randn(made))

    def forward(self, x):
        return torch.addmm(self.bias, x.flatten(0, -2), self.weight).view(*x.shape[:-1], -1)


class Grouped(nn.Module):
    """Experts whose weights are one parameter of three dimensions."""

    def __init__(self):
        super().__init__()
        self.up, self.down = nn.Parameter(torch.randn(3, 48, 32)), nn.Parameter(torch.randn(3, 32, 48))

    def forward(self, x):
        h = torch.relu(torch.einsum("bti,eoi->beto", x, self.up))
        return torch.relu(torch.einsum("beti,eoi->beto", h, self.down)).mean(1)


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.attend, self.rest = nn.MultiheadAttention(32, 2, batch_first=True), nn.Linear(32, 32, bias=False)

    def forward(self, x):
        return self.rest(torch.relu(self.attend(x, x, x)[0]))


def images():
    convolutions = [nn.ConvTranspose2d(8, 16, 4), nn.Conv2d(16, 12, 3, bias=False), nn.Conv2d(12, 4, 3, groups=4)]
    return nn.Sequential(*[m for each in convolutions for m in (each, nn.ReLU())])


LINES = {
    "from the right": (
        lambda: nn.Sequential(FromTheRight(32, 96), nn.ReLU(), FromTheRight(96, 32), nn.ReLU(), FromTheRight(32, 32)),
        (2, 5, 32),
    ),
    "experts": (lambda: nn.Sequential(nn.Linear(32, 32), Grouped(), nn.Linear(32, 32)), (2, 5, 32)),
    "images": (images, (2, 8, 6, 6)),
    "attention": (lambda: nn.Sequential(Tied(), nn.Linear(32, 8)), (2, 5, 32)),
}


@pytest.mark.parametrize("kind", LINES)
def test_a_line_of_code_draws_what_is_said(kind):
    build, shape = LINES[kind]
    ds = actviz.probe_module(build, torch.randn(*shape), seeds=1)
    init, _, profile = next(profiles(ds))
    torch.manual_seed(0)
    made, drawn = build(), set()
    parameters = dict(made.named_parameters())
    for part in redrawn(model_of(ds, profile, init), lambda name: 2.0, 0.0, everything=True):
        (_, names, stds), *biases = part.changes
        for layer, name, std in zip(part.layers, names, stds, strict=True):
            (weights,) = (each for each in layer.weights if each.name == name)
            exec(part.values["code"], {"torch": torch, "m": made.get_submodule(weights.owner)})
            assert parameters[name].std().item() == pytest.approx(std, rel=0.15), part.values["code"]
            drawn.add(name)
        for name in biases[0][1] if biases else ():
            assert not parameters[name].any()
    assert drawn >= {name for name, parameter in parameters.items() if parameter.ndim > 1}


class Wordy(nn.Module):
    """A stream of blocks that read it normalized, with a router in each, and a head of its own."""

    def __init__(self, head=0.1, router=0.02):
        super().__init__()
        self.table, self.head = nn.Embedding(50, 32), nn.Linear(32, 50, bias=False)
        self.blocks = nn.ModuleList(
            nn.ModuleDict(
                {
                    "norm": nn.LayerNorm(32),
                    "router": nn.Linear(32, 4),
                    "up": nn.Linear(32, 128),
                    "down": nn.Linear(32, 32),
                }
            )
            for _ in range(3)
        )
        nn.init.normal_(self.head.weight, std=head)
        for block in self.blocks:
            nn.init.normal_(block["router"].weight, std=router)

    def forward(self, x):
        x = self.table(x)
        for block in self.blocks:
            h = block["norm"](x)
            mixed = torch.nn.functional.gelu(block["up"](h)).unflatten(-1, (4, 32))
            x = x + block["down"]((block["router"](h).softmax(-1)[..., None] * mixed).sum(-2))
        return self.head(nn.functional.layer_norm(x, (32,)))


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (
            {"head": 1.0},
            "Draw the weights of Linear head with std 0.177 in place of an RMS of",
        ),
        (
            {"router": 1.0},
            "Draw the weights of the 3 Linear layers blocks.0.router, blocks.1.router, blocks.2.router with std "
            "0.177 in place of an RMS of",
        ),
    ],
)
def test_the_least_change_comes_first(fault, words):
    assert not told(Wordy, tokens, seeds=2)
    (finding,) = told(lambda: Wordy(**fault), tokens, seeds=2)
    assert finding.rule in ("saturated.output", "saturated.gate")
    remedy = finding.remedy()
    assert remedy.startswith(words), remedy
    assert remedy.count("raw the weights") == 1
    assert "healthy under 2 of 2 fresh seeds" in remedy


class Low(nn.Module):
    """A linear layer with an update of low rank beside it, whose last weights start at 0 [Hu et al. 2022]."""

    def __init__(self, std):
        super().__init__()
        self.base = nn.Linear(32, 32)
        self.a, self.b = nn.Parameter(0.2 * torch.randn(4, 32)), nn.Parameter(torch.zeros(32, 4))
        nn.init.normal_(self.base.weight, std=std)

    def forward(self, x):
        return self.base(x) + nn.functional.linear(nn.functional.linear(x, self.a), self.b)


def test_zeros_that_learn_stay_and_are_no_copies_of_each_other():
    faded, level = (
        actviz.diagnose(
            actviz.probe_module(
                lambda std=std: nn.Sequential(*[m for _ in range(5) for m in (Low(std), nn.ReLU())]), rows, seeds=2
            )
        )[0]
        for std in (0.01, 0.25)
    )
    remedy = faded.findings[0].remedy()
    assert remedy.startswith("Draw the weights of the 5 Linear layers with")
    assert not re.search(r"\bm\.b\b", remedy)
    assert "healthy under 2 of 2" in remedy
    assert [note.key for note in level.notes] == ["note.zero_branches"]


class Wave(nn.Module):
    def forward(self, x):
        return torch.sin(30.0 * x)


def test_what_was_tried_in_vain_is_told_where_it_leaves_no_fault():
    """Under batch normalization a gradient may grow far more; that is no mend of one that grows less."""
    (finding, *_) = told(lambda: plain(5, activation=Wave), seeds=2)
    assert re.search(
        r"BatchNorm1d behind each layer \(gradient_ratio [\de+]+: no fault, but a number far worse, ", finding.remedy()
    )
    assert ": )" not in finding.remedy()
    assert "남는 것: )" not in finding.remedy("ko")


def test_a_function_that_applies_weights_is_named_once():
    class Sum(nn.Module):
        def __init__(self):
            super().__init__()
            self.w, self.out = nn.Parameter(1e-3 * torch.randn(32, 32)), plain(2)

        def forward(self, x):
            return self.out(torch.einsum("ni,io->no", x, self.w))

    assert "draw the weights of einsum with std" in told(Sum, seeds=2)[0].remedy().lower()


class CutOff(nn.Module):
    """A branch whose weights before its last ones get no gradient, unless it is whole."""

    def __init__(self, whole=False, last=1.0):
        super().__init__()
        self.i, self.a, self.o, self.h = (nn.Linear(16, of) for of in (16, 16, 16, 4))
        self.whole = whole
        for parameter in self.o.parameters():
            parameter.data.mul_(last)

    def forward(self, x):
        x = self.i(x)
        inside = torch.tanh(self.a(x))
        return self.h(x + self.o(inside if self.whole else inside.detach()))


def test_a_change_that_exempts_what_is_dead_mends_nothing():
    """A branch that gives 0 is no fault, for its zeros learn; what was dead in it is as dead as before."""
    results = [
        actviz.probe_module(functools.partial(CutOff, **more), lambda g: torch.randn(32, 16, generator=g), seeds=2)
        for more in ({}, {"last": 0.0}, {"whole": True})
    ]
    cut, silenced, whole = (next(profiles(each))[-1] for each in results)
    assert [actviz.diagnose(each)[0].verdict.value for each in results] == ["dead", "healthy", "healthy"]
    rule = next(each for each in RULES if each.name == "dead.gradient")
    assert not Outcome(2, 2, (), silenced).mends(rule, frozenset(), [rule], cut)
    assert Outcome(2, 2, (), whole).mends(rule, frozenset(), [rule], cut)


class Shut(nn.Module):
    """Pre-norm branches, the activation of one of which is shut for every sample by the bias of its norm."""

    def __init__(self):
        super().__init__()
        self.i, self.h = nn.Linear(32, 32), nn.Linear(32, 4)
        self.n, self.o = (nn.ModuleList(of(32) for _ in range(4)) for of in (nn.LayerNorm, lambda d: nn.Linear(d, d)))
        nn.init.constant_(self.n[1].bias, -20.0)

    def forward(self, x):
        x = self.i(x)
        for n, o in zip(self.n, self.o, strict=True):
            x = x + o(nn.functional.gelu(n(x)))
        return self.h(x)


class Coupled(nn.Module):
    """Branches whose last weights are 0 on purpose, one of which an activation shuts besides."""

    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = (nn.ModuleList(nn.Linear(32, 32) for _ in range(3)) for _ in range(3))
        self.h = nn.Linear(32, 4)
        nn.init.constant_(self.b[1].bias, -50.0)
        for c in self.c:
            nn.init.zeros_(c.weight)
            nn.init.zeros_(c.bias)

    def forward(self, x):
        for a, b, c in zip(self.a, self.b, self.c, strict=True):
            x = x + c(torch.relu(b(torch.relu(a(x)))))
        return self.h(x)


def test_what_waits_for_zeros_that_learn_is_dead_no_more():
    (finding,) = told(Coupled, seeds=3)
    assert finding.rule == "dead.flat"
    remedy = finding.remedy()
    assert remedy.startswith("Set the biases of Linear b.1 before ReLU, of size 50, to 0")
    assert "healthy under 2 of 2" in remedy


def test_no_remedy_of_a_shut_branch_leaves_it_shut():
    """Weights behind the activation, and their biases at 0, make the branch give exactly 0, and nothing in it learn."""
    (finding, *_) = told(Shut, seeds=3)
    assert finding.rule == "dead.flat"
    assert not re.match("draw .* healthy under", finding.remedy(), re.IGNORECASE)
    drawn = Shut()
    for o in drawn.o:
        nn.init.kaiming_normal_(o.weight, nonlinearity="linear")
        nn.init.zeros_(o.bias)
    assert actviz.diagnose(actviz.probe_module(drawn, rows))[0].verdict.value == "dead"
