"""``watch()``: a PyTorch model followed in a training loop of the user's own. Needs the extra ``torch``.

PyTorch is imported when it is called, not before.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from actviz.catalog.checks import check_choice
from actviz.catalog.formats import format_names
from actviz.errors import ActvizError
from actviz.text import check_language
from actviz.torch import need_torch
from actviz.watching.boards import board_of
from actviz.watching.findings import Event as Event
from actviz.watching.findings import Findings
from actviz.watching.findings import UnhealthyError as UnhealthyError

if TYPE_CHECKING:
    import xarray

    from actviz.torch.watching import Watching


def watch(
    model: Any,
    *,
    every: int = 100,
    layers: Any = "*",
    optimizer: Any = None,
    scaler: Any = None,
    out: str | os.PathLike[str] | None = None,
    on_finding: Any = None,
    formats: str | Iterable[str] | None = None,
    board: Any = None,
    epoch_updates: int = 0,
    name: str = "as built",
    seed: int = 0,
    lang: str = "en",
) -> Watching:
    """Watch a model in a training loop: what ``probe_module`` records, of the loop's own passes on chosen updates.

    Used as a context manager, with ``watch.step(loss)`` after every update; ``watch.dataset`` is what was recorded so
    far. Nothing of the training is changed: weights, gradients, buffers, random numbers and modes are those of the loop
    without it, to the last bit. Once, before the first update, the layers are found by a forward pass of its own, after
    which everything is put back. Hooks are there in the updates that are recorded alone.

    Parameters
    ----------
    model : torch.nn.Module
        As it is, compiled, or inside ``DistributedDataParallel``: its forward is what the loop calls. What is compiled
        runs as it was written in the updates that are recorded. Of several processes rank 0 records its share of the
        batch.
    every : int
        Updates from one that is recorded to the next; the first one is. Of a long training every second snapshot is let
        go, and half as many are taken, whenever there are 200.
    layers : str, type, or a sequence of them
        As of ``probe_module``.
    optimizer : torch.optim.Optimizer, or a list of them, optional
        For the learning rate of the first to be told.
    scaler : torch.amp.GradScaler, optional
        By whose scale gradients are divided. An update that it skips is not recorded; the next one is.
    out : path, optional
        A .nc file that is there from the first snapshot on, always whole, and grows.
    on_finding : {"warn", "log", "stop"} or callable, optional
        What is done when a verdict turns unhealthy: a warning, a line to the logger ``actviz``, ``UnhealthyError``, or
        a function that is given an ``Event``.
    formats : str or sequence of str, optional
        Number formats, of fp16, bf16, e4m3 and e5m2, of which is told in the same way, by a warning unless
        ``on_finding`` says otherwise, once they would lose values of the pass. A training is not stopped for them.
    board : SummaryWriter or wandb run, optional
        To which numbers of every layer go, and in the end the figures.
    epoch_updates : int
        Updates of an epoch, if time is to be told in epochs.
    name : str
        Of the weights, in the dataset's dimension ``run``.
    seed : int
        Under which seed the training runs.
    lang : {"en", "ko"}
        Of findings.

    Returns
    -------
    Watching
        With ``step``, ``dataset`` and ``close``, which a context manager calls.

    Raises
    ------
    ActvizError
        If PyTorch is missing or the model cannot be watched; in the first pass, if nothing fits ``layers``.
    """
    need_torch()
    from actviz.torch.watching import Watching

    if on_finding is not None and not callable(on_finding):
        check_choice("on_finding", on_finding, ("warn", "log", "stop"))
    check_language(lang)
    if not isinstance(name, str):
        raise ActvizError(f"name must be text, not {name!r}")
    findings = None if on_finding is None and formats is None else Findings(on_finding, lang, formats)
    shown = board_of(board) if board is not None else None

    def seen(step: int, snapshot: xarray.Dataset) -> None:
        if shown is not None:
            shown.numbers(step, snapshot)
        if findings is not None:
            findings.look(step, snapshot)

    return Watching(
        model,
        every=every,
        layers=layers,
        optimizer=optimizer,
        scaler=scaler,
        out=out,
        seen=seen,
        closes=shown.figures if shown is not None else None,
        epoch_updates=epoch_updates,
        name=name,
        seed=seed,
        formats=format_names(formats),
    )
