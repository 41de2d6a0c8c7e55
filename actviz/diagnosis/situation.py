"""What a remedy and a note depend on: the stack or model that was measured, and what it was fed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from actviz.catalog.activations import Activation
from actviz.diagnosis.models import Model
from actviz.diagnosis.profile import COSINE_ERROR


@dataclass(frozen=True)
class Fed:
    """What a network was fed; NaN if unknown.

    Mean and RMS of the values, cosine of two samples, share of blank ones, number of those that differ.
    """

    mean: float = math.nan
    rms: float = math.nan
    similarity: float = math.nan
    blank: float = math.nan
    distinct: float = math.nan

    @property
    def equal(self) -> bool:
        """Whether samples are the same to rounding."""
        return self.similarity >= 1.0 - COSINE_ERROR

    @property
    def broken(self) -> bool:
        """Whether some values are inf or NaN: then of all that is told of inputs only blank rows are counted."""
        return math.isnan(self.rms) and not math.isnan(self.blank)

    @property
    def uncentred(self) -> bool:
        """Whether most of the values' mean square is the square of their mean."""
        return self.mean * self.mean > 0.5 * self.rms * self.rms


@dataclass(frozen=True)
class Situation:
    """What a remedy depends on.

    Parameters
    ----------
    init, activation : str
        Labels of the dataset.
    drawn_by : str
        Label of the initializer, where that of the dataset is a run's.
    fans : (int, int)
        fan_in and fan_out of the first layer.
    depth, last : int
        How many layers there are, and the number of the last.
    bias_std : float
    norm : str or None
        Normalization, before the activation unless it says where else.
    block : str
    branch_scale : float or str
        As of a ``Stack``.
    inputs : Fed
    module : bool
        Whether it is a PyTorch model, in which more happens than layers.
    built_anew : bool
        Whether the model was built for every seed, and not given as it is.
    fans_known : bool
        Whether ``fans`` are the network's: arrays that were recorded do not tell what a unit adds up.
    recorded : bool
        Whether it is arrays that were recorded, of which anything may not have been given.
    step : int
        Updates done of a network that was watched in a loop of the user's own; 0 at its start.
    grown : float
        Of such a network, how many times the norm of a layer's weights is what it was at the start, of the layer whose
        weights have grown most; NaN where that is not known.
    passes : int
        How often the update's loop passed back through the pass that was recorded.
    broken : int
        Number of the first layer whose weights are inf or NaN in any value; 0 for none.
    sudden : bool
        Whether values that are not finite come from ones of ordinary size.
    scale : float
        Weight variance times fan_in as measured, of the median layer.
    shifted : bool
        Whether most of the weights' mean square is the square of their mean, of the median layer.
    unread : tuple of str
        Modules, and parameters of others, that no pass read.
    training : bool
        Whether it was measured as it trains.
    complex : int
        Parameters of complex numbers, of whose layers nothing is measured.
    samples : int
        Rows of input.
    alone : bool
        Whether these are one for sure: of a model whose samples are known to lie along the first axis.
    cause : str
        Name of the first rule that found a fault: what comes after it may be its symptom.
    numbers : dict
        By name of a rule, the number of the fault that it found.
    function : Activation or None
        The activation itself; None where the label does not bring it back and it was not given.
    model : Model or None
        What is known of a PyTorch model's layers and weights.
    """

    init: str
    activation: str
    fans: tuple[int, int]
    depth: int
    last: int
    drawn_by: str = ""
    bias_std: float = 0.0
    norm: str | None = None
    block: str = "plain"
    branch_scale: float | str = 1.0
    inputs: Fed = field(default_factory=Fed)
    module: bool = False
    built_anew: bool = False
    fans_known: bool = True
    recorded: bool = False
    step: int = 0
    grown: float = math.nan
    passes: int = 1
    broken: int = 0
    sudden: bool = False
    scale: float = math.nan
    shifted: bool = False
    unread: tuple[str, ...] = ()
    training: bool = True
    complex: int = 0
    samples: int = 2
    alone: bool = False
    cause: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)
    function: Activation | None = field(default=None, repr=False, compare=False)
    model: Model | None = field(default=None, repr=False, compare=False)

    @property
    def copied(self) -> bool:
        """Whether most samples are copies of others."""
        return self.sampled and self.inputs.distinct < 0.5 * self.samples

    @property
    def sampled(self) -> bool:
        """Whether what was measured of the inputs is of samples, and not of the positions of images or sequences."""
        return not self.module or (self.model is not None and self.model.layers[0].positions == 1)
