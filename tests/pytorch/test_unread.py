"""Parameters that no pass reads are named in a note; those that are read, by whatever way, and frozen ones are not."""

import pytest

import actviz

torch = pytest.importorskip("torch", reason="PyTorch is an optional dependency")

from torch import nn  # noqa: E402

D = 8


def rows(generator):
    return torch.randn(32, D, generator=generator)


class Scale(torch.autograd.Function):
    """A product of the user's own, which no function of tensors shows."""

    @staticmethod
    def forward(ctx, x, scale):
        ctx.save_for_backward(x, scale)
        return x * scale

    @staticmethod
    def backward(ctx, gradient):
        x, scale = ctx.saved_tensors
        return gradient * scale, (gradient * x).sum(0)


class Net(nn.Module):
    """Two layers and a head, with a module and parameters beside them that a way of using them may read."""

    def __init__(self, use, build=nn.Identity):
        super().__init__()
        self.a, self.b, self.o = nn.Linear(D, D), nn.Linear(D, D), nn.Linear(D, 4)
        self.side = nn.Sequential(nn.Linear(D, D), nn.ReLU(), nn.Linear(D, D))
        self.of = nn.ParameterList(nn.Parameter(torch.randn(D)) for _ in range(4))
        self.use = use
        build(self)

    def forward(self, x):
        h = torch.relu(self.b(torch.relu(self.a(x))))
        return self.o(self.use(self, h))


def unread(model, **settings):
    found = actviz.diagnose(actviz.probe_module(model, rows, **{"seeds": 2, **settings}))[0]
    return [dict(note.values)["names"] for note in found.notes if note.key.startswith("note.unread")]


def entries(*places):
    return tuple(f"of.{at}" for at in places)


def without_gradient(net, h):
    with torch.no_grad():
        return h + net.side(h)


def normed(net):
    nn.utils.parametrizations.weight_norm(net.side[0])


def normed_by_hooks(net):
    with pytest.warns(FutureWarning, match="weight_norm"):
        nn.utils.weight_norm(net.side[0])


USES = {
    "nothing": (lambda net, h: h, ("side", "of")),
    "a module": (lambda net, h: h + net.side(h), ("of",)),
    "a part of a module": (lambda net, h: h + net.side[0](h), ("side.2", "of")),
    "arithmetic": (lambda net, h: h * net.of[0] + net.of[1].exp() - torch.stack([net.of[2]])[0],
                   ("side", *entries(3))),
    "a function of one's own": (lambda net, h: Scale.apply(h, net.of[0]), ("side", *entries(1, 2, 3))),
    "no_grad": (without_gradient, ("of",)),
    "a detached copy": (lambda net, h: h + net.of[0].detach() + net.of[1].data, ("side", *entries(2, 3))),
    "an argmax": (lambda net, h: h + torch.eye(D)[net.of[0].argmax()], ("side", *entries(1, 2, 3))),
    "sizes and types": (
        lambda net, h: h + torch.zeros_like(net.of[0]).to(net.of[1]).view_as(net.of[2])
        + h.new_zeros(net.of[3].shape, dtype=net.side[0].weight.dtype, device=net.side[0].weight.device),
        ("side", "of"),
    ),
    "no rows": (lambda net, h: torch.cat([h, net.side(h[:0]) * net.of[0]]), ("side", "of")),
}  # fmt: skip


@pytest.mark.parametrize("use", USES)
def test_what_no_pass_reads_is_named_by_its_outermost_module(use):
    reads, named = USES[use]
    assert unread(lambda: Net(reads)) == [named]


def test_it_is_no_fault():
    assert actviz.diagnose(actviz.probe_module(lambda: Net(lambda net, h: h), rows, seeds=2))[0].passes()


@pytest.mark.parametrize("build", [normed, normed_by_hooks])
def test_weights_made_of_others_are_read_with_these(build):
    assert unread(lambda: Net(lambda net, h: h + net.side(h), build)) == [("of",)]
    assert unread(lambda: Net(lambda net, h: h, build)) == [("side", "of")]


def test_frozen_weights_are_not_missed():
    def frozen(net):
        net.side.requires_grad_(False)
        net.of.requires_grad_(False)

    assert unread(lambda: Net(lambda net, h: h, frozen)) == []
    assert unread(lambda: Net(lambda net, h: h).requires_grad_(False)) == []


def test_tied_weights_and_those_inside_attention_are_read():
    def tied(net):
        net.attention = nn.MultiheadAttention(D, 2, kdim=4, vdim=4)
        net.table = nn.Embedding(D, D)
        net.tied = nn.Linear(D, D)
        net.tied.weight = net.table.weight
        del net.side, net.of

    def use(net, h):
        return net.tied(h + net.attention(h, h[:, :4], h[:, :4])[0])

    assert unread(lambda: Net(use, tied)) == []


def test_what_some_seeds_read_is_read():
    def drawn(net, h):
        return h + net.of[int(torch.randint(4, ()))]

    (names,) = unread(lambda: Net(drawn), seeds=1)
    assert len(names) == 4  # the module, and three of four
    assert unread(lambda: Net(drawn), seeds=12) == [("side",)]


def test_what_a_later_batch_reads_is_read():
    def inputs(generator):
        return torch.randn(16, D, generator=generator)

    def second(net, h):
        net.calls += 1
        return h + net.of[0] if net.calls == 3 else h  # the first pass finds the layers

    def counts(net):
        net.calls = 0

    batches = torch.utils.data.DataLoader(torch.randn(48, D), 16)
    ds = actviz.probe_module(lambda: Net(second, counts), batches, seeds=1, batches=2)
    (note,) = [note for note in actviz.diagnose(ds)[0].notes if note.key == "note.unread"]
    assert dict(note.values)["names"] == ("side", *entries(1, 2, 3))


@pytest.mark.parametrize("skip", [False, True])
def test_experts_without_a_token_are_named(skip):
    class Experts(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.router, self.head = nn.Linear(D, D), nn.Linear(D, 6), nn.Linear(D, 4)
            self.e = nn.ModuleList(nn.Sequential(nn.Linear(D, D), nn.ReLU(), nn.Linear(D, D)) for _ in range(6))
            with torch.no_grad():
                self.router.bias[:4] = -50.0

        def forward(self, x):
            h = self.first(x)
            weights, chosen = self.router(h).softmax(-1).topk(1)
            out = h
            for at, expert in enumerate(self.e):
                own = (chosen[:, 0] == at).nonzero()[:, 0]
                if len(own) or not skip:
                    out = out.index_add(0, own, weights[own] * expert(h[own]))
            return self.head(out)

    ds = actviz.probe_module(Experts, rows, seeds=2)
    (note,) = [note for note in actviz.diagnose(ds)[0].notes if note.key == "note.unread"]
    assert "the weights of e.0, e.1 and 2 more: they have no gradient" in note.message()
    assert note.message("ko").startswith("e.0, e.1 외 2개의 가중치는")


def test_a_head_that_training_alone_reads_is_told_of_this_mode():
    def auxiliary(net, h):
        return h + 0.1 * net.side(h) + sum(net.of) if net.training else h

    model = Net(auxiliary)
    for training in (True, False):
        found = actviz.diagnose(actviz.probe_module(model.train(training), torch.randn(32, D)))[0]
        notes = [note for note in found.notes if note.key.startswith("note.unread")]
        assert [note.message().partition(" reads")[0] for note in notes] == [
            "in evaluation mode no pass"
        ] * (not training)  # fmt: skip


def test_a_file_and_a_baseline_keep_it(tmp_path):
    ds = actviz.probe_module(lambda: Net(lambda net, h: h), rows, seeds=2)
    actviz.save(ds, tmp_path / "x.nc")
    notes = [note for note in actviz.diagnose(actviz.load(tmp_path / "x.nc"))[0].notes if note.key == "note.unread"]
    assert len(notes) == 1
    other = actviz.probe_module(lambda: Net(lambda net, h: h * net.of[0] / net.of[0]), rows, seeds=2)
    assert not [why for why in actviz.compare(actviz.Baseline.of(ds), other).problems if "unread" in why]


def test_of_a_model_that_is_watched_its_first_update_tells():
    model = Net(lambda net, h: h + net.side(h) if net.late else h, lambda net: setattr(net, "late", False))
    optimizer = torch.optim.Adam(model.parameters())
    with actviz.watch(model, every=1, optimizer=optimizer) as watched:
        for _ in range(2):
            optimizer.zero_grad()
            (model(torch.randn(32, D)).pow(2).mean() + model.of[1].pow(2).mean()).backward()  # the loss reads one
            optimizer.step()
            watched.step()
    for step, told in ((0, [("side", *entries(0, 2, 3))]), (1, [])):
        notes = actviz.diagnose(actviz.snapshot(watched.dataset, step))[0].notes
        assert [dict(note.values)["names"] for note in notes if note.key == "note.unread"] == told
