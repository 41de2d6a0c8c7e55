"""Nothing in a name or caption acts: it is shown as it is."""

import html
import json
import re

import pytest
from nasty_texts import NASTY

from actviz.lecture.escaping import attribute, latex, markdown, plain, typst


@pytest.mark.parametrize("text", NASTY)
def test_plain_text_is_one_line_of_characters_that_every_file_may_hold(text):
    written = plain(text)
    written.encode("utf-8")
    assert not re.search(r"[\x00-\x1f\ud800-\udfff\ufffe\uffff]", written)
    assert written.split() == "".join(c for c in text if c not in "\x00\x1b\ud800\ufffe").split()


@pytest.mark.parametrize("text", NASTY)
def test_latex_has_no_command_but_the_names_of_characters(text):
    named = r"\\(textbackslash|textasciicircum|textasciitilde|textless|textgreater|textbar|textquotedbl)\{\}"
    left = re.sub(named + r"|\\(textasciigrave|textquotesingle)\{\}|\\[{}$&#%_]|-\{\}|\{[\[\]]\}", "", latex(text))
    assert not re.search(r"[\\{}$&#%_^<>|\"`'\[\]-]", left)


@pytest.mark.parametrize("text", NASTY)
def test_a_string_of_typst_ends_where_it_should(text):
    written = typst(text)
    assert re.fullmatch(r'"(?:[^"\\]|\\["\\])*"', written)
    assert json.loads(written) == plain(text)  # JSON's escapes of these two are the same


@pytest.mark.parametrize("text", NASTY)
def test_markdown_shows_the_text_and_holds_no_markup(text):
    written = markdown(text)
    shown = html.unescape(written.replace("<span>&#36;</span>", "$"))
    assert shown == plain(text)
    left = re.sub(r"<span>&#36;</span>|&#\d+;", "", written)
    assert not re.search(r"[\\`*_{}\[\]<>#+!|$~^&\"@-]", left)
    assert not re.match(r"\d+[.)]|[:=(]", written)


@pytest.mark.parametrize("text", NASTY)
def test_a_value_of_yaml_is_json(text):
    assert json.loads(attribute(text)) == plain(text)


def test_ordinary_words_stay_readable():
    assert markdown("tanh, N(0, 0.01²): 0.1 a layer; 50 % (of 8).") == "tanh, N(0, 0.01²): 0.1 a layer; 50 % (of 8)."
    assert latex("층 5: 50 %") == r"층 5: 50 \%"
