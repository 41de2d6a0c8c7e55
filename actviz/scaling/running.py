"""``coordinate_check()``: the first updates of networks of several widths, under several seeds, to one dataset."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actviz.catalog import names
from actviz.catalog.activations import ACTIVATIONS
from actviz.catalog.checks import check_choice, check_functions, finite, whole, worker_count
from actviz.catalog.initializers import INITIALIZERS
from actviz.catalog.losses import LOSSES
from actviz.catalog.names import describe
from actviz.catalog.optimizers import OPTIMIZERS
from actviz.errors import ActvizError
from actviz.numerics.memory import check_memory
from actviz.numerics.parallel import each_done
from actviz.probing.running import MAX_WIDTH, layer_widths, seed_numbers
from actviz.probing.stack import Stack, placed, recipe_of
from actviz.scaling.dataset import assemble
from actviz.training import Run, TrainConfig
from actviz.training.coordinates import ADAM, RATE, Coordinates, of_stack
from actviz.training.parametrization import PARAMETRIZATIONS, Parametrization

if TYPE_CHECKING:
    import xarray

Progress = Callable[[int, int], None]

WIDTHS = (64, 128, 256, 512)
FEWEST_WIDTHS = 3
USUAL = "16,32"
"""Samples and width of the inputs unless given."""

MAX_STEPS = 1000


@dataclass(frozen=True)
class _Task:
    """What follows one network: a stack's recipe, or a model's factory."""

    build: Any
    settings: dict[str, Any]

    @property
    def starts(self) -> float:
        """Seconds that processes take to start more than usual: those of PyTorch."""
        return 0.0 if isinstance(self.build, _Stacks) else 10.0

    def __call__(self, width: int, seed: int) -> tuple[int, int, Coordinates]:
        """Follow the network of a width under a seed."""
        if isinstance(self.build, _Stacks):
            return width, seed, self.build.follow(width, seed, self.settings["steps"])
        from actviz.torch.coordinates import of_model

        return width, seed, of_model(self.build, width, seed, **self.settings)


@dataclass(frozen=True)
class _Stacks:
    """Built-in stacks of several widths, all else being equal."""

    base: Stack
    depth: int
    config: TrainConfig
    outputs: int
    samples: int
    parametrization: str

    def of(self, width: int) -> Stack:
        """Return the stack of a width."""
        return dataclasses.replace(self.base, widths=layer_widths(self.depth, width, self.base.widths[0]))

    def follow(self, width: int, seed: int, steps: int) -> Coordinates:
        """Follow the stack of a width under a seed."""
        scaled = Parametrization(self.parametrization, self.base, self.outputs)
        return of_stack(Run(self.of(width), self.config), self.outputs, self.samples, steps, seed, scaled)

    def recipe(self) -> dict[str, Any]:
        """Everything that decides a network but width and seed, as JSON values."""
        return {
            "model": "stack",
            "init": describe(self.base.initializer, INITIALIZERS),
            "activation": describe(self.base.activation, ACTIVATIONS),
            "depth": self.depth,
            "bias_std": self.base.bias_std,
            **recipe_of(self.base),
            "outputs": self.outputs,
            "parametrization": self.parametrization,
            "optimizer": describe(self.config.rule, OPTIMIZERS),
            "lr": float(self.config.schedule(0)),
            "loss": self.config.loss,
        }


def _widths(widths: Sequence[int]) -> tuple[int, ...]:
    if isinstance(widths, str) or not isinstance(widths, Iterable):
        raise ActvizError(f"widths must be a list of whole numbers, not {widths!r}")
    given = sorted({whole("width", each, most=MAX_WIDTH) for each in widths})
    if len(given) < FEWEST_WIDTHS:
        raise ActvizError(
            f"a coordinate check needs {FEWEST_WIDTHS} different widths at least: two lie on any power of the width"
        )
    return tuple(given)


def _shape(inputs: Any) -> tuple[int, int]:
    """Read samples and width of the N(0, 1) inputs of stacks, ``16,32``."""
    several = inputs if isinstance(inputs, list | tuple) else []
    sizes = [each.strip() for each in inputs.split(",")] if isinstance(inputs, str) else several
    if len(sizes) != 2 or not all(str(each).isdecimal() for each in sizes):
        raise ActvizError(f"inputs of stacks must be SAMPLES,WIDTH of N(0, 1) values, as 16,32, not {inputs!r}")
    return whole("samples", int(sizes[0])), whole("input width", int(sizes[1]), most=MAX_WIDTH)


def _check_own(optimizer: Any, loss: Any) -> None:
    """Refuse what no model is trained with."""
    if optimizer is not None and not callable(optimizer):
        check_choice("optimizer", optimizer, (*OPTIMIZERS, "a function from the model to its optimizer"))
    if not callable(loss):
        check_choice("loss", loss, (*LOSSES, "a function from the output to a loss"))


def coordinate_check(
    build: Any = "he_normal+relu",
    *,
    widths: Sequence[int] = WIDTHS,
    inputs: Any = None,
    optimizer: Any = None,
    lr: float | None = None,
    steps: int = 3,
    seeds: int | Sequence[int] = 8,
    margin: float = 0.2,
    loss: Any = "cross_entropy",
    parametrization: str | None = None,
    depth: int | None = None,
    outputs: int | None = None,
    bias_std: float = 0.0,
    norm: str | None = None,
    place: str | None = None,
    block: str = "plain",
    branch_scale: Any = 1.0,
    workers: int | None = None,
    progress: Progress | None = None,
    named: dict[str, Any] | None = None,
) -> xarray.Dataset:
    """Follow networks of several widths through their first updates: how sizes and changes of layers go with the width.

    Raw sizes miss the fault that hinders tuning small and training large: under Adam a standard network's layers
    stay as large whatever the width, while an update moves them the more the wider they are. ``actviz.scaling.judge``
    says of each layer which is so.

    Parameters
    ----------
    build : str, (initializer, activation), or callable
        ``"he_normal+relu"`` is a stack of actviz's own, with a linear head; a function takes a width and
        gives a PyTorch model, or one and its optimizer. It is called under every seed.
    widths : sequence of int
        Three at least.
    inputs : str, (int, int), or whatever ``probe_module`` takes
        Samples and width of N(0, 1) inputs, which are the same for all widths; 16 and 32 unless given. Of models also
        any other shape, ``"8,128:1000"`` for whole numbers below 1000, or what they are called with.
    optimizer : str or callable
        Key into ``OPTIMIZERS``, Adam unless given; of models also a function from one to its optimizer.
    lr : float, optional
        At the least width; 0.001 unless given. An optimizer of the user's own has its own.
    steps : int
        Updates.
    seeds : int or sequence of int
        The replicates of all tests.
    margin : float
        Slopes that do not matter: a layer whose slope is shown to be within it is width-stable.
    loss : {"cross_entropy", "mean_square"} or callable
        Of random labels or N(0, 1) targets, which are the same for all widths; of models also a function from the
        output to a loss.
    parametrization : {"standard", "ntk", "mup"}, optional
        Of stacks: how starts and rates go with the width, relative to the least; standard unless given.
    depth, outputs : int, optional
        Of stacks: layers in front of the head, 3, and its outputs, 10.
    bias_std, norm, place, block, branch_scale
        Of stacks: as in ``probe``.
    workers : int, optional
        Processes; the result is the same.
    progress : callable, optional
        Called with (done, total) networks.
    named : mapping, optional
        Names by which the command line knows build, inputs, optimizer and loss.

    Returns
    -------
    xarray.Dataset
        ``size`` and ``change`` by ``width``, ``seed``, ``step`` and ``layer``.

    Raises
    ------
    ActvizError
        If an argument is not allowed, a model fails, or layers are not the same at all widths.

    Examples
    --------
    >>> from actviz.scaling import judge
    >>> ds = coordinate_check("he_normal+relu", widths=[32, 64, 128], steps=1, seeds=4)
    >>> [str(each.outcome) for each in judge(ds) if each.what == "change"]
    ['width-stable', 'grows', 'grows', 'grows']
    """
    sizes, numbers = _widths(widths), seed_numbers(seeds)
    check_functions(progress=progress)
    whole("steps", steps, most=MAX_STEPS)
    finite("margin", margin, above=0.0)
    own = not isinstance(build, str | tuple)
    if lr is not None:
        finite("lr", lr, above=0.0)
    shared = {"kind": "coordinates", "widths": list(sizes), "seeds": list(numbers), "steps": steps, "margin": margin}
    of_stacks = {"parametrization": parametrization, "depth": depth, "outputs": outputs, "norm": norm, "place": place,
                 "bias_std": bias_std or None, "block": None if block == "plain" else block,
                 "branch_scale": None if branch_scale == 1.0 else branch_scale}  # fmt: skip
    if own:
        if idle := [name for name, value in of_stacks.items() if value is not None]:
            raise ActvizError(f"{idle[0]} is of stacks: a function builds its model as it is")
        task, how, need = _of_models(build, inputs, optimizer, lr, loss, steps, named or {})
    else:
        stack = {"norm": norm, "place": place, "bias_std": bias_std, "block": block, "branch_scale": branch_scale}
        config = TrainConfig(lr=RATE if lr is None else lr, optimizer=optimizer or ADAM, loss=loss)
        made = _stacks(build, sizes, inputs, config, parametrization, depth, outputs, stack)
        task, need = _Task(made, {"steps": steps}), 8.0 * made.samples * (sum(made.of(sizes[-1]).widths) + 64)
        need += 20.0 * sum(fan_in * fan_out for fan_in, fan_out in made.of(sizes[-1]).fans)
        how = {**made.recipe(), "inputs": f"{made.samples},{made.base.widths[0]}"}
    check_memory(need, "this coordinate check", "lower widths, samples or depth")
    workers = worker_count(workers)
    return assemble(_followed(task, sizes, numbers, workers, progress), sizes, numbers, {**shared, **how})


def _stacks(
    build: Any, sizes: Sequence[int], inputs: Any, config: TrainConfig, parametrization: str | None,
    depth: int | None, outputs: int | None, stack: dict[str, Any],
) -> _Stacks:  # fmt: skip
    """Return the stacks that a pairing and settings name."""
    parts = names.pairing_parts(build) if isinstance(build, str) else (build[0], build[-1])
    if parts is None:
        raise ActvizError(f"build must be INIT+ACTIVATION, as he_normal+relu, or a function, not {build!r}")
    chosen = "standard" if parametrization is None else parametrization
    check_choice("parametrization", chosen, tuple(PARAMETRIZATIONS))
    samples, input_width = _shape(USUAL if inputs is None else inputs)
    layers = 3 if depth is None else whole("depth", depth, most=1000)
    classes = whole("outputs", 10 if outputs is None else outputs, 2 if config.loss == "cross_entropy" else 1, 10_000)
    stack["norm"] = placed(stack["norm"], stack.pop("place"))
    if stack["norm"] and stack["block"] == "plain" and stack["bias_std"]:
        raise ActvizError("a normalized layer has a shift in place of biases: bias_std must be 0")
    if str(stack["norm"]).startswith("batch") and samples < 2:
        raise ActvizError("batch normalization needs 2 samples at least")
    if stack["block"] != "plain" and input_width in sizes:
        raise ActvizError(f"blocks of width {input_width} would begin at inputs as wide, at that width alone")
    base = Stack(
        names.activation(parts[1]), names.initializer(parts[0]), layer_widths(layers, sizes[0], input_width), **stack
    )
    return _Stacks(base, layers, config, classes, samples, chosen)


def _of_models(
    build: Any, inputs: Any, optimizer: Any, lr: float | None, loss: Any, steps: int, named: dict[str, Any]
) -> tuple[_Task, dict[str, Any], float]:
    """Return what follows models of the user's own, what the recipe says of them, and no memory that is known."""
    from actviz.torch import need_torch

    need_torch()
    from actviz.torch.named import named_inputs
    from actviz.torch.results import origin_of

    _check_own(optimizer, loss)
    if not callable(build):
        raise ActvizError(f"build must be INIT+ACTIVATION or a function of the width, not {type(build).__name__}")
    shape = _written(USUAL if inputs is None else inputs)
    how = {"model": origin_of(build), "inputs": shape or "given", "optimizer": optimizer or ADAM,
           "lr": RATE if lr is None else lr, "loss": _word(loss), **named}  # fmt: skip
    given = named_inputs((shape,)) if shape else inputs
    settings = {
        "inputs": given,
        "optimizer": optimizer,
        "lr": lr,
        "loss": loss,
        "steps": steps,
        "usual": inputs is None,
    }
    return _Task(build, settings), how, 0.0


def _written(inputs: Any) -> str:
    """Write the shape of a model's inputs; empty where they are anything but a shape."""
    if isinstance(inputs, tuple | list) and inputs and all(type(each) is int for each in inputs):
        return ",".join(map(str, inputs))
    return inputs.strip() if isinstance(inputs, str) else ""


def _word(item: Any) -> str:
    return item if isinstance(item, str) else str(getattr(item, "__name__", type(item).__name__))


def _followed(
    task: _Task, sizes: Sequence[int], seeds: Sequence[int], workers: int, progress: Progress | None
) -> dict[tuple[int, int], Coordinates]:
    """Follow every network, two narrow ones by themselves: by the second one the work of the others is guessed."""
    every = [(width, seed) for width in sizes for seed in seeds]
    found: dict[tuple[int, int], Coordinates] = {}
    seconds, began = 0.0, 0.0
    for tasks in (every[:1], every[1:2], every[2:]):
        began = time.monotonic()
        for width, seed, each in each_done(task, tasks, workers, max(seconds - task.starts, 0.0)):
            found[width, seed] = each
            if progress is not None:
                progress(len(found), len(every))
        seconds = (time.monotonic() - began) * len(every) * sizes[-1] / sizes[0]
    return found
