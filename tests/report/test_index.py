"""The index page: everything given is text in it, and every figure is shown."""

from html.parser import HTMLParser

import pytest

from actviz.experiments.reproduction import CheckRow, ClaimRow
from actviz.report.index import Entry, index_page


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))


def tags(page):
    parser = Tags()
    parser.feed(page)
    return parser.seen


def make(title="Title", stem="signal", files=("signal.png",), caption="What it shows.", recipe=None, **tested):
    ran = [{"name": "a.nc", "words": "10 samples", "command": [], "recipe": recipe or '{"samples": 10}'}]
    return index_page(title, "Source", [Entry(stem, files, caption)], ran, "1.2.3", "en", **tested)


def test_every_figure_is_shown_with_its_caption_as_alternative_text_and_links_to_all_its_files():
    seen = tags(make(files=("signal.pdf", "signal.svg")))
    images = [attrs for tag, attrs in seen if tag == "img"]
    assert [(image["src"], image["alt"]) for image in images] == [("signal.svg", "What it shows.")]
    links = [attrs["href"] for tag, attrs in seen if tag == "a"]
    assert {"signal.pdf", "signal.svg", "a.nc"} <= set(links)


def test_figures_are_thumbnails_with_a_sentence_each_under_their_sections():
    entries = [
        Entry("a", ["a.png"], "What it shows. And more.", title="A is found", section="decay"),
        Entry("b", ["b.png"], "What it shows. And more.", section="decay"),
        Entry("c", ["c.png"], "Other.", section="stopping"),
    ]
    page = index_page("Title", "Source", entries, [], "1.2.3", "en")
    assert [page.count(f"<strong>{each}</strong>") for each in ("A is found", "What it shows.", "Other.")] == [1, 1, 1]
    places = [page.index(each) for each in (">Weight decay</h2>", 'id="a"', 'id="b"', ">Early stopping</h2>", 'id="c"')]
    assert places == sorted(places)
    assert page.count('<div class="gallery">') == 2
    assert ("a", {"class": "picture", "href": "a.png"}) in tags(page)
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page
    links = {attrs["href"].removeprefix("#") for tag, attrs in tags(page) if tag == "a" and attrs["href"][0] == "#"}
    assert links <= {attrs["id"] for _, attrs in tags(page) if "id" in attrs}


def test_a_set_of_pdf_files_has_links_but_no_broken_pictures():
    assert not [tag for tag, _ in tags(make(files=("signal.pdf",))) if tag == "img"]


def test_the_recipe_is_in_the_page():
    page = make(recipe='{"samples": 77}')
    assert "77" in page
    assert page.index("10 samples") < page.index("77")


def test_markup_in_names_and_captions_stays_text():
    attack = '"><script>alert(1)</script>$version'
    page = make(title=attack, stem=attack, caption=attack, files=(attack,), recipe=attack)
    assert not [tag for tag, _ in tags(page) if tag == "script"]
    assert "alert(1)" in page


def test_the_page_names_its_language_and_loads_nothing_from_elsewhere():
    page = make()
    assert '<html lang="en">' in page
    assert "http" not in page


def claim(verdict="PASS", text="It is so."):
    return ClaimRow(
        3, text, "holds in 1 of 2 cases: here", verdict, ["yes: 1", "no: 2"], "Precisely this.", "signal", text
    )


def check(verdict="PASS", text="std of layer 1"):
    return CheckRow(verdict, text, "0.99", "1.00", "0.9 to 1.1", "from the paper", "closed form")


def test_every_claim_is_in_a_table_and_has_a_section_and_leads_to_its_figure():
    page = make(claims=[claim()])
    for words in ("It is so.", "holds in 1 of 2 cases: here", "<pre", "yes: 1", "no: 2", "Precisely this."):
        assert words in page
    seen = tags(page)
    targets = {attrs["id"] for _, attrs in seen if "id" in attrs}
    links = {attrs["href"].removeprefix("#") for tag, attrs in seen if tag == "a" and attrs["href"].startswith("#")}
    assert {"claims", "claim-3", "signal"} <= links
    assert links <= targets


def test_every_number_is_in_a_table():
    page = make(checks=[check()])
    for words in ("PASS", "std of layer 1", "0.99", "1.00", "0.9 to 1.1", "from the paper", "closed form"):
        assert words in page
    assert ("a", {"href": "#checks"}) in tags(page)


@pytest.mark.parametrize("tested", [{"claims": [claim("FAIL")]}, {"checks": [check("FAIL")]}])
def test_a_failure_is_marked(tested):
    marked = [attrs for _, attrs in tags(make(**tested)) if attrs.get("class") == "FAIL"]
    assert marked


def test_without_claims_and_numbers_there_is_no_section_for_them():
    page = make()
    assert 'id="claims"' not in page
    assert 'id="checks"' not in page
    assert 'class="FAIL"' not in page


def test_markup_in_claims_and_numbers_stays_text():
    attack = '"><script>alert(1)</script>$version'
    page = make(claims=[claim(attack, attack)], checks=[check(attack, attack)])
    assert not [tag for tag, _ in tags(page) if tag == "script"]
    assert "alert(1)" in page
