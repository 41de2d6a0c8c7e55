"""Callbacks, boards and recipes against the real packages; each is skipped where it is missing."""

import re
from pathlib import Path

import numpy as np
import pytest

import actviz
from actviz.errors import ActvizError

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

pytestmark = [pytest.mark.heavy, pytest.mark.filterwarnings("default")]  # other packages warn about each other


class Rows(torch.utils.data.Dataset):
    def __init__(self, number=64):
        torch.manual_seed(1)
        self.x = torch.randn(number, 6)
        self.y = self.x[:, :3].argmax(1)

    def __len__(self):
        return len(self.x)

    def __getitem__(self, at):
        return self.x[at], self.y[at]


def net():
    return nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 3))


@pytest.fixture
def lightning():
    return pytest.importorskip("lightning.pytorch")


def module(lightning, whole):
    class Part(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            torch.manual_seed(0)
            self.net = net()

        def training_step(self, batch, _):
            return nn.functional.cross_entropy((self if whole is True else self.net)(batch[0]), batch[1])

        def validation_step(self, batch, _):
            self.log("val_loss", nn.functional.cross_entropy((self if whole is True else self.net)(batch[0]), batch[1]))

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), 0.1)

    class Whole(Part):
        def forward(self, x):
            return self.net(x)

    return Whole() if whole else Part()


def trained(lightning, whole, callbacks, **settings):
    given = module(lightning, whole)
    quiet = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False}
    quiet |= {"enable_model_summary": False, "accelerator": "cpu", "max_epochs": 2}
    trainer = lightning.Trainer(callbacks=callbacks, **quiet, **settings)
    loaders = [torch.utils.data.DataLoader(Rows(), batch_size=8) for _ in range(2)]
    trainer.fit(given, *loaders)
    return given, trainer


@pytest.mark.parametrize(("whole", "settings"), [(True, {}), (False, {"accumulate_grad_batches": 2}), ("beside", {})])
def test_lightning_trains_as_without_the_callback(lightning, whole, settings, tmp_path):
    from actviz.watching.lightning import ActvizCallback

    bare, _ = trained(lightning, whole, [], **settings)
    callback = ActvizCallback(every=4, out=tmp_path / "run.nc")
    given, trainer = trained(lightning, whole, [callback], **settings)
    assert all(map(torch.equal, bare.parameters(), given.parameters()))
    found = actviz.load(tmp_path / "run.nc")
    assert found["snapshot"].values.tolist() == list(range(0, trainer.global_step, 4))
    assert found["layer_name"].values.tolist() == (["net.0", "net.2"] if whole is True else ["0", "2"])
    assert callback.dataset["snapshot"].equals(found["snapshot"])
    assert np.isfinite(found["train_loss"].sel(step=0).values).all()
    assert np.isfinite(found["validation_loss"].values).sum() == 2  # epochs
    assert found["learning_rate"].sel(step=0).item() == pytest.approx(0.1)


def test_losses_of_lightning_are_those_of_the_training_step_also_with_accumulation(lightning, monkeypatch):
    from actviz.watching.lightning import ActvizCallback

    given, losses = ActvizCallback(every=1), []
    told = nn.functional.cross_entropy
    monkeypatch.setattr(nn.functional, "cross_entropy", lambda *of: losses.append(told(*of)) or losses[-1])
    trained(lightning, False, [given], accumulate_grad_batches=3, limit_val_batches=0)
    found = given.dataset["batch_loss"].values.ravel()
    epochs = losses[:8], losses[8:]  # of 8 batches
    wanted = [np.mean([float(each.detach()) for each in epoch[at : at + 3]]) for epoch in epochs for at in (0, 3, 6)]
    assert found == pytest.approx(wanted, rel=1e-5)


def test_lightning_is_stopped_by_a_verdict(lightning):
    from actviz.watching.lightning import ActvizCallback

    callback = ActvizCallback(every=1, on_finding="stop", module="net")
    given = module(lightning, True)
    given.net[0].weight.data.zero_()
    given.net[0].bias.data.fill_(-1.0)  # dead from the start
    trainer = lightning.Trainer(callbacks=[callback], logger=False, enable_checkpointing=False, max_epochs=9,
                                enable_progress_bar=False, enable_model_summary=False, accelerator="cpu")  # fmt: skip
    with pytest.warns(RuntimeWarning, match=r"update 0, layer 1 \(0\): dead"):
        trainer.fit(given, torch.utils.data.DataLoader(Rows(), batch_size=8))
    assert trainer.global_step < 9 * 8


def test_lightning_says_which_part_to_name(lightning):
    from actviz.watching.lightning import ActvizCallback

    with pytest.raises(ActvizError, match="Whole has no module 'nett'"):
        trained(lightning, True, [ActvizCallback(module="nett")])


@pytest.fixture
def transformers():
    pytest.importorskip("accelerate")
    return pytest.importorskip("transformers")


def test_hugging_face_trains_as_without_the_callback(transformers, tmp_path):
    from actviz.watching.huggingface import ActvizCallback

    config = transformers.GPT2Config(vocab_size=31, n_positions=16, n_embd=16, n_layer=2, n_head=2)
    torch.manual_seed(2)
    rows = [{"input_ids": tokens, "labels": tokens} for tokens in torch.randint(31, (24, 8))]

    def trained(*callbacks):
        torch.manual_seed(0)
        model = transformers.GPT2LMHeadModel(config)
        arguments = transformers.TrainingArguments(
            output_dir=str(tmp_path / "out"), max_steps=9, per_device_train_batch_size=4, logging_steps=4,
            gradient_accumulation_steps=2, report_to=[], use_cpu=True, disable_tqdm=True, save_strategy="no", seed=0,
            eval_strategy="steps", eval_steps=4,
        )  # fmt: skip
        trainer = transformers.Trainer(
            model=model, args=arguments, train_dataset=rows, eval_dataset=rows[:4], callbacks=list(callbacks)
        )
        trainer.train()
        return model

    bare = trained()
    model = trained(ActvizCallback(every=4, out=tmp_path / "run.nc"))
    assert all(map(torch.equal, bare.parameters(), model.parameters()))
    found = actviz.load(tmp_path / "run.nc")
    assert found["snapshot"].values.tolist() == [0, 4, 8]
    assert np.isfinite(found["validation_loss"].sel(step=[4, 8]).values).all()
    assert np.isfinite(found["train_loss"].sel(step=[4, 8]).values).all()
    roles = set(found["role"].values.tolist())
    assert {"lookup", "branch", "head"} <= roles
    assert actviz.diagnose(actviz.snapshot(found, 0))[0].verdict is actviz.Verdict.HEALTHY


def loop(board):
    torch.manual_seed(0)
    model, data = net(), Rows()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with actviz.watch(model, every=2, board=board) as watch:
        for _ in range(5):
            loss = nn.functional.cross_entropy(model(data.x), data.y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            watch.step(loss)


def test_tensorboard_has_numbers_and_figures(tmp_path):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(tmp_path) as writer:
        loop(writer)
    events = EventAccumulator(str(tmp_path))
    events.Reload()
    assert [each.step for each in events.Scalars("actviz/act_std/0")] == [0, 2, 4]
    assert {"actviz/film", "actviz/curves"} <= set(events.Tags()["images"])


def test_weights_and_biases_has_numbers_and_figures(tmp_path, monkeypatch):
    wandb = pytest.importorskip("wandb")
    monkeypatch.setenv("WANDB_SILENT", "true")
    run = wandb.init(mode="offline", dir=tmp_path, project="actviz")
    logged = []
    monkeypatch.setattr(run, "log", lambda values: logged.append(values))
    loop(run)
    run.finish()
    assert [each["actviz/step"] for each in logged[:-1]] == [0, 2, 4]
    assert "actviz/update/0.weight" in logged[0]
    assert isinstance(logged[-1]["actviz/film"], wandb.Image)


def recipe(of):
    """Run the recipe of the recorder's page for a framework; return what it leaves."""
    page = (Path(actviz.__file__).parent / "probing" / "README.md").read_text(encoding="utf-8")
    (text,) = (each for each in re.findall(r"^```py\n(.*?)^```", page, re.DOTALL | re.MULTILINE) if of in each)
    left = {}
    exec(text, left)
    return left


def test_a_flax_model_is_recorded_by_its_intermediates(monkeypatch):
    pytest.importorskip("flax")
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")
    left = recipe("flax")
    found, x = left["found"], left["x"]
    assert found["layer_name"].values.tolist() == ["Dense_0", "Dense_1", "Dense_2"]
    z = np.asarray(x @ left["variables"]["params"]["Dense_0"]["kernel"])
    assert found["act_std"].values.ravel()[0] == pytest.approx(np.tanh(z).std(), rel=1e-4)
    assert actviz.diagnose(found)[0].findings == ()
    half = actviz.Recorder()
    half.record("bf16", x.astype("bfloat16"))
    assert half.dataset["act_std"].item() == pytest.approx(float(x.std()), rel=1e-2)


def test_a_keras_model_is_recorded_by_its_layers_outputs(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    pytest.importorskip("keras")
    found = recipe("keras")["found"]
    assert found["activation"].values.tolist() == ["relu"]
    assert found["saturated"].values.ravel()[0] == pytest.approx(0.5, abs=0.1)
    assert actviz.diagnose(found)[0].findings == ()
