"""The pytest plugin: ``activation_baseline`` tests statistics against a baseline, ``coordinate_check`` over widths.

pytest loads it in every project of an environment, so it imports nothing but pytest until the fixture is used.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import xarray

    from actviz.baseline import Baseline, Comparison

FOLDER = "baselines"
VERDICT, NOTE, FIGURE, WRITTEN = "actviz_verdict", "actviz_note", "actviz_figure", "actviz_baseline"
"""Names of the properties that a test's report carries, in the JUnit XML too."""

LONGEST = 180
"""Bytes of a file's name, before what is appended to it; file systems take 255."""

DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in range(10))}
"""What Windows takes for a device, whatever its ending."""

_WRITTEN = pytest.StashKey[set[Path]]()
"""Baselines that this run has written or confirmed; under pytest-xdist, this worker."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("actviz", "actviz: baselines of initialization statistics")
    group.addoption(
        "--actviz-update", action="store_true", help="Write baselines that are missing or have changed, and say what."
    )
    group.addoption(
        "--actviz-figures",
        metavar="FOLDER",
        help="Where the figures of drifts go, to be kept by CI. Default: the test's temporary folder.",
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List what was written, and checks that tell little; from the reports, which come from workers too."""
    lines = [
        f"{report.nodeid}: {value}"
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", None) == "call"
        for name, value in report.user_properties
        if name in (WRITTEN, NOTE)
    ]
    if lines:
        terminalreporter.section("actviz")
        for line in sorted(lines):
            terminalreporter.write_line(_escaped(line))


class ActivationBaseline:
    """What the fixture ``activation_baseline`` gives; ``check`` compares with a baseline stored beside the test."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._request = request

    def path(self, name: str | None = None) -> Path:
        """Return the file of a baseline: ``baselines/<test module>/<name>.json`` beside the test."""
        test, of = self._request.path, self._request.cls
        own = f"{of.__qualname__}.{self._request.node.name}" if of else self._request.node.name
        return test.parent / FOLDER / test.stem / f"{_file_name(name or own)}.json"

    def check(
        self,
        target: Any,
        name: str | None = None,
        *,
        inputs: Any = None,
        seeds: int | None = None,
        mode: str = "statistical",
        alpha: float | None = None,
        margin: float | None = None,
        strict: bool = False,
        **settings: Any,
    ) -> Comparison | None:
        """Fail the test if ``target`` has drifted from its baseline, if there is none, or if it could find nothing.

        Parameters
        ----------
        target : xarray.Dataset, mapping, torch.nn.Module or callable
            A dataset is compared as it is: measure it with seeds that the baseline has not. A mapping of arguments of
            ``actviz.probe`` is measured, and so is a PyTorch model or a factory of one: with seeds of its own for the
            baseline, and with fresh ones for every check.
        name : str, optional
            Of the baseline; the test's own, with its class, unless given. What no file can be called is replaced, and
            six digits then keep different names apart.
        inputs : optional
            What a PyTorch model is called with; see ``actviz.probe_module``.
        seeds : int, optional
            How many, of what is measured here; as many as the baseline has, or 64.
        mode, alpha, margin
            See ``actviz.baseline.compare``; an exact check takes neither alpha nor margin.
        strict : bool
            Whether to fail if the check is inconclusive, too.
        **settings
            Further arguments of ``actviz.probe_module``.

        Returns
        -------
        Comparison
            None if the baseline was written.
        """
        __tracebackhide__ = True
        from actviz.baseline.comparison import check_limits
        from actviz.errors import ActvizError

        given = {key: value for key, value in {"alpha": alpha, "margin": margin}.items() if value is not None}
        try:
            check_limits(**given, mode=mode)  # in a run that only writes, too
            measure = _measurement(target, inputs, settings, seeds)
            _refuse(given if mode == "exact" else (), "an exact check has its own tolerance")
            return self._check(self.path(name), measure, seeds, mode, strict, given)
        except ActvizError as error:
            raise pytest.fail.Exception(f"ActvizError: {_escaped(error)}", pytrace=False) from None

    def _check(
        self,
        path: Path,
        measure: Callable[[Any], xarray.Dataset],
        seeds: int | None,
        mode: str,
        strict: bool,
        given: Any,
    ) -> Comparison | None:
        __tracebackhide__ = True
        from actviz.baseline import FEWEST, Baseline, Outcome, compare, few_words
        from actviz.baseline.changes import seeds_in_both
        from actviz.baseline.report import headline

        if self._request.config.getoption("--actviz-update"):
            self._update(path, measure, seeds)
            return None
        if not path.is_file():
            self._fail("check.missing", path=self._short(path))
        baseline = Baseline.load(path)
        now = Baseline.of(measure(_check_seeds(baseline, seeds, mode)))
        comparison = compare(baseline, now, mode=mode, **given)
        self._property(VERDICT, f"{path.stem}: {comparison.outcome}")
        both = seeds_in_both(baseline.recipe, now.recipe) if mode == "statistical" else 0
        if both:
            self._property(
                NOTE, f"{path.stem}: {_words('check.overlap' if both > 1 else 'check.overlap_one', number=both)}"
            )
        if comparison.outcome is Outcome.DRIFT or (strict and comparison.outcome is Outcome.INCONCLUSIVE):
            self._report(comparison, path)
        if comparison.outcome is Outcome.INCONCLUSIVE and comparison.few:
            why = _words("check.blind_why", path=self._short(path), number=few_words(comparison.few), least=FEWEST)
            self._fail("check.blind", before=f"{why}\n")
        if comparison.outcome is Outcome.INCONCLUSIVE:
            self._property(NOTE, f"{path.stem}: {headline(comparison)}")
        return comparison

    def _update(self, path: Path, measure: Callable[[Any], xarray.Dataset], seeds: int | None) -> None:
        from actviz.baseline import SEEDS, Baseline, baseline_words, update

        old, unread = self._old(path)
        chosen = range(seeds) if seeds is not None else old.seeds if old else range(SEEDS)
        new, words = Baseline.of(measure(list(chosen))), ""
        written = self._request.config.stash.setdefault(_WRITTEN, set())
        if old is None:
            path.parent.mkdir(parents=True, exist_ok=True)
            new.save(path)
            words = f"{baseline_words(new)}{unread}"
        else:
            renewed = update(old, new)
            if renewed.changes:
                if path in written:  # by this run, which would leave a baseline that one of the two cannot pass
                    self._fail("check.shared", path=self._short(path), changes="; ".join(renewed.changes))
                renewed.baseline.save(path)
                words = "; ".join(renewed.changes)
        written.add(path)
        if words:
            self._property(WRITTEN, f"wrote {self._short(path)}: {words}")

    @staticmethod
    def _old(path: Path) -> tuple[Baseline | None, str]:
        """Return the baseline that is there, or words on why it is written anew."""
        from actviz.baseline import Baseline
        from actviz.errors import ActvizError

        try:
            return (Baseline.load(path) if path.is_file() else None), ""
        except ActvizError as error:
            return None, _words("check.anew", error=error)

    def _short(self, path: Path) -> Path:
        """Return a path as test reports show them."""
        root = self._request.config.rootpath
        return path.relative_to(root) if path.is_relative_to(root) else path

    def _property(self, name: str, value: str) -> None:
        self._request.node.user_properties.append((name, value))

    def _report(self, found: Comparison, path: Path) -> None:
        """Draw what drifts, and fail with the explanation."""
        __tracebackhide__ = True
        from actviz.baseline import report
        from actviz.plots import figure_drift, save_figure

        asked = self._request.config.getoption("--actviz-figures")
        module = self._short(self._request.path).with_suffix("")
        folder = Path(asked) / module.relative_to(module.anchor) if asked else self._request.getfixturevalue("tmp_path")
        folder.mkdir(parents=True, exist_ok=True)
        figure = folder / f"{path.stem}.png"
        save_figure(figure_drift(found), figure)
        self._property(FIGURE, str(figure))
        self._fail("check.renew", before=f"{report(found)}\n{_words('check.figure', path=figure)}\n")

    def _fail(self, key: str, before: str = "", **values: Any) -> None:
        __tracebackhide__ = True
        from actviz.text.escaping import printable

        pytest.fail(printable(before + _words(key, test=shlex.quote(self._node_id()), **values)), pytrace=False)

    def _node_id(self) -> str:
        """Return the test's name as it is to be given where this run was started."""
        within = self._request.node.nodeid.partition("::")[2]
        try:
            path = os.path.relpath(self._request.path, self._request.config.invocation_params.dir)
        except ValueError:  # on another drive
            path = str(self._request.path)
        return f"{Path(path).as_posix()}::{within}"


def _escaped(message: Any) -> str:
    """Write what may come from a file on one line, with nothing that a terminal acts on."""
    from actviz.text.escaping import escaped

    return escaped(" ".join(str(message).split()))


def _words(key: str, **values: Any) -> str:
    from actviz.text import text

    return text(key, **values)


def _file_name(name: str) -> str:
    """Return a name that every system takes for a file; different ones for different names."""
    from actviz.results.schema import text_of

    text_of("name", name)
    wanted = name.replace("[", "_").replace("]", "")
    plain = re.sub(r"[^\w.,=+-]+", "_", wanted).encode()[:LONGEST].decode(errors="ignore").strip("._")
    if plain.split(".")[0].upper() in DEVICES:
        plain = f"_{plain}"
    if plain == wanted:
        return plain
    return f"{plain or 'baseline'}-{hashlib.sha256(name.encode(errors='surrogatepass')).hexdigest()[:6]}"


def _check_seeds(baseline: Baseline, seeds: int | None, mode: str) -> list[int]:
    from actviz.baseline import fresh_seeds

    return list(baseline.seeds) if mode == "exact" else fresh_seeds(baseline.seeds, seeds)


def _measurement(
    target: Any, inputs: Any, settings: Mapping[str, Any], seeds: int | None
) -> Callable[[Any], xarray.Dataset]:
    """Return what measures the target with given seeds."""
    from actviz.errors import ActvizError

    if seeds is not None and not hasattr(target, "data_vars"):
        from actviz.catalog.checks import whole
        from actviz.probing.running import MAX_SEEDS

        whole("seeds", seeds, most=MAX_SEEDS)
    own = {**settings, **({} if inputs is None else {"inputs": inputs})}
    if isinstance(target, Mapping) and "inits" in target:
        from actviz.baseline import measure_again

        _refuse(own, "write it into the mapping")
        _refuse({"seeds"} & target.keys(), "of the mapping: give them to check, which takes fresh ones")
        return lambda seeds: measure_again({**target}, seeds, allow_imports=True)  # the test's own words
    if hasattr(target, "data_vars"):
        _refuse([*own, *([] if seeds is None else ["seeds"])], "a dataset has been measured")
        return lambda seeds: target
    if not callable(target):
        raise ActvizError(
            "activation_baseline.check takes a dataset, a mapping of arguments of actviz.probe with inits and "
            f"activations, or a PyTorch model or factory, not {type(target).__name__}"
        )
    if inputs is None:
        raise ActvizError("activation_baseline.check needs inputs=... to call a PyTorch model with")
    from actviz.torch import probe_module

    return lambda seeds: probe_module(target, inputs, seeds=seeds, **settings)


def _refuse(settings: Iterable[str], why: str) -> None:
    from actviz.errors import ActvizError

    if settings:
        raise ActvizError(f"activation_baseline.check cannot use {', '.join(settings)}: {why}")


@pytest.fixture
def activation_baseline(request: pytest.FixtureRequest) -> ActivationBaseline:
    """Compare initialization statistics with a baseline kept beside the test.

    ``activation_baseline.check(dataset, name="relu")`` fails the test if the dataset has drifted; see
    ``ActivationBaseline.check``. ``pytest --actviz-update`` writes the baseline.
    """
    return ActivationBaseline(request)


def _checked_coordinates(build: Any, margin: float = 0.2, *, strict: bool = False, **settings: Any) -> xarray.Dataset:
    """Check coordinates; fail the test where a layer departs or none is decided: the fixture ``coordinate_check``."""
    __tracebackhide__ = True
    from actviz.errors import ActvizError
    from actviz.scaling import Outcome, coordinate_check, decided, judge
    from actviz.scaling.words import rows, sentences
    from actviz.text.escaping import printable
    from actviz.text.tables import table_lines

    try:
        dataset = coordinate_check(build, margin=margin, **settings)
    except ActvizError as error:
        raise pytest.fail.Exception(f"ActvizError: {_escaped(error)}", pytrace=False) from None
    growths = judge(dataset)
    open_ones = [each for each in growths if each.what == "change" and each.outcome is not Outcome.STABLE]
    if any(each.departs for each in growths) or not decided(growths) or (strict and open_ones):
        pytest.fail(printable("\n".join([*table_lines(rows(dataset)), *sentences(dataset, growths)])), pytrace=False)
    return dataset


@pytest.fixture(name="coordinate_check")
def coordinate_check_fixture() -> Callable[..., xarray.Dataset]:
    """Fail a test where what the first updates move in a layer goes with the width.

    ``coordinate_check(build, margin=0.2)`` takes what ``actviz.coordinate_check`` does, and gives its dataset. A check
    that decides nothing of any layer fails; with ``strict=True`` one layer that is undecided or not judged does, too.
    """
    return _checked_coordinates
