"""The report in a real browser: every control works, nothing is asked of any network, and anyone can use it."""

import json
import math
import re
import shutil
import subprocess
import time
from collections import Counter

import pytest
from PIL import Image

import actviz
from actviz.plots import pairing_style
from actviz.plots.files.record import read_record
from actviz.report.page import result_content, write_page
from actviz.text import TEXT

pytest.importorskip("bokeh", reason="the explorer needs the extra page")

ATTACK = "<img src=x onerror=document.title='hacked'>"
SIZES = {"projector": (1280, 720), "phone": (390, 844), "full-hd": (1920, 1080)}
READY = "document.getElementById('explorer').dataset.ready"
MODEL = "Bokeh.documents.map(d => d.get_model_by_name('act_std-log')).find(Boolean)"
DATA = (
    "name => Object.fromEntries(Bokeh.documents.map(d => d.get_model_by_name(name)).find(Boolean)"
    ".renderers.map(r => [r.name, r.visible]))"
)


@pytest.fixture(scope="module")
def dataset():
    ds = actviz.probe(["xavier_normal", "normal"], ["sigmoid", "relu"], depth=6, width=32, samples=100, seeds=2)
    names = [ATTACK, "normal"]
    return ds.assign_coords(init=names).assign_attrs(recipe=json.dumps({**actviz.recipe(ds), "inits": names}))


@pytest.fixture(scope="module")
def files(dataset, tmp_path_factory):
    """The page by language, written when asked for."""
    folder, made = tmp_path_factory.mktemp("pages"), {}

    def file(lang):
        if "ko" not in TEXT["signal.title"] and lang == "ko":
            pytest.skip("figures have no Korean words yet")
        if lang not in made:
            made[lang] = folder / f"{lang}.html"
            write_page(result_content("a.nc", dataset, theme="auto", lang=lang), made[lang], lang=lang)
        return made[lang].as_uri()

    return file


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A page without the explorer of names that the command line takes."""
    path = tmp_path_factory.mktemp("plain") / "page.html"
    names = ["variance_scaling:1.69,fan_avg,normal", "he_normal", "lecun_uniform"]
    ds = actviz.probe(names, "leaky_relu:0.3", depth=5, width=32, samples=100, seeds=3, bias_std=0.25)
    write_page(result_content("a.nc", ds, theme="auto", lang="ko"), path, lang="ko", explorer=False)
    return path.as_uri()


def until(page, expression, seconds=8.0):
    """Wait for an expression to be true; the page's own policy forbids it to be asked from inside the page."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"never true: {expression}"
        page.wait_for_timeout(30)


@pytest.fixture
def opened(page, files):
    """The page, ready; fails at the end for any error in the console and any request that leaves the page."""
    bad = []
    page.on("console", lambda message: bad.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: bad.append(str(error)))
    page.on("request", lambda made: None if made.url.startswith(("file:", "data:", "blob:")) else bad.append(made.url))
    page.on("dialog", lambda dialog: bad.append(dialog.message))
    page.goto(files("en"))
    until(page, READY)
    yield page
    page.wait_for_timeout(100)
    assert bad == []


def shown(page, chart):
    return page.evaluate(DATA, chart)


def test_the_page_is_ready_without_an_error_and_names_stay_text(opened):
    assert opened.title() != "hacked"
    assert opened.locator("img").count() == 0
    opened.select_option("#init-a", ATTACK)
    assert ATTACK in opened.text_content("#name-a")


def test_the_slider_moves_through_the_layers_by_keyboard(opened):
    before = opened.text_content("#words-a")
    opened.focus("#layer")
    opened.keyboard.press("ArrowRight")
    until(opened, "document.getElementById('layer-words').textContent.includes('2')")
    opened.keyboard.press("End")
    until(opened, "document.getElementById('layer-words').textContent.includes('6 of 6')")
    assert opened.text_content("#words-a") != before
    marker = f"{MODEL}.center.find(e => e.name === 'layer')"
    until(opened, f"{marker}.location === 6")


def test_play_moves_and_pauses_by_keyboard(opened):
    opened.focus("#play")
    opened.keyboard.press("Enter")
    until(opened, "document.getElementById('layer').value > 2")
    opened.keyboard.press("Enter")
    at = opened.input_value("#layer")
    opened.wait_for_timeout(900)
    assert opened.input_value("#layer") == at


def test_band_and_theory_go_and_come(opened):
    for control, prefix in (("#band", "band-a"), ("#theory", "theory-a")):
        assert shown(opened, "act_std-log")[prefix]
        opened.uncheck(control)
        until(opened, f"!({DATA})('act_std-log')['{prefix}']")
        opened.check(control)
        until(opened, f"({DATA})('act_std-log')['{prefix}']")


def test_the_axis_changes_between_linear_and_logarithmic(opened):
    assert opened.is_visible("#chart-act_std-log")
    opened.check("input[value=linear]")
    opened.wait_for_selector("#chart-act_std-linear canvas")
    assert opened.is_hidden("#chart-act_std-log")
    assert opened.is_visible("#chart-grad_preact_rms-linear")


def test_two_pairings_are_compared(opened):
    assert opened.is_hidden("#pairing-b")
    opened.check("#compare")
    opened.wait_for_selector("#chart-histogram-b canvas")
    opened.select_option("#init-b", "normal")
    opened.select_option("#activation-b", "relu")
    until(opened, "document.getElementById('name-b').textContent.includes('ReLU')")
    assert shown(opened, "act_std-log")["b"]
    opened.uncheck("#compare")
    until(opened, f"!({DATA})('act_std-log')['b']")
    assert opened.is_hidden("#side-b")


def test_the_charts_show_the_numbers_of_the_result(opened, dataset):
    opened.select_option("#init-a", "normal")
    opened.select_option("#activation-a", "sigmoid")
    until(opened, "document.getElementById('name-a').textContent.includes('sigmoid')")
    opened.wait_for_timeout(200)
    source = f"[...{MODEL}.renderers.find(r => r.name === 'band-a').data_source.data.middle]"
    expected = dataset["act_std"].sel(init="normal", activation="sigmoid").median("seed").values
    assert opened.evaluate(source) == pytest.approx(expected.tolist(), rel=1e-6)


@pytest.mark.parametrize(("kind", "start"), [("png", b"\x89PNG"), ("svg", b"<svg")])
def test_a_figure_downloads_with_its_fonts_and_the_colours_on_the_page(opened, kind, start):
    with opened.expect_download() as waiting:
        opened.locator(f"figure button[data-format={kind}]").first.click()
    content = waiting.value.path().read_bytes()
    assert content.startswith(start)
    assert waiting.value.suggested_filename.endswith(f".{kind}")
    if kind == "svg":
        assert b"@font-face" in content
        assert b"var(--" not in content
        assert b"<title" in content
    else:
        assert int.from_bytes(content[16:20], "big") == 1920


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_a_downloaded_figure_says_what_it_shows_and_is_drawn_again(page, plain, kind, tmp_path):
    page.goto(plain)
    figure = page.locator("figure").first
    with page.expect_download() as waiting:
        figure.locator(f"button[data-format={kind}]").click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    record = read_record(file)
    alt = figure.locator("svg desc").text_content()
    assert alt in [words["alt"] for words in record["words"].values() if isinstance(words, dict)]
    if kind == "png":
        with Image.open(file) as image:
            image.load()
            assert image.text["Description"] == alt
    assert actviz.redo(file, workers=1).same


def test_a_figure_opens_in_full_width_and_the_keyboard_goes_on_and_back(opened):
    width = "id => document.getElementById(id).getBoundingClientRect().width"
    first, second = (each.get_attribute("id") for each in opened.locator(".gallery figure").all()[:2])
    before = opened.evaluate(width, first)
    opened.locator(f"#{first} .picture").click()
    assert opened.evaluate(width, first) > 1.8 * before
    opened.keyboard.press("ArrowRight")
    until(opened, f"location.hash === '#{second}'")
    assert opened.evaluate(width, first) == pytest.approx(before, abs=1)
    opened.keyboard.press("Escape")
    until(opened, f"location.hash === '#at-{second}'")
    assert opened.evaluate(width, second) == pytest.approx(before, abs=1)


def test_every_control_is_reached_by_the_tab_key(opened):
    wanted = {"init-a", "activation-a", "init-b", "activation-b", "compare", "band", "theory", "play", "layer"}
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.className") == "skip"
    reached = []
    for _ in range(40):
        opened.keyboard.press("Tab")
        reached.append(opened.evaluate("document.activeElement.id"))
        if reached[-1] == "compare" and not opened.is_checked("#compare"):
            opened.keyboard.press("Space")
            opened.wait_for_selector("#chart-histogram-b canvas")
            opened.focus("#init-a")  # the second pairing stands before the switch
            reached.append("init-a")
    assert wanted <= set(reached)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_follow_the_readers_setting_while_the_page_is_open(opened, scheme):
    opened.emulate_media(color_scheme=scheme)
    panel = "getComputedStyle(document.documentElement).getPropertyValue('--panel').trim()"
    until(opened, f"{MODEL}.background_fill_color === {panel}")
    background = opened.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--background')")
    assert (background.strip().lower() == "#ffffff") == (scheme == "light")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_pairing_has_its_initializers_colour_in_the_figures(opened, dataset, scheme):
    opened.emulate_media(color_scheme=scheme)
    opened.select_option("#init-a", "normal")
    wanted = pairing_style(dataset, "normal", "relu", scheme).color
    until(opened, f"{MODEL}.renderers.find(r => r.name === 'a').glyph.line_color.value === '{wanted}'")
    slot = "getComputedStyle(document.documentElement).getPropertyValue('--slot-a')"
    assert opened.evaluate(slot) == wanted


def test_on_paper_there_is_no_explorer_and_every_figure(opened):
    opened.emulate_media(media="print", color_scheme="dark")
    assert opened.is_hidden("#explorer")
    assert opened.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert opened.locator("svg.figure").count() > 5


@pytest.mark.parametrize(
    ("size", "lang", "scheme"),
    [
        *[("phone", "ko", "light"), ("full-hd", "en", "dark")],
        pytest.param("projector", "en", "light", marks=pytest.mark.slow),
        pytest.param("projector", "ko", "dark", marks=pytest.mark.slow),
    ],
)
def test_the_audit_finds_nothing_serious_and_nothing_is_wider_than_the_screen(browser, files, axe, size, lang, scheme):
    width, height = SIZES[size]
    address = files(lang)
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, bypass_csp=True)
    try:
        page = context.new_page()
        page.goto(address)
        until(page, READY)
        page.check("#compare")
        page.wait_for_selector("#chart-histogram-b canvas")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.evaluate(axe)
        found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    finally:
        context.close()
    serious = [
        (each["id"], each["nodes"][0]["html"][:200]) for each in found if each["impact"] in ("serious", "critical")
    ]
    assert serious == []


def test_figures_that_were_never_in_sight_are_printed_with_all_their_words(page, plain, tmp_path):
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("pdftotext, of poppler-utils, is not installed")
    page.goto(plain)
    until(page, "document.documentElement.dataset.whole")
    visible = "[...document.querySelectorAll('figure')].map((each) => getComputedStyle(each).contentVisibility)"
    assert set(page.evaluate(visible)) == {"visible"}  # of others, Chromium prints a part of their words
    page.pdf(path=tmp_path / "page.pdf", format="A4")
    printed = subprocess.run([reader, tmp_path / "page.pdf", "-"], capture_output=True, text=True, check=True).stdout
    words = page.evaluate("[...document.querySelectorAll('svg.figure text')].map((each) => each.textContent)")
    wanted = [word for each in words for word in each.split() if word.isascii() and len(word) > 2]
    found = Counter(printed.split())
    assert len(wanted) > 100
    assert [word for word, number in Counter(wanted).items() if found[word] < number] == []


def test_a_histogram_on_a_logarithmic_axis_shows_the_same_shares(opened):
    opened.select_option("#init-a", "normal")
    opened.select_option("#activation-a", "sigmoid")
    until(opened, "document.getElementById('name-a').textContent.includes('sigmoid')")
    opened.wait_for_timeout(200)
    chart = "Bokeh.documents.map(d => d.get_model_by_name('histogram-a')).find(Boolean)"
    heights = f"[...{chart}.renderers.find(r => r.name === 'a').data_source.data.top]"
    plain = opened.evaluate(heights)
    opened.check("#counts")
    until(opened, f"{chart}.left[0].ticker.ticks.length === 5")
    expected = [max(0.0, 1 + math.log10(value) / 4) if value > 0 else 0.0 for value in plain]
    assert opened.evaluate(heights) == pytest.approx(expected, abs=1e-6)
    labels = opened.evaluate(f"[...{chart}.left[0].major_label_overrides.values()]")
    assert labels == ["10⁻⁴", "0.001", "0.01", "0.1", "1"]
    opened.uncheck("#counts")
    until(opened, f"{chart}.left[0].ticker.ticks.length === 3")


def test_a_logarithmic_axis_names_powers_of_ten_as_figures_do(opened):
    names = opened.evaluate(
        f"[-38, -5, -3, 0, 3, 4, 38].map((n) => {MODEL}.left[0].major_label_overrides.get(10 ** n))"
    )
    assert names == ["10⁻³⁸", "10⁻⁵", "0.001", "1", "1000", "10⁴", "10³⁸"]


def test_nothing_moves_by_itself(opened):
    opened.emulate_media(reduced_motion="reduce")
    layer = opened.input_value("#layer")
    opened.wait_for_timeout(800)
    assert opened.evaluate("document.getAnimations().length") == 0
    assert opened.input_value("#layer") == layer


@pytest.mark.parametrize("media", ["screen", "print"])
def test_a_command_breaks_before_an_option(page, plain, media):
    page.set_viewport_size({"width": 600, "height": 844})
    page.goto(plain)
    page.emulate_media(media=media)
    page.locator("details.ran summary").first.click()
    command = page.locator("pre code").first
    parts = command.locator("span").all_text_contents()
    assert "-i he_normal" in parts
    assert all(part.startswith(("-", "actviz ")) for part in parts)
    assert command.evaluate("each => each.textContent") == " ".join(parts)
    assert command.evaluate("each => each.innerText") == " ".join(parts), "copied as it is typed"
    line = 1.7 * command.evaluate("each => parseFloat(getComputedStyle(each).fontSize)")
    heights = command.evaluate("each => [...each.children].map((part) => part.offsetHeight)")
    assert max(heights) < line


def test_a_korean_page_has_no_english_sentence(opened, files):
    opened.goto(files("ko"))
    until(opened, READY)
    worded = "h1, h2, h3, p, td, th, li, label, legend, button, figcaption, text, title, desc"
    own = f"[...document.querySelectorAll('{worded}')].map((each) => each.textContent)"
    words = [each.replace(ATTACK, "") for each in opened.evaluate(own)]
    assert [each for each in words if re.search("[a-z]{3,} [a-z]{2,} [a-z]{2,}", each)] == []
    names = opened.evaluate("[...document.querySelectorAll('[aria-label]')].map((each) => each.ariaLabel)")
    assert [each for each in names if not re.search("[가-힣]", each)] == ["a.nc"]
