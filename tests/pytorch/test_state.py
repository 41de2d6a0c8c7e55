"""A model is left as it was: also where it, its inputs or the drive fail, in the first pass or later."""

import random
from collections import OrderedDict

import numpy as np
import pytest

import actviz
from actviz import ActvizError

torch = pytest.importorskip("torch", reason="PyTorch is an optional dependency")

from torch import nn  # noqa: E402
from torch.nn.utils.parametrizations import spectral_norm  # noqa: E402
from torch_nets import MODELS, ResNet, made  # noqa: E402

HOOKS = (
    "_forward_hooks",
    "_forward_pre_hooks",
    "_backward_hooks",
    "_backward_pre_hooks",
    "_forward_hooks_with_kwargs",
    "_forward_hooks_always_called",
    "_forward_pre_hooks_with_kwargs",
)


def _values(tensor):
    return None if tensor is None else tensor.detach().clone()


def everything(model):
    """Return what must not change: values, identities, gradients, flags, modes, hooks, and the generators' states."""
    tensors = [*model.named_parameters(), *model.named_buffers()]
    return {
        "values": {name: _values(tensor) for name, tensor in tensors},
        "identities": {name: (id(tensor), tensor.data_ptr()) for name, tensor in tensors},
        "gradients": {name: _values(weight.grad) for name, weight in model.named_parameters()},
        "gradients' identities": {name: id(weight.grad) for name, weight in model.named_parameters()},
        "flags": {name: (tensor.requires_grad, tensor.is_leaf) for name, tensor in tensors},
        "hooks of tensors": {
            name: (dict(tensor._backward_hooks or {}), dict(tensor._post_accumulate_grad_hooks or {}))
            for name, tensor in tensors
        },
        "modes": {name: module.training for name, module in model.named_modules()},
        "hooks": {name: [OrderedDict(getattr(m, kind)) for kind in HOOKS] for name, m in model.named_modules()},
        "attributes": {name: sorted(vars(module)) for name, module in model.named_modules()},
        "global hooks": [len(getattr(nn.modules.module, f"_global{kind}")) for kind in HOOKS[:4]],
        "torch": torch.get_rng_state(),
        "python": random.getstate(),
        "numpy": np.random.get_state()[1].tolist(),  # noqa: NPY002
        "modes of PyTorch": (torch.is_grad_enabled(), torch.overrides._len_torch_function_stack()),
        "flags of numpy": np.geterr(),
    }


def _equal(a, b):
    if isinstance(a, torch.Tensor):
        return isinstance(b, torch.Tensor) and torch.equal(a, b)
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(_equal(a[key], b[key]) for key in a)
    return a == b


def assert_same(model, before):
    after = everything(model)
    for what, value in before.items():
        assert _equal(value, after[what]), f"{what} changed"


def prepared(name, training):
    """Return a model in use: gradients of a step on some weights, others frozen, hooks of its own, running sums."""
    body, inputs = made(name)
    head = spectral_norm(nn.Linear(body(inputs).shape[-1], 4))
    model = nn.Sequential(OrderedDict(body=body, rows=nn.Flatten(0, -2), head=head, norm=nn.BatchNorm1d(4)))
    for _ in range(2):
        model(inputs).sum().backward()
    weights = list(model.parameters())
    weights[0].requires_grad_(False)
    weights[1].grad = None
    weights[-1].register_hook(lambda gradient: gradient * 1.0)
    model.head.register_forward_hook(lambda module, args, output: output * 1.0)
    model.head.register_full_backward_hook(lambda module, taken, given: None)
    model.train(training)
    model.norm.eval()
    torch.rand(3), random.random(), np.random.rand()  # noqa: NPY002
    return model, inputs


@pytest.mark.parametrize("training", [True, False], ids=["training", "evaluation"])
@pytest.mark.parametrize("name", MODELS)
def test_a_probe_changes_nothing(name, training):
    model, inputs = prepared(name, training)
    before, given = everything(model), inputs.clone()
    ds = actviz.probe_module(model, inputs, seeds=2)
    assert_same(model, before)
    assert torch.equal(inputs, given)
    assert actviz.recipe(ds)["training"] is training
    assert (ds["grad_preact_rms"].isel(layer=-1) > 0).all()


class Failing(nn.Module):
    """Fails at its nth call, after the layers before have changed what they change."""

    def __init__(self, at):
        super().__init__()
        self.at, self.calls = at, 0

    def forward(self, x):
        self.calls += 1
        if self.calls >= self.at:
            raise RuntimeError("out of order\nat once")
        return x


@pytest.mark.parametrize("at", [1, 2, 3], ids=["first pass", "second pass", "second seed"])
def test_a_model_that_fails_is_left_as_it_was(at, one_line_error):
    model, inputs = prepared("resnet", True)
    model.add_module("failing", Failing(at))
    before = everything(model)
    message = one_line_error(actviz.probe_module, model, inputs, seeds=2)
    assert "the model failed: RuntimeError: out of order" in message
    assert_same(model, before)


@pytest.mark.parametrize("where", ["drive", "backward", "layers", "forward hook", "interrupt"])
def test_any_other_failure_leaves_the_model_as_it_was(where):
    model, inputs = prepared("resnet", True)
    settings, error = {}, ActvizError

    def fail(*args):
        raise KeyboardInterrupt if where == "interrupt" else ValueError("no")

    if where in ("drive", "interrupt"):
        settings, error = {"drive": fail}, KeyboardInterrupt if where == "interrupt" else ActvizError
    elif where == "backward":
        model.body.fc.register_full_backward_hook(fail)
    elif where == "forward hook":
        model.body.fc.register_forward_hook(fail)
    else:
        settings = {"layers": "nothing.*"}
    before = everything(model)
    with pytest.raises(error):
        actviz.probe_module(model, inputs, **settings)
    assert_same(model, before)


def test_a_failure_keeps_its_cause():
    with pytest.raises(ActvizError) as caught:
        actviz.probe_module(nn.Linear(3, 3), torch.randn(2, 4))
    assert isinstance(caught.value.__cause__, RuntimeError)


def test_a_graph_that_the_user_still_holds_can_be_passed_back():
    model, inputs = made("resnet")
    loss = model(inputs).sum()
    actviz.probe_module(model, inputs)
    loss.backward()
    assert model.fc.weight.grad is not None


def test_an_optimizer_in_the_backward_pass_takes_no_step():
    model, inputs = made("mlp")
    for weight in model.parameters():
        weight.register_post_accumulate_grad_hook(lambda weight: weight.data.zero_())
    before = everything(model)
    actviz.probe_module(model, inputs)
    assert_same(model, before)


class Careless(nn.Module):
    """Replaces a buffer, overwrites its weights, its mode, its input and its gradients in a pass."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(5, 4)
        self.register_buffer("seen", torch.zeros(2))
        self.register_buffer("later", None)

    def forward(self, x):
        with torch.no_grad():
            x.add_(1)
        out = self.linear(x)
        with torch.no_grad():
            self.linear.bias.add_(1)
            if self.linear.weight.grad is not None:
                self.linear.weight.grad.zero_()
            self.linear.bias.grad = torch.ones(4)
            self.linear.bias.requires_grad_(False)
        self.seen = self.seen + 1
        self.later = torch.ones(3)
        self.eval()
        return out


def test_what_a_careless_model_changes_is_put_back():
    model, inputs = Careless(), torch.randn(3, 5)
    model.linear.weight.grad = torch.ones(4, 5)
    before, given = everything(model), inputs.clone()
    ds = actviz.probe_module(model, inputs, seeds=3)
    assert_same(model, before)
    assert model.later is None
    assert torch.equal(inputs, given)
    # the second pass and the next seed start where the first did
    assert np.ptp(ds["act_std"].values) == 0


def test_without_gradients_in_force_it_measures_them_and_leaves_it_so():
    model, inputs = made("mlp")
    expected = actviz.probe_module(model, inputs)
    with torch.no_grad():
        ds = actviz.probe_module(model, inputs)
        assert not torch.is_grad_enabled()
    with torch.inference_mode():
        again = actviz.probe_module(model, inputs.clone())
        assert torch.is_inference_mode_enabled()
    np.testing.assert_array_equal(ds["grad_preact_rms"], expected["grad_preact_rms"])
    np.testing.assert_array_equal(again["grad_preact_rms"], expected["grad_preact_rms"])


def test_batch_norm_of_a_training_model_is_that_of_the_batch():
    model, inputs = ResNet(), 5 + 3 * torch.randn(6, 3, 12, 12)
    training = actviz.probe_module(model, inputs)
    evaluation = actviz.probe_module(model.eval(), inputs)
    assert float(training["preact_std"][0, 0, 0, 0]) == pytest.approx(1, abs=1e-3)
    assert float(evaluation["preact_std"][0, 0, 0, 0]) > 1.5


class Signs(nn.Module):
    """Turns the sign of everything it holds in a pass, zeros' too."""

    def __init__(self, dtype, number):
        super().__init__()
        self.linear = nn.Linear(5, 4)
        self.register_buffer("held", torch.tensor([0.0, float("nan"), *range(1, number - 1)], dtype=dtype))

    def forward(self, x):
        with torch.no_grad():
            self.held.mul_(-1)
        return torch.relu(self.linear(x))


@pytest.mark.parametrize("number", [2, 3, 8])  # of whole and of broken words
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_what_is_put_back_has_the_bits_it_had(dtype, number):
    model = Signs(dtype, number)
    before = model.held.clone()
    actviz.probe_module(model, torch.randn(3, 5), seeds=2)
    whole = {2: torch.int16, 4: torch.int32, 8: torch.int64}[dtype.itemsize]
    assert torch.equal(model.held.view(whole), before.view(whole))


class Drifting(nn.Module):
    """Adds to its buffer, and to its weights, in every pass."""

    def __init__(self, weights=None, norm=None):
        super().__init__()
        self.linear, self.norm = nn.Linear(4, 4), norm or nn.BatchNorm1d(4)
        if weights is not None:
            self.linear.weight = nn.Parameter(weights)

    def forward(self, x):
        with torch.no_grad():
            self.linear.weight.add_(1.0)
        return self.norm(self.linear(x))


def _listed(kept, _):
    kept.append(Drifting())
    return kept[-1]


FACTORIES = {
    "the same model": lambda kept, model: model,
    "models that are kept": _listed,
    "a shared norm": lambda kept, model: Drifting(norm=model.norm),
    "shared memory": lambda kept, model: Drifting(model.linear.weight.detach()),
    "an array's memory": lambda kept, model: Drifting(torch.from_numpy(model.array)),
}


@pytest.mark.parametrize("factory", FACTORIES.values(), ids=FACTORIES)
def test_what_others_hold_of_a_factorys_models_is_put_back_under_every_seed(factory):
    model, kept = Drifting(), []
    model.array = np.ones((4, 4), np.float32)
    before, array = everything(model), model.array.copy()
    actviz.probe_module(lambda: factory(kept, model), torch.randn(6, 4), seeds=3)
    values = everything(model)["values"]
    assert all(_equal(values[name], value) for name, value in before["values"].items())
    np.testing.assert_array_equal(model.array, array)
    assert all(float(each.linear.weight.detach().abs().max()) < 1 and not each.norm.running_mean.any() for each in kept)
