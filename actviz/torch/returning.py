# mypy: allow-untyped-calls
"""The passes of an update, any of which may come back: those that are recorded, and which of them is told."""

from __future__ import annotations

from typing import Any

import torch

from actviz.torch.functions import tensors
from actviz.torch.listening import Listening, Return

MOST_PASSES = 4
"""So many passes of an update are recorded at most, until one comes back: targets come before what is learned."""


def stands_aside() -> str:
    """Return under what a pass that starts now is to be left alone, for there are no gradients or values; else ""."""
    if torch._C._functorch.peek_interpreter_stack() is not None:
        return "in a transform of torch.func"
    return "" if torch.is_grad_enabled() else "with gradients off"


class Passes:
    """The passes forward of an update, in their order.

    Parameters
    ----------
    since : int
        Number of the pass from which on they are recorded, from 0.

    Attributes
    ----------
    recorded : dict
        From the number of a pass to what was recorded of it.
    unseen : set of str
        Under what passes, if there were any, were left alone.
    failed : str
        What the recording of one could not even begin with.
    """

    def __init__(self, since: int = 0) -> None:
        self._since = since
        self.recorded: dict[int, Listening] = {}
        self.unseen, self.failed = set[str](), ""
        self.returns: list[Return] = []
        self._still = list[int]()  # that have nothing to come back by
        self._handles: list[Any] = []

    def begins(self) -> bool:
        """Count a pass that begins; return whether it is to be recorded: none has come back, and there is room."""
        came_back = any(each.passes for each in self.returns)
        self.returns.append(Return())
        return not came_back and self._since < len(self.returns) <= self._since + MOST_PASSES

    def record(self, listening: Listening) -> None:
        """Take the last pass for one that is recorded."""
        self.recorded[len(self.returns) - 1] = listening

    def ends(self, output: Any) -> None:
        """Listen for the last pass to come back, by what it gave; of one that failed there is nothing."""
        number = len(self.returns) - 1
        if output is None:
            if number in self.recorded:
                self.recorded.pop(number).ends()
            return
        given = [each for each in tensors(output) if each.requires_grad]
        if not given:
            self._still.append(number)
        for each in given:
            if each.grad_fn is not None:
                self._handles.append(each.grad_fn.register_prehook(self.returns[number]))

    def first_back(self) -> int | None:
        """Return the number of the first pass to come back, one that is recorded before any other; None if none did.

        Of several that come back at once it is the first that was forward.
        """
        back = [number for number, each in enumerate(self.returns) if each.passes]
        back = [number for number in back if number in self.recorded] or back
        return min(back, key=lambda number: (self.returns[number].passes[0], number), default=None)

    def first_still(self) -> int | None:
        """Return the number of the first recorded pass whose output depends on nothing that learns; None of none."""
        return next((number for number in self._still if number in self.recorded), None)

    def why_none(self, name: str) -> str:
        """Say why no pass of a model of this name was recorded."""
        if self.failed:
            return f"a pass could not be recorded: {self.failed}"
        if self.returns:
            return f"no pass was recorded: {name} was called with gradients on, and no backward pass came to it"
        if self.unseen:
            return f"no pass was recorded: {name} was called {' or '.join(sorted(self.unseen))} alone"
        return (
            f"no pass was recorded: the model's forward was not called as model(...), of this {name}; "
            "model.forward(...) and other methods are not seen: call model(...), or watch the part that the loop calls"
        )

    def let_go(self) -> None:
        """Remove what is left on the user's tensors."""
        for listening in self.recorded.values():
            listening.ends()
        for handle in self._handles:
            handle.remove()
        self._handles.clear()
