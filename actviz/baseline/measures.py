"""What a baseline keeps of every layer: the dataset's statistics, each on its scale, and ratios that isolate a layer.

From layer to layer a stack multiplies sizes, and so their scatter over seeds grows with depth; the ratios to the layer
before do not, and tell in which layer a drift starts. Seeds scatter about normally on the scales here: logarithms of
sizes, angles of shares, Fisher's z of cosines. A summary: mean, standard deviation and number of seeds on one of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from actviz.results.statistics import OF_BLOCKS, OF_PARAMETERS, OF_WEIGHTS, STATISTICS

if TYPE_CHECKING:
    import xarray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SAME = 1.0 - 1e-6
"""Cosines beyond this are alike up to float32's rounding, and count as this."""


@dataclass(frozen=True)
class Scale:
    """A transformation of a statistic's values before their mean and standard deviation over seeds are taken.

    Parameters
    ----------
    name : str
    words : str
        What it is, for the baseline file.
    forward : callable
        From values to the scale.
    back : callable
        From the scale to a value.
    margin : callable
        From a relative margin to one on the scale.
    signed : bool
        Whether the sign, and exact zeros, have no place on the scale and are counted beside it.
    lattice : bool
        Whether values are counts or shares, so that many seeds may have the very same one.
    """

    name: str
    words: str
    forward: Callable[[Floats], Floats]
    back: Callable[[Floats], Floats]
    margin: Callable[[float], float] = float
    signed: bool = False
    lattice: bool = False


def _fisher(cosine: Floats) -> Floats:
    return np.arctanh(np.clip(cosine, -SAME, SAME))


def _angle(share: Floats) -> Floats:
    return np.arcsin(np.sqrt(np.clip(share, 0.0, 1.0)))


def _share(angle: Floats) -> Floats:
    return np.square(np.sin(angle))


_table = (
    Scale("linear", "the value itself", np.asarray, np.asarray),
    Scale(
        "log",
        "natural logarithm of the magnitude; exact zeros and negative values are counted beside it",
        lambda values: np.log(np.abs(values)),
        np.exp,
        math.log1p,
        signed=True,
    ),
    Scale("fisher", "Fisher's z of a cosine, artanh", _fisher, np.tanh),
    Scale("angle", "arc sine of the square root of a share; of counts, of their share of the units", _angle, _share,
          lattice=True),
)  # fmt: skip


SCALES: dict[str, Scale] = {scale.name: scale for scale in _table}
"""Every scale by name."""


DIGITS = 9
"""Significant digits that a baseline keeps: far more than the 1e-6 that an exact check allows for."""


ROUNDING = 1e-12
"""A spread over seeds of less than this, relative to the mean, is the rounding of equal numbers."""


def rounded(values: Floats, digits: int = DIGITS) -> Floats:
    """Round to significant digits, so that what is in memory is what a file holds."""
    return np.array([float(f"{value:.{digits}g}") for value in values.ravel().tolist()]).reshape(values.shape) + 0.0


@dataclass(frozen=True)
class Summary:
    """A statistic over seeds, layer by layer; every array has shape (layers,).

    Parameters
    ----------
    scale : Scale
        Of ``mean`` and ``sd``.
    layers : array of int
        Numbers of the layers.
    mean, sd : array
        Over the seeds that have a place on the scale; NaN where there is none, or no spread.
    seeds : array of int
        How many these are.
    undefined, zero, negative : array of int
        How many seeds have no number; on a scale without signs, exactly 0; and how many of ``seeds`` are negative.
    """

    scale: Scale
    layers: Ints
    mean: Floats
    sd: Floats
    seeds: Ints
    undefined: Ints
    zero: Ints
    negative: Ints

    @property
    def all(self) -> Ints:
        """Number of seeds measured."""
        return self.seeds + self.undefined + self.zero

    @property
    def value(self) -> Floats:
        """The mean as a value of the statistic: a geometric mean where the scale is logarithmic."""
        return self.at(0.0)

    def at(self, deviations: float) -> Floats:
        """Return the value that lies this many standard deviations between seeds above the mean, on the scale."""
        value = self.scale.back(self.mean + (deviations * np.nan_to_num(self.sd) if deviations else 0.0))
        value = np.where(2 * self.negative > self.seeds, -value, value)
        return np.where((self.seeds == 0) & (self.zero > 0), 0.0, value)


def summarize(values: Floats, scale: Scale, layers: Ints) -> Summary:
    """Summarize values of shape (seeds, layers)."""
    defined = np.isfinite(values)
    zero = defined & (values == 0) & scale.signed
    used = defined & ~zero
    number = used.sum(axis=0)
    with np.errstate(all="ignore"):
        on_scale = np.where(used, scale.forward(np.where(used, values, 1.0)), 0.0)
        exponent = np.frexp(np.abs(on_scale).max(axis=0, initial=0.0))[
            1
        ]  # so that no square leaves the range of a float
        on_scale = np.ldexp(on_scale, -exponent)
        mean = np.where(number > 0, on_scale.sum(axis=0) / number, np.nan)
        squares = np.where(used, np.square(on_scale - mean), 0.0).sum(axis=0)
        sd = np.where(number > 1, np.sqrt(squares / (number - 1)), np.nan)
        sd[sd <= ROUNDING * np.abs(mean)] = 0.0
        mean, sd = np.ldexp(mean, exponent), np.minimum(np.ldexp(sd, exponent), np.finfo(np.float64).max)
    return Summary(
        scale,
        layers,
        rounded(mean),
        rounded(sd, 6),
        number,
        (~defined).sum(axis=0),
        zero.sum(axis=0),
        (used & (values < 0)).sum(axis=0) * scale.signed,
    )


Values = Mapping[str, Floats]
"""Statistics of one pairing by name, each of shape (seeds, layers); and ``width``, of shape (layers,)."""


@dataclass(frozen=True)
class Measure:
    """One number a seed and layer, and the scale it is compared on.

    Parameters
    ----------
    name : str
        Described in ``TEXT`` as ``statistic.<name>``.
    scale : Scale
    read : callable
        From ``Values`` to an array of shape (seeds, layers).
    unit : str
        Statistic of the same layer to whose size a relative margin refers; itself, or 1, if empty.
    first, last : bool
        Whether the first and the last layer have it.
    """

    name: str
    scale: Scale
    read: Callable[[Values], Floats]
    unit: str = ""
    first: bool = True
    last: bool = True

    def layers(self, depth: int) -> Ints:
        """Numbers of the layers that have it."""
        return np.arange(1 if self.first else 2, depth + (1 if self.last else 0), dtype=np.int64)


def _rms(values: Values, of: str) -> Floats:
    size: Floats = np.hypot(values[f"{of}_mean"], values[f"{of}_std"])
    return size


def _ratio(above: Floats, below: Floats) -> Floats:
    """Divide; NaN where there is nothing to divide by."""
    ratio: Floats = np.divide(above, below, out=np.full(above.shape, np.nan), where=below != 0)
    return ratio


def _measure(name: str) -> Measure:
    statistic = STATISTICS[name]
    scale = SCALES[statistic.scale]
    if statistic.units == "units":
        return Measure(name, scale, lambda v: v[name] / v["width"], statistic.relative_to)
    return Measure(name, scale, lambda v: v[name], statistic.relative_to)


_derived = (
    Measure(
        "forward_gain",
        SCALES["log"],
        lambda v: _ratio(_rms(v, "preact")[:, 1:], _rms(v, "act")[:, :-1]),
        first=False,
    ),
    Measure(
        "backward_gain",
        SCALES["log"],
        lambda v: _ratio(v["grad_preact_rms"][:, :-1], v["grad_preact_rms"][:, 1:]),
        last=False,
    ),
    Measure(
        "preact_shift",
        SCALES["linear"],
        lambda v: _ratio(v["preact_mean"], v["preact_std"]),
    ),
    Measure(
        "act_shift",
        SCALES["linear"],
        lambda v: _ratio(v["act_mean"], v["act_std"]),
    ),
)


def _sizes(of: str) -> tuple[Measure, ...]:
    """Return what is kept of weights: std and norm follow from these; the kurtosis where builders are compared."""
    return (
        Measure(f"{of}_mean", SCALES["linear"], lambda v: v[f"{of}_mean"], unit=f"{of}_rms"),
        Measure(f"{of}_rms", SCALES["log"], lambda v: v[f"{of}_rms"]),
        Measure(f"{of}_zero", SCALES["angle"], lambda v: v[f"{of}_zero"]),
        Measure(f"{of}_kurtosis", SCALES["log"], lambda v: v[f"{of}_kurtosis"]),
    )


_of_stream = (
    Measure("branch_ratio", SCALES["log"], lambda v: v["branch_ratio"]),
    Measure("stream_rms", SCALES["log"], lambda v: v["stream_rms"]),
    Measure("stream_similarity", SCALES["fisher"], lambda v: v["stream_similarity"]),
    Measure("stream_grad", SCALES["log"], lambda v: v["stream_grad"]),
)
"""What is kept of the stream behind a block, at the last layer of the block's branch; a cause before what it does."""

STREAM = tuple(measure.name for measure in _of_stream)
"""Their names."""

MEASURES: dict[str, Measure] = {
    m.name: m for m in (*map(_measure, STATISTICS), *_derived, *_sizes("weights"), *_of_stream)
}
"""Everything that is compared of every layer, by name; the shares of the histograms come beside it."""

PARAMETERS: dict[str, Measure] = {m.name: m for m in _sizes("parameter")}
"""The same of a model's parameters that are not the only weights of a layer: their numbers take the layers' place."""


KURTOSIS = ("weights_kurtosis", "parameter_kurtosis")
"""Of a layer's weights and of another parameter: told of builders alone, whose weights may be drawn from anything."""


def of_stream(name: str) -> bool:
    """Whether a measure is of the stream of residual blocks, which baselines have not always kept either."""
    return name in OF_BLOCKS


def of_weights(name: str) -> bool:
    """Whether a measure is of weights themselves, which baselines have not always kept."""
    return name in PARAMETERS or (name in MEASURES and name in (*OF_WEIGHTS, KURTOSIS[0]))


def pairing_values(dataset: xarray.Dataset, init: str, activation: str) -> dict[str, Floats]:
    """Read the statistics of a pairing; of weights and of a stream only where they are told."""
    names = [name for name in (*STATISTICS, *OF_WEIGHTS, KURTOSIS[0]) if name in dataset]
    here = dataset[names].sel(init=init, activation=activation)
    values = {name: here[name].transpose("seed", "layer").values.astype(float) for name in names}
    return {**values, **_stream_values(dataset, init, activation), "width": dataset["width"].values.astype(float)}


def _stream_values(dataset: xarray.Dataset, init: str, activation: str) -> dict[str, Floats]:
    """Read what is kept of a stream, a number at the last layer of each block; NaN of others.

    Where several blocks end with one layer it is that of the last, on the main way if one is.
    """
    names = [each.name for each in _of_stream if each.name in dataset]
    if not names or "block_layer" not in dataset.coords:
        return {}
    layers, inner = (np.asarray(dataset[name].values, int) for name in ("block_layer", "block_parent"))
    order = [at for at in np.argsort(inner == 0, kind="stable").tolist() if layers[at] > 0]
    values = {}
    for name in names:
        known = dataset[name].sel(init=init, activation=activation).transpose("seed", "block").values
        values[name] = np.full((dataset.sizes["seed"], dataset.sizes["layer"]), np.nan)
        for at in order:
            values[name][:, layers[at] - 1] = known[:, at]
    return values


def own_parameters(dataset: xarray.Dataset) -> list[str]:
    """Return the parameters of a model that are not the only weights of a layer."""
    if "parameter_layer" not in dataset.coords:
        return []
    return [str(name) for name in dataset["parameter"].values[dataset["parameter_layer"].values == 0]]


def parameter_values(dataset: xarray.Dataset, init: str, activation: str) -> dict[str, Floats]:
    """Read the sizes of these parameters, shape (seeds, parameters)."""
    here = dataset.sel(init=init, activation=activation, parameter=own_parameters(dataset))
    names = [name for name in (*OF_PARAMETERS, KURTOSIS[1]) if name in dataset]
    return {name: here[name].transpose("seed", "parameter").values.astype(float) for name in names}
