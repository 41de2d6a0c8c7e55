# mypy: allow-untyped-calls
"""The passes that are measured: forward in the calls that make z and h, backward in the hooks of tensors.

One layer's values are turned into an array at a time, read by the recorder, and let go.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from actviz.torch.feeding import Arguments, Drive
from actviz.torch.functions import (
    ATTENDING,
    FACTORED,
    MULTIPLYING,
    NORMALIZING,
    RECURRENT,
    WEIGHTED,
    floating,
    in_place,
    overwrites,
    signal,
    tensors,
)
from actviz.torch.passes import MODULE, WHOLE, CallKey, Factor, Pass
from actviz.torch.records import Records
from actviz.torch.recurrent import directions_of, opening, slopes_of
from actviz.torch.weights import ALL, Part, Tap, Weights, in_turn, parameters_of_units, scores_nothing


def _replaced(structure: Any, old: torch.Tensor, new: torch.Tensor) -> Any:
    """Return an output with a tensor replaced; where it cannot be rebuilt it stays as it is."""
    if structure is old:
        return new
    if type(structure) in (tuple, list):
        return type(structure)([_replaced(each, old, new) for each in structure])
    return structure


def _is_zero(tensor: torch.Tensor) -> bool:
    """Whether all values are exactly 0; of most tensors the first one tells."""
    return tensor.numel() > 0 and not bool(tensor[(0,) * tensor.ndim]) and not bool(tensor.any())


class Measuring(Pass):
    """A pass whose layers are recorded."""

    def __init__(self, model: torch.nn.Module, records: Records) -> None:
        super().__init__(model, records.unread)
        self._weights, self.records = Weights(model), records
        self._trains = any(each.requires_grad for each in model.parameters())
        self.anchor = torch.zeros((), requires_grad=True)
        self._tapped = {layer.weights: at for at, layer in enumerate(records.layers) if layer.weights}
        self._z = {layer.z: at for at, layer in enumerate(records.layers) if layer.z}
        self._h = {layer.h: at for at, layer in enumerate(records.layers)}
        self._halved = {layer.halved: at for at, layer in enumerate(records.layers) if layer.halved}
        self._below: list[torch.Tensor] = []
        self._open = False  # a head that is not 0
        self.passing_back = False

    def call(self, key: CallKey | None, name: str, function: Any, args: Any, kwargs: Any) -> Any:
        """Call a function and record what it takes and gives, if that is a layer's."""
        out = self._recorded_call(key, name, function, args, kwargs)
        self._weights.follow(name, args, out)
        return out

    def _recorded_call(self, key: CallKey | None, name: str, function: Any, args: Any, kwargs: Any) -> Any:
        if computed := self.records.computed.get(key) if key else None:
            taken = list(tensors((args, kwargs)))
            self._weights.add([taken[at] for at in computed])
        known = key is not None and (name in WEIGHTED or name in NORMALIZING)
        applied = self._weights.of_call(name, args, kwargs) if known else []
        weights = applied if name in WEIGHTED else []
        places = in_turn(name, args, kwargs, applied) if applied else []
        zeros = [part for each in places if all(_is_zero(weight[rows]) for weight, rows in each) for part in each]
        zero = bool(zeros)
        if key and zero:
            self._starve((key, WHOLE), signal(args, kwargs))
        if key and weights:
            given = signal(args, kwargs)
            if given is None or given.numel():  # an expert may be called without a token, which makes no layer
                self.records.expect(key, self.module_of(key))
            self.records.read_out(key, given)
            if key in self.records.heads:
                waits = zero and any(map(self._learns, weights))  # a frozen one lets nothing below it learn
                self._open |= not waits
                if waits or self.records.below_all:
                    self._below.append(given)
        if key and key in self.records.streams:
            return self.records.streams.call(key, function, args, kwargs, self._hook)
        if key and key in self.records.softmaxes:
            with np.errstate(all="ignore"):
                self.records.softmaxes.take(key, args, kwargs)
        if key and key in self.records.forgotten.decays:
            self.records.forgotten.add(key, args)
        if key in self._tapped:
            self._feed(self._tapped[key], signal(args, kwargs))
        if key in self._tapped and weights:
            if zero and scores_nothing(name, args, kwargs):
                self.records.learning.twice.add(self._tapped[key])
            self.records.parameters(self._tapped[key], weights, parameters_of_units(name, args, kwargs))
        if key in self._tapped or weights or zero:  # others pass gradients on all the same
            args, kwargs = self._tap_weights(key, name, args, kwargs, (key, WHOLE) if key and zero else None, zeros)
        elif key and (name in FACTORED or name in ATTENDING):
            args = self._factors(key, name, function, args)
        if key in self._tapped and name in RECURRENT:
            for place, (slopes, values) in enumerate(slopes_of(name, args)):
                self.records.gate(self._tapped[key], place, slopes, values, directions_of(name, args))
        if key in self._halved:
            self.records.half(self._halved[key], *opening(args, kwargs))
        if key not in self._z:
            return self._given(key, function(*args, **kwargs))
        z = signal(args, kwargs)
        if in_place(function, args, kwargs) and z._is_view():  # PyTorch would forget a hook of this view
            copy = z.clone()
            self._taken(key, copy)
            args, kwargs = (copy, *args[1:]), {**kwargs, **({} if args else {"input": copy})}
            return self._given(key, z.copy_(function(*args, **kwargs)))
        self._taken(key, z)
        return self._given(key, function(*args, **kwargs))

    def _tap_weights(
        self, key: CallKey | None, name: str, args: Any, kwargs: Any, zeros: Factor | None, parts: Sequence[Part]
    ) -> tuple[Any, Any]:
        """Return the arguments of a call with weights whose gradient is told; of ``zeros`` whether they have one."""
        return self._weights.swap(name, args, kwargs, self._tap(self._tapped.get(key) if key else None, zeros, parts))

    def _tap(self, at: int | None, zeros: Factor | None = None, parts: Sequence[Part] = ()) -> Any:
        """Return what has the gradient of weights told; of ``zeros`` whether they have one that will move them.

        ``parts`` are which of the weights are 0, if it is not the factor of a product.

        Where all of a model is frozen, it is taken as if nothing were.
        """
        if zeros is not None:
            self.records.learning.zeros.setdefault(zeros, False)

        def told(at: int | None, learned: bool, rows: Sequence[slice], place: str, gradient: torch.Tensor) -> None:
            if self.passing_back and at is not None:
                self.records.weight_gradient(at, gradient)
            if self.passing_back and zeros is not None and learned:
                self._move(zeros, rows, place, gradient)

        def tap(weight: torch.Tensor) -> Any:
            where = self._zeros_of(weight, zeros, parts)
            if zeros is not None and self._learns(weight):
                self.records.learning.free.add(zeros)
            return Tap.apply(weight, self.anchor, functools.partial(told, at, self._learns(weight), *where))

        return tap

    def _starve(self, zeros: Factor, given: torch.Tensor | None) -> None:
        """Note weights of 0 that are given nothing else: they will not grow before what makes it does."""
        if given is not None and _is_zero(given):
            made = [each.told.args for each in Tap.last_of(given)]
            self.records.learning.starved[zeros] = {at for at, learned, *_ in made if learned}

    def _zeros_of(self, weight: torch.Tensor, zeros: Factor | None, parts: Sequence[Part]) -> tuple[list[slice], str]:
        """Return which rows of weights are 0, and where they stand in a parameter, which is noted of ``zeros``."""
        rows = [of for each, of in parts if each is weight] if parts else [ALL]
        place = self._weights.place(weight) if rows == [ALL] else ""
        if zeros is not None and place:
            self.records.learning.places[zeros] = place
        return rows, place

    def _move(self, zeros: Factor, rows: Sequence[slice], place: str, gradient: torch.Tensor) -> None:
        """Note whether a gradient will move zeros, and those of ``rows``."""
        if not bool(gradient.any()):
            return
        learning = self.records.learning
        learning.moving.add(zeros)
        if any(of is ALL or bool(gradient[of].any()) for of in rows):
            learning.zeros[zeros] = True
            learning.grown |= {place} - {""}

    def _learns(self, weight: torch.Tensor) -> bool:
        return weight.requires_grad or not self._trains

    def _factors(self, key: CallKey, name: str, function: Any, args: Any) -> Any:
        """Note factors of zeros: of what is learned whether it has a gradient, else that the other is dropped.

        Both may be 0: that each scales the other is what neither will grow by.
        """
        given = list(tensors(args))[: 3 if name in ATTENDING else None]
        for at, factor in enumerate(given if len(given) == (3 if name in ATTENDING else 2) else ()):
            others = [*given[:at], *given[at + 1 :]]
            if not (any(each.requires_grad for each in others) and _is_zero(factor)):
                continue
            if self._weights.is_fixed(factor):
                self.records.learning.zeros.setdefault((key, at), False)
            elif not factor.requires_grad and not self._weights.name(factor):
                if name in MULTIPLYING and factor.numel() < others[0].numel():
                    self.records.learning.dropped.add((key, at))
            elif not at and overwrites(function):
                continue  # it takes no other in its place
            elif not self._waits_for_weights((key, at), factor):
                args = _replaced(args, factor, self._tap(None, (key, at))(factor))
        return args

    def _waits_for_weights(self, zeros: Factor, factor: torch.Tensor) -> bool:
        """Note a factor that weights make 0: it grows by these, where they have a gradient, and not by a bias."""
        made = Tap.last_of(factor)
        if made:
            self.records.learning.zeros.setdefault(zeros, False)

        def told(gradient: torch.Tensor) -> None:
            if self.passing_back and bool(gradient.any()):
                self.records.learning.zeros[zeros] = True

        for each in made:
            at, learned, *_ = each.told.args
            if learned:
                each.grows.append(told)
                self.records.learning.makers.setdefault(zeros, set()).add(at)
        return bool(made)

    def _feed(self, at: int, given: torch.Tensor | None) -> None:
        """Note that a layer is given something else than zeros, or what is no number of its own, as indices."""
        if at not in self.records.fed and (given is None or not _is_zero(given)):
            self.records.fed.add(at)

    def _hook(self, tensor: torch.Tensor, tell: Callable[[torch.Tensor], None]) -> None:
        """Have a tensor's gradient told."""

        def hook(gradient: torch.Tensor) -> None:
            if self.passing_back:
                tell(gradient)

        if tensor.requires_grad:
            tensor.register_hook(hook)

    def _watch(self, at: int, z: torch.Tensor) -> None:
        if not torch.is_grad_enabled():
            self.records.learning.still.add(at)
        self._hook(z, lambda gradient: self.records.gradient(at, gradient))

    def _taken(self, key: Any, z: torch.Tensor) -> None:
        if self.records.layers[self._z[key]].weights is None:
            self._feed(self._z[key], z)
        self.records.preactivations(self._z[key], z)
        self._watch(self._z[key], z)

    def _given(self, key: Any, output: Any) -> Any:
        at = self._h.get(key)
        value = floating(output, self.records.layers[at].output) if at is not None else None
        if at is None or value is None:
            return output
        if self.records.layers[at].z is None:
            output, value = self._fresh(key, output, value)
            self.records.preactivations(at, value)
            self._watch(at, value)
        self.records.activations(at, value)
        return output

    def _fresh(self, key: Any, output: Any, value: torch.Tensor) -> tuple[Any, torch.Tensor]:
        """Return an output whose value keeps a hook when it is overwritten, and has a gradient."""
        if key[1] == MODULE:  # its weights are not seen: only so does it depend on the anchor
            fresh = value + self.anchor.to(value)
        elif value._is_view() and value.requires_grad:
            fresh = torch.ops.aten._unsafe_view(value, value.shape)
        else:
            return output, value
        replaced = _replaced(output, value, fresh)
        return (replaced, fresh) if any(each is fresh for each in tensors(replaced)) else (output, value)

    def enter(self, key: CallKey, module: torch.nn.Module, args: Any) -> None:
        """Record what a module takes that is an activation of the user's own."""
        if key in self._z:
            with self._aside():
                self._taken(key, signal(args, {}))

    def leave(self, key: CallKey, module: torch.nn.Module, output: Any) -> Any:
        """Record what a module gives whose functions are not seen."""
        if key in self._h and output is not None:
            with self._aside():
                return self._given(key, output)
        return None

    def measure(self, model: torch.nn.Module, batch: Arguments, drive: Drive) -> None:
        """Pass one batch forward and backward."""
        with self.watching(), np.errstate(all="ignore"):  # overflow is data
            output = model(*batch[0], **batch[1])
        self.unread.reach(tensors(output))
        starts, gradients = ([], []) if self.records.below_all else drive(output)
        if self._below and (self.records.below_all or not self._open):  # through heads of zeros nothing comes back
            self.records.driven_below = True
            below = self.records.below(self._below)
            starts, gradients = [*starts, *below[0]], [*gradients, *below[1]]
        pairs = [pair for pair in zip(starts, gradients, strict=True) if pair[0].requires_grad]
        del output, starts, gradients
        self._below.clear()
        if pairs:
            self.passing_back = True
            starts, gradients = map(list, zip(*pairs, strict=True))
            torch.autograd.backward(starts, gradients, inputs=[self.anchor])
            self.passing_back = False
        self.records.batch_ends(bool(pairs))
