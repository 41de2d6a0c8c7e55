"""``probe()``: measure every initializer x activation pairing over many seeds, on all cores.

A task is one seed and some pairings. What a task draws is keyed by content, and its matrix products run on one BLAS
thread, so the dataset is the same to the last bit for any number of workers.
"""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from actviz.catalog.checks import check_functions, distinct_seeds, whole, worker_count
from actviz.catalog.formats import format_names
from actviz.catalog.initializers import FamilyInitializer, Initializer
from actviz.catalog.inputs import ArrayInputs, Inputs
from actviz.catalog.names import is_builtin, labelled_activations, labelled_initializers, labelled_inputs
from actviz.errors import ActvizError
from actviz.numerics.parallel import each_done
from actviz.numerics.processors import of_workers
from actviz.probing.bounds import check_jacobian, check_norm, check_probe_memory
from actviz.probing.draws import Draws, shares_draws
from actviz.probing.joins import structure
from actviz.probing.measuring import Interrupt, measure
from actviz.probing.network import Network
from actviz.probing.stack import ProbeConfig, Stack, histogram_bins, placed, recipe_of
from actviz.results.checkpoint import Checkpoint
from actviz.results.dataset import assemble
from actviz.results.measurement import Measurement, Pool
from actviz.results.statistics import OF_JACOBIAN

if TYPE_CHECKING:
    import xarray

MAX_DEPTH, MAX_WIDTH, MAX_SEEDS, MAX_SEED = 10_000, 10**7, 100_000, 2**63 - 1
MAX_SAMPLES = 10**8
SAMPLES = 1000
"""Samples of generated inputs unless said otherwise; at most as many of an array."""

Progress = Callable[[int, int], None]
Key = tuple[str, str, int]
Pairing = tuple[str, str]


def seed_numbers(seeds: Any) -> tuple[int, ...]:
    """Turn how many seeds, or which, into which."""
    if isinstance(seeds, Iterable) and not isinstance(seeds, str | bytes | bytearray):
        return distinct_seeds(tuple(whole("seed", seed, least=0, most=MAX_SEED) for seed in seeds))
    return tuple(range(whole("seeds", seeds, most=MAX_SEEDS)))


def _digest(source: Inputs) -> str | None:
    """Content of an array of inputs, which its name does not tell."""
    return hashlib.sha256(source.values.tobytes()).hexdigest() if isinstance(source, ArrayInputs) else None


def layer_widths(
    depth: int | None, width: Any, input_width: int | None = None, own_width: int | None = None
) -> tuple[int, ...]:
    """Input width, then every layer's; the inputs' own width goes before that of the first layer."""
    if isinstance(width, Sequence) and not isinstance(width, str):
        layers = tuple(whole("width", each, most=MAX_WIDTH) for each in width)
        if not layers:
            raise ActvizError("width must be a number or a list of at least one")
        if depth is not None and depth != len(layers):
            raise ActvizError(f"depth {depth} contradicts the {len(layers)} widths given; give either")
    else:
        count = 5 if depth is None else whole("depth", depth, most=MAX_DEPTH)
        layers = (whole("width", width, most=MAX_WIDTH),) * count
    if own_width is not None and input_width not in (None, own_width):
        raise ActvizError(f"input_width must be {own_width}, the width of these inputs, not {input_width}")
    first = own_width if own_width is not None else layers[0] if input_width is None else input_width
    return (whole("input_width", first, most=MAX_WIDTH), *layers)


def _recipe(stacks: Mapping[Pairing, Stack], config: ProbeConfig, inputs: str) -> dict[str, Any]:
    """Everything that decides a result, as JSON values."""
    stack, asked = next(iter(stacks.values())), {"jacobian": config.jacobian, "formats": list(config.formats)}
    return {
        "inits": list(dict.fromkeys(init for init, _ in stacks)),
        "activations": list(dict.fromkeys(activation for _, activation in stacks)),
        "width": list(stack.widths[1:]),
        "input_width": stack.widths[0],
        "samples": config.samples,
        "seeds": list(config.seeds),
        "inputs": inputs,
        "inputs_sha256": _digest(config.inputs),
        "bias_std": stack.bias_std,
        **recipe_of(stack),
        "dtype": config.dtype,
        "drive": config.drive,
        "batch": config.batch,
        "view": list(config.view) if config.view else None,
        **{name: value for name, value in asked.items() if value},
    }


def _family(initializer: Initializer) -> str:
    return cast(FamilyInitializer, initializer).family if shares_draws(initializer) else ""


def _task(
    stacks: Mapping[Pairing, Stack],
    config: ProbeConfig,
    seed: int,
    stores: Mapping[Pairing, Checkpoint | None],
    interrupt: Interrupt | None = None,
    held: list[Network] | None = None,
) -> dict[Key, Measurement]:
    """Measure some pairings under one seed, a family of draws together; tasks of a process share buffers, ``held``."""
    draws, results, held = Draws(seed, config), {}, [] if held is None else held
    for (init, activation), stack in stacks.items():
        key = (init, activation, seed)
        kept = stores[init, activation]
        measured = kept.get(key, histogram_bins(stack, config), len(stack.fans)) if kept else None
        if measured is None:
            if not held and stack.block == "plain":
                held.append(Network(stack, min(config.samples, config.batch), config.dtype))
            if held:
                held[0].stack = stack
            measured = measure(held[0] if held else stack, draws, interrupt)
            if kept:
                kept.put(key, measured)
        results[key] = measured
    return results


def _run(
    stacks: Mapping[Pairing, Stack],
    config: ProbeConfig,
    workers: int,
    store: Checkpoint | None,
    interrupt: Interrupt | None,
    away: Away | None = None,
) -> Iterator[tuple[Key, Measurement]]:
    """Yield every measurement, in the order they are done."""
    if away is not None:
        yield from _run_away(stacks, config, store, away)
        return
    by_family = dict(sorted(stacks.items(), key=lambda item: _family(item[1].initializer)))
    # Enough tasks to keep the cores busy to the end, yet as few as can be: each draws its own weights.
    pieces = min(len(stacks), max(1, -(-4 * workers // len(config.seeds)))) if workers > 1 else 1
    size = -(-len(stacks) // pieces)
    chunks = [dict(list(by_family.items())[start : start + size]) for start in range(0, len(stacks), size)]
    # A function of the user's own may be another one next time, under the same name; in another process all are copies.
    stores = _stores(stacks, store)
    held: list[Network] = []
    tasks = [(chunk, config, seed, stores, interrupt, held) for seed in config.seeds for chunk in chunks]
    fans = next(iter(stacks.values())).fans
    # About 20 ns a value to record it, and 1e11 operations a second in three products a layer.
    each = config.samples * sum(2e-8 * fan_out + 6e-11 * fan_in * fan_out for fan_in, fan_out in fans)
    for results in each_done(_task, tasks, workers, each * len(stacks) * len(config.seeds)):
        yield from results.items()


def _stores(stacks: Mapping[Pairing, Stack], store: Checkpoint | None) -> dict[Pairing, Checkpoint | None]:
    """Return where pairings are kept: none with a function of the user's own."""
    return {
        pairing: store if is_builtin(stack.initializer) and is_builtin(stack.activation) else None
        for pairing, stack in stacks.items()
    }


@dataclass(frozen=True)
class Away:
    """Work on a cluster: where, and on which kinds of processor it was done."""

    cluster: Any
    processors: set[str] = field(default_factory=set)


def _run_away(
    stacks: Mapping[Pairing, Stack], config: ProbeConfig, store: Checkpoint | None, away: Away
) -> Iterator[tuple[Key, Measurement]]:
    """Yield every measurement of a cluster, a task each; what is kept is kept here, where it is looked for."""
    stores, tasks = _stores(stacks, store), []
    for seed in config.seeds:
        for (init, activation), stack in stacks.items():
            kept = stores[init, activation]
            there = kept.get((init, activation, seed), histogram_bins(stack, config), len(stack.fans)) if kept else None
            if there is not None:
                yield (init, activation, seed), there
            else:
                tasks.append(({(init, activation): stack}, config, seed, {(init, activation): None}))
    done = each_done(_task, tasks, 1, 0.0, cluster=away.cluster, name=_named, processors=away.processors)
    for results in done:
        for key, measured in results.items():
            if kept := stores[key[:2]]:
                kept.put(key, measured)
            yield key, measured


def _named(task: tuple[Any, ...]) -> str:
    """Name the network of a task of a cluster."""
    ((init, activation),) = task[0]
    return f"{init} + {activation}, seed {task[2]}"


def probe(
    inits: Any,
    activations: Any,
    *,
    depth: int | None = None,
    width: int | Sequence[int] = 100,
    samples: int | None = None,
    seeds: int | Sequence[int] = 8,
    inputs: Any = "normal",
    input_width: int | None = None,
    bias_std: float = 0.0,
    norm: str | None = None,
    place: str | None = None,
    block: str = "plain",
    branch_scale: float | str = 1.0,
    dtype: str = "float32",
    drive: str = "cotangent",
    batch: int = 4096,
    view: tuple[float, float, int] | None = None,
    jacobian: int = 0,
    formats: str | Iterable[str] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    interrupt: Interrupt | None = None,
    cluster: Any = None,
) -> xarray.Dataset:
    """Measure every pairing of initializers and activations.

    Parameters
    ----------
    inits, activations : str, object, or a sequence of them
        Names, names with parameters (``"normal:0.01"``), ``"package.module:name"``, or the objects themselves.
    depth : int, optional
        Number of layers; 5, or as many as ``width`` lists.
    width : int or sequence of int
        Units of every layer, or of each.
    samples : int, optional
        Rows of input; 1000, or an array's rows if they are fewer.
    seeds : int or sequence of int
        How many seeds (0, 1, ...), or which.
    inputs : str, array or object
        ``normal``, ``uniform:0,1``, ``correlated:0.5``, ``mnist``, a ``.npy`` or ``.npz`` path, or an array.
    input_width : int, optional
        Width of generated inputs; that of the first layer unless said otherwise.
    bias_std : float
        Standard deviation of normal biases.
    norm : {None, "batch", "layer", "rms"}
        Normalization over the batch, or over the units of a sample, about their mean or about 0.
    place : {"pre", "post"}, optional
        Of plain layers in front of the activation, or behind it; of residual blocks in front of the branch, or behind
        the sum. One word does, too: ``norm="batch_after"`` is ``post``; else it is ``pre``.
    block : {"plain", "residual"}
        Layers, or blocks y + phi(N(y) W + b) V: see ``Stack``.
    branch_scale : float or "1/sqrt(L)"
        What V is drawn with, for L blocks; 0 is zero initialization.
    dtype : {"float32", "float64"}
        Of the passes.
    drive : {"cotangent", "cross_entropy"}
        What drives the backward pass; see ``ProbeConfig``.
    batch : int
        Rows in memory at once.
    view : (low, high, bins), optional
        A second, exact histogram of the activations between given edges: ``(0, 1, 30)`` is the book's.
    jacobian : int
        For how many samples to measure the singular values of the Jacobian of the outputs by the inputs, exactly, in
        networks of up to 1024 units a layer. Not under batch normalization, where outputs depend on other samples.
    formats : str or sequence of str, optional
        Of fp16, bf16, e4m3, e5m2: counts what each would lose, which histograms tell as at least and at most.
    workers : int, optional
        Processes; as many as there are cores unless said otherwise, and one for work of a second or two. The result
        does not depend on it.
    progress : callable, optional
        Called with (done, total) after every network.
    checkpoint : path, optional
        A folder in which finished networks are kept, and looked for, so that a killed sweep goes on where it stopped
        and gives the same result. Networks with functions of the user's own are measured again.
    interrupt : callable, optional
        Called without arguments before every layer of every pass: what it raises ends the probe, which then comes out
        of this call. All work is then done in this process.
    cluster : str or distributed.Client, optional
        A Dask cluster that measures instead of this machine: its address, the path of its scheduler file, or a client.
        On other processors a result is equal to rounding; its attribute ``repeats`` says which holds.

    Returns
    -------
    xarray.Dataset
        Dims ``init, activation, seed, layer`` and bins; every variable carries its definition.

    Raises
    ------
    ActvizError
        If a name or value is not allowed; the message says what is.

    Examples
    --------
    >>> ds = probe("he_normal", ["tanh", "relu"], depth=3, width=16, samples=50, seeds=2)
    >>> dict(ds["act_std"].sizes)
    {'init': 1, 'activation': 2, 'seed': 2, 'layer': 3}
    """
    chosen_inits = labelled_initializers(inits)
    chosen_activations = labelled_activations(activations)
    input_label, source = labelled_inputs(inputs)
    rows, own_width = source.shape
    widths = layer_widths(depth, width, input_width, own_width)
    samples = None if samples is None else whole("samples", samples, most=MAX_SAMPLES)
    if rows is not None and samples is not None and samples > rows:
        raise ActvizError(f"samples must be at most {rows}, the rows of inputs {input_label}, not {samples}")
    config = ProbeConfig(
        samples=min(SAMPLES, rows or SAMPLES) if samples is None else samples,
        seeds=seed_numbers(seeds),
        inputs=source,
        dtype=dtype,
        drive=drive,
        batch=whole("batch", batch),
        view=view,
        jacobian=jacobian,
        formats=format_names(formats),
    )
    check_functions(progress=progress, interrupt=interrupt)
    norm = placed(norm, place)
    stacks = {
        (i, a): Stack(phi, init, widths, bias_std, norm, block, branch_scale)
        for (i, init), (a, phi) in itertools.product(chosen_inits.items(), chosen_activations.items())
    }
    first = next(iter(stacks.values()))
    check_norm(first, config)
    check_jacobian(first, config)
    recipe = _recipe(stacks, config, input_label)
    workers = worker_count(workers)
    workers = workers if interrupt is None and cluster is None else 1  # what it asks for lives in this process
    most = min(workers, len(stacks) * len(config.seeds))
    check_probe_memory(
        first, min(config.samples, config.batch), dtype, most, len(stacks), len(config.seeds), config.view
    )
    store = Checkpoint(checkpoint, recipe) if checkpoint is not None and is_builtin(source) else None
    statistics: dict[Key, dict[str, Any]] = {}
    pool = Pool(config.seeds)
    away = None if cluster is None else Away(cluster)
    for key, result in _run(stacks, config, workers, store, interrupt, away):
        statistics[key] = result.statistics
        pool.add(*key, result.histograms)  # at once: only what is reported for every seed is held for every seed
        if progress is not None:
            progress(len(statistics), len(stacks) * len(config.seeds))
    built = structure(first, len(config.seeds)) if any(first.skips) else {}
    more = {**dict.fromkeys(OF_JACOBIAN, ()), "spectrum": ("spectrum_bin",)} if jacobian else None
    made = assemble(statistics, pool.pooled, fans=first.fans, recipe=recipe, built=built, more=more)
    return made if away is None else made.assign_attrs(of_workers(away.processors))
