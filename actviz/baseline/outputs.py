"""A comparison for machines: JUnit XML, and the annotations that GitHub shows beside the changed lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from actviz.baseline.cells import Outcome
from actviz.baseline.comparison import Comparison, Finding, worst_of
from actviz.baseline.record import Pairing
from actviz.baseline.report import WORST, finding_words, headline, report
from actviz.catalog.checks import of_type
from actviz.results.writing import write_atomically
from actviz.text import text
from actviz.text.escaping import shown

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _xml_text(words: str) -> str:
    """Write out what a reader would act on, and leave out what XML cannot hold."""
    return _NOT_XML.sub("�", shown(words))


def junit(comparison: Comparison, name: str, *, strict: bool = False, lang: str = "en") -> str:
    """Return a JUnit report: a test case for every pairing and statistic, one for the recipe.

    A drift is a failure; what is inconclusive is skipped, or a failure if ``strict``. Names of cases stay as they are.
    """
    of_type("what is told", comparison, Comparison, "a comparison, as actviz.compare gives it")
    suite = ElementTree.Element("testsuite", name=_xml_text(f"actviz check {name}"))
    recipe = _case(suite, name, "recipe")
    if comparison.problems:
        _fail(recipe, "; ".join(comparison.problems), "\n".join(comparison.problems))
    groups: dict[tuple[Pairing, str], list[Finding]] = {}
    for finding in comparison.findings:
        groups.setdefault((finding.pairing, finding.statistic), []).append(finding)
    for (pairing, statistic), findings in groups.items():
        case, outcome = _case(suite, " + ".join(pairing), statistic), worst_of(tuple(findings))
        named = text(f"check.outcome.{outcome}", lang)
        told = [finding_words(comparison, each, lang) for each in findings if each.outcome is outcome]
        if outcome is Outcome.DRIFT or (strict and outcome is Outcome.INCONCLUSIVE):
            _fail(case, f"{named}: {told[0]}", "\n".join(told))
        elif outcome is Outcome.INCONCLUSIVE:
            ElementTree.SubElement(case, "skipped", message=_xml_text(f"{named}: {told[0]}"))
    ElementTree.SubElement(suite, "system-out").text = _xml_text(report(comparison, lang))
    for attribute, tag in (("tests", "testcase"), ("failures", "testcase/failure"), ("skipped", "testcase/skipped")):
        suite.set(attribute, str(len(suite.findall(tag))))
    suite.set("errors", "0")
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ElementTree.Element, classname: str, name: str) -> ElementTree.Element:
    return ElementTree.SubElement(suite, "testcase", classname=_xml_text(classname), name=_xml_text(name))


def _fail(case: ElementTree.Element, message: str, details: str) -> None:
    ElementTree.SubElement(case, "failure", message=_xml_text(message)).text = _xml_text(details)


def write_junit(comparison: Comparison, name: str, path: str | Path, *, strict: bool = False, lang: str = "en") -> None:
    """Write a JUnit report, atomically."""
    content = junit(comparison, name, strict=strict, lang=lang)
    write_atomically(path, lambda to: to.write_text(content, encoding="utf-8", newline="\n"))


def _escaped(words: str, *more: str) -> str:
    """Escape what GitHub's workflow commands read: in a property also what parts properties; and what a log acts on."""
    words = shown(words)
    for character in ("%", "\n", *more):
        words = words.replace(character, f"%{ord(character):02X}")
    return words


def github(comparison: Comparison, path: str | Path, *, strict: bool = False, lang: str = "en") -> Iterator[str]:
    """Yield GitHub workflow commands: an annotation of the baseline's line for each of the worst drifts.

    Inconclusive is one warning, or an error if ``strict``.
    """
    of_type("what is told", comparison, Comparison, "a comparison, as actviz.compare gives it")
    file = Path(path).as_posix()

    def command(kind: str, words: str, line: int = 1) -> str:
        title = f"actviz check: {text(f'check.outcome.{comparison.outcome}', lang)}"
        properties = {"file": file, "line": str(line), "title": title}
        written = ",".join(f"{key}={_escaped(value, ':', ',')}" for key, value in properties.items())
        return f"::{kind} {written}::{_escaped(words)}"

    lines = comparison.baseline.line_numbers()
    if comparison.outcome is Outcome.DRIFT:
        yield command("error", "\n".join([headline(comparison, lang), *comparison.problems]))
        for each in comparison.worst(WORST):
            if each.outcome is Outcome.DRIFT:
                at = lines.get((*each.pairing, each.statistic, each.layer), 1)
                yield command("error", finding_words(comparison, each, lang), at)
    elif comparison.outcome is Outcome.INCONCLUSIVE:
        yield command("error" if strict else "warning", headline(comparison, lang))
