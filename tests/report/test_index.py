"""The index page: everything given is text in it, and every figure is shown."""

from html.parser import HTMLParser

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


def make(title="Title", stem="signal", files=("signal.png",), caption="What it shows.", recipe=None):
    recipes = {"a.nc": recipe or {"inits": ["he_normal"], "samples": 10}}
    return index_page(title, "Source", [Entry(stem, files, caption)], recipes, "1.2.3", "en")


def test_every_figure_is_shown_with_its_caption_as_alternative_text_and_links_to_all_its_files():
    seen = tags(make(files=("signal.pdf", "signal.svg")))
    images = [attrs for tag, attrs in seen if tag == "img"]
    assert [(image["src"], image["alt"]) for image in images] == [("signal.svg", "What it shows.")]
    links = [attrs["href"] for tag, attrs in seen if tag == "a"]
    assert {"signal.pdf", "signal.svg", "a.nc", "#signal"} <= set(links)


def test_a_set_of_pdf_files_has_links_but_no_broken_pictures():
    assert not [tag for tag, _ in tags(make(files=("signal.pdf",))) if tag == "img"]


def test_the_recipe_is_in_the_page():
    page = make(recipe={"inits": ["he_normal", "zeros"], "samples": 77})
    assert "he_normal, zeros" in page
    assert "77" in page


def test_markup_in_names_and_captions_stays_text():
    attack = '"><script>alert(1)</script>$version'
    page = make(title=attack, stem=attack, caption=attack, files=(attack,), recipe={attack: [attack]})
    assert not [tag for tag, _ in tags(page) if tag == "script"]
    assert "alert(1)" in page


def test_the_page_names_its_language_and_loads_nothing_from_elsewhere():
    page = make()
    assert '<html lang="en">' in page
    assert "http" not in page
