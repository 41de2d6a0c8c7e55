"""The live page in a headless Chromium: every control works, nothing leaves the machine, and everyone can use it."""

import re
import shlex
import subprocess
import sys
from urllib.parse import parse_qs, urlencode, urlsplit

import numpy as np
import pytest

from actviz.live.settings import FIGURES, INITS, RANGES, Setting
from actviz.text import text

PHONE = {"width": 390, "height": 844}
SMALL = {"depth": 4, "width": 20, "samples": 40}
DONE = "number => Number(document.documentElement.dataset.done) >= number"
PIXELS = """
() => {
  const canvases = (root) => [...root.querySelectorAll("*")].flatMap((each) =>
    each.tagName === "CANVAS" ? [each] : each.shadowRoot ? canvases(each.shadowRoot) : []);
  return canvases(document.getElementById("charts")).map((each) => each.toDataURL()).join();
}
"""


@pytest.fixture(scope="module")
def address():
    pytest.importorskip("bokeh", reason="Bokeh, the extra `page`, is not installed")
    run = [sys.executable, "-m", "actviz", "serve", "--no-browser"]
    with subprocess.Popen(run, stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().split()[2]
        process.terminate()
        assert process.wait(20) == 0


@pytest.fixture
def explorer(page, address):
    """The page of a small setting, with its first picture."""

    def visit(**query):
        page.goto(f"{address}?{urlencode(SMALL | query)}")
        page.wait_for_selector("html[data-ready]")
        page.wait_for_function(DONE, arg=1)
        page.moves = 1
        return page

    return visit


@pytest.fixture(autouse=True)
def _nothing_goes_wrong(page, address):
    yield
    assert page.complaints == []
    own = urlsplit(address).netloc
    assert page.requested
    elsewhere = [
        url for url in page.requested if urlsplit(url).netloc != own and not url.startswith(("data:", "blob:"))
    ]
    assert elsewhere == [], "a request leaves the page"


def _await_move(page):
    """Wait until the latest move is drawn."""
    page.moves += 1
    page.wait_for_function(DONE, arg=page.moves)


def _await_other_pixels(page, before):
    """Wait until the charts look other than before: Bokeh paints after it has the data."""
    page.wait_for_function(f"before => ({PIXELS})() !== before", arg=before, polling=50)


def _setting(page):
    """What the page is at, as its own link says."""
    return {key: values[-1] for key, values in parse_qs(urlsplit(page.url).query).items()}


def test_every_slider_moves_the_picture_by_keyboard(explorer):
    page = explorer(scale=1.0, bias_std=0.5)
    for name in RANGES:
        before, slider = page.evaluate(PIXELS), page.locator(f"#{name}")
        value = slider.input_value()
        slider.focus()
        page.keyboard.press("ArrowRight")
        _await_move(page)
        assert slider.input_value() != value
        assert page.locator(f"output[for={name}]").inner_text() == slider.input_value()
        assert _setting(page)[name] == slider.input_value()
        _await_other_pixels(page, before)


def test_every_drop_down_moves_picture_verdict_and_command(explorer):
    page = explorer()
    for name, value in (("activation", "tanh"), ("init", "zeros")):
        before = page.evaluate(PIXELS)
        page.select_option(f"#{name}", value)
        _await_move(page)
        _await_other_pixels(page, before)
        assert value in page.locator("#command").inner_text()
        assert page.locator(f"#{name} option").count() >= len(INITS if name == "init" else ["relu"])


def test_the_switches_change_picture_and_words(explorer):
    page = explorer(init="normal:0.01")
    assert "phase" in page.locator("[data-words=theory]").inner_text()
    page.uncheck("#theory")
    _await_move(page)
    assert page.locator("[data-words=theory]").inner_text() == text("page.theory_off")
    collapsed = page.locator("#verdict").inner_text()
    page.check("#norm")
    _await_move(page)
    assert collapsed == text("verdict.collapsed")
    assert page.locator("#verdict").inner_text() != collapsed


def test_the_verdict_has_its_message_and_remedy(explorer):
    page = explorer(init="xavier_normal", activation="sigmoid", depth=8, width=100)
    assert page.locator("#verdict").inner_text() == text("verdict.vanishing")
    lines = page.locator("[data-words=lines] li").all_inner_texts()
    assert any("gradient falls" in line for line in lines)
    assert any(line.startswith("Remedy:") for line in lines)


def test_a_link_restores_its_setting(explorer):
    setting = Setting("xavier_uniform", "tanh", 6, 40, 1.5, 0.25, 60, 7, False, False)
    page = explorer(**{key: values[-1] for key, values in parse_qs(setting.query()).items()})
    assert page.locator("#init").input_value() == "xavier_uniform"
    assert page.locator("#scale").input_value() == "1.5"
    assert not page.locator("#theory").is_checked()
    assert page.locator("#command").inner_text() == setting.command()
    assert {key: _setting(page)[key] for key in ("init", "depth", "seed")} == {
        "init": "xavier_uniform",
        "depth": "6",
        "seed": "7",
    }


def test_bad_values_in_a_link_are_told_and_stay_text(explorer):
    attack = "<img src=x onerror=alert(1)>"
    page = explorer(init=attack, depth="1e12", activation="os:system")
    notes = page.locator("#notes li").all_inner_texts()
    assert len(notes) == 3
    assert any(attack in note for note in notes)
    assert page.locator("img").count() == 0
    assert page.locator("#depth").input_value() == "50"


def test_the_command_is_copied_and_runs(explorer, tmp_path):
    page = explorer()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("[data-copy=command]")
    page.wait_for_function("document.getElementById('status').textContent !== ''")
    command = page.evaluate("navigator.clipboard.readText()")
    assert command == page.locator("#command").inner_text()
    probe = shlex.split(command.split(" && ")[0])
    run = subprocess.run([sys.executable, "-m", *probe], cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "live.nc").is_file()
    page.click("[data-copy=link]")
    page.wait_for_function("navigator.clipboard.readText().then((copied) => copied === location.href)")


@pytest.mark.slow
def test_every_figure_of_the_drop_down_can_be_downloaded(explorer):
    page = explorer()
    for name in FIGURES:
        page.select_option("#figure", name)
        with page.expect_download() as downloading:
            page.click("[data-figure=png]")
        assert downloading.value.suggested_filename == f"{name}-he_normal-relu.png"


def test_the_link_that_is_copied_opens_the_same_setting(explorer):
    page = explorer(init="lecun_uniform", activation="tanh")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for _ in range(3):
        page.focus("#scale")
        page.keyboard.press("ArrowRight")
        _await_move(page)
    page.uncheck("#theory")
    page.click("[data-copy=link]")  # at once: a link is of the form, not of the last picture
    page.wait_for_function("document.getElementById('status').textContent !== ''")
    link = page.evaluate("navigator.clipboard.readText()")
    _await_move(page)
    command = page.locator("#command").inner_text()
    page.goto(link)
    page.wait_for_function(DONE, arg=1)
    assert page.locator("#scale").input_value() == "1.15"
    assert not page.locator("#theory").is_checked()
    assert page.locator("#command").inner_text() == command
    assert page.url == link


def test_a_move_takes_a_message_for_its_picture_one_for_its_verdict_and_one_for_theory(explorer, page):
    frames = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame))))
    explorer()
    page.wait_for_timeout(500)
    frames.clear()
    page.focus("#scale")
    page.keyboard.press("ArrowRight")
    _await_move(page)
    changes = [frame for frame in frames if "drawn" in frame]
    assert sum("PATCH-DOC" in frame for frame in frames) == len(changes)
    assert len(changes) in (3, 4)  # four where theory takes so long that the old one is taken away before
    assert "ridges-shapes" in changes[0]
    assert "signal-measured" in changes[0]
    assert "ridges-outlines" in changes[-1]
    assert "gradients-theory" in changes[-1]


@pytest.mark.parametrize(("ending", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_a_figure_is_downloaded_as_it_is_set(explorer, ending, start):
    page = explorer(init="xavier_normal")
    page.select_option("#figure", "gradients")
    with page.expect_download() as downloading:
        page.click(f"[data-figure={ending}]")
    assert downloading.value.suggested_filename == f"gradients-xavier_normal-relu.{ending}"
    with open(downloading.value.path(), "rb") as file:
        assert file.read(5).startswith(start)


def test_a_slow_setting_says_so_and_makes_room_for_the_next_move(explorer):
    page = explorer()
    page.evaluate(
        """() => { for (const [name, value] of [["depth", 50], ["width", 400], ["samples", 2000]])
             document.getElementById(name).value = value;
           document.getElementById("depth").dispatchEvent(new Event("input", {bubbles: true})); }"""
    )
    page.wait_for_function("document.getElementById('status').textContent === 'computing…'")
    page.evaluate(
        """() => { for (const [name, value] of [["depth", 2], ["width", 8], ["samples", 20]])
             document.getElementById(name).value = value;
           document.getElementById("depth").dispatchEvent(new Event("input", {bubbles: true})); }"""
    )
    page.wait_for_function(DONE, arg=3, timeout=5000)
    assert page.locator("#status").inner_text() == ""
    assert "layer 2" in page.locator("[data-words=signal]").text_content()
    assert "layer 3" not in page.locator("[data-words=signal]").text_content()


def test_a_drag_is_followed_and_ends_at_its_last_value(explorer):
    page = explorer()
    page.evaluate(
        """async () => { const slider = document.getElementById("scale");
           for (let i = 0; i < 40; i++) { slider.value = 0.5 + i * 0.05;
             slider.dispatchEvent(new Event("input", {bubbles: true}));
             await new Promise((resolve) => setTimeout(resolve, 16)); } }"""
    )
    page.wait_for_function(DONE, arg=41)
    assert _setting(page)["scale"] == "2.45"
    assert "variance_scaling:12.005" in page.locator("#command").inner_text()


def test_every_control_is_reached_by_the_tab_key_in_order(explorer):
    page = explorer()
    page.evaluate("document.activeElement.blur()")
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent"))
    order = ["Explore", "Race", "lang", "init", "activation", *RANGES, "norm", "theory", "figure", "PNG", "SVG"]
    order += ["Copy as command", "Copy link to this setting", "command"]
    assert [each for each in reached if each in order][: len(order)] == order


def test_the_other_language_keeps_the_setting(explorer, address):
    page = explorer(init="lecun_normal", scale=2)
    link = page.locator("#lang").get_attribute("href")
    assert parse_qs(link[1:])["init"] == ["lecun_normal"]
    assert parse_qs(link[1:])["lang"] == ["ko"]


@pytest.mark.parametrize("path", ["", "race"])
def test_a_korean_page_has_no_english_sentence(page, address, path):
    page.goto(f"{address}{path}?{urlencode(SMALL | {'lang': 'ko', 'init': 'normal', 'depth': 0})}")
    page.wait_for_selector("html[data-ready]")
    page.wait_for_timeout(1000)
    texts = """() => {  // of every element its own text; names of functions, data and files stay as they are
      const named = "#command, #activation *, #a_activation *, #b_activation *, #data *, .take a";
      const own = (each) => [...each.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data);
      return [...document.querySelectorAll("main *")].filter((each) => !each.closest(named)).flatMap(own);
    }"""
    words = [page.title(), *page.evaluate(texts)]
    assert len("".join(words)) > 300
    alone = [each for each in words if re.search("[a-z]{2,} [a-z]{2,}", each)]
    assert alone == []
    labels = page.evaluate("[...document.querySelectorAll('[aria-label]')].map((each) => each.ariaLabel)")
    assert all(re.search("[가-힣]", each) for each in labels)


@pytest.mark.parametrize("lang", [pytest.param("en", marks=pytest.mark.slow), "ko"])
def test_on_a_phone_the_first_chart_and_the_verdict_stay_in_sight_above_the_sliders(explorer, lang):
    page = explorer(lang=lang, init="normal")
    page.set_viewport_size(PHONE)
    for name in ("init", *RANGES, "theory"):
        page.focus(f"#{name}")
        page.wait_for_timeout(50)
        chart, control = page.locator("#ridges").bounding_box(), page.locator(f"#{name}").bounding_box()
        assert chart["y"] >= -1
        assert chart["y"] + chart["height"] <= control["y"] + 1, "the chart lies over the control in use"
        assert control["y"] + control["height"] <= PHONE["height"]
        assert page.locator("#ridges figcaption .brief").is_visible()
    assert page.locator(".brief").inner_text() == page.locator("#verdict").inner_text()


def test_charts_keep_their_place_while_the_verdict_changes(explorer):
    page = explorer(init="xavier_normal", activation="sigmoid", depth=8)
    places = []
    for init in ("normal", "zeros", "he_normal", "normal:0.01"):
        page.select_option("#init", init)
        _await_move(page)
        places.append([page.locator(f"#{name}").bounding_box() for name in ("ridges", "signal", "gradients", "said")])
    assert all(each == places[0] for each in places)


def test_nothing_moves_by_itself(explorer):
    page = explorer()
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("document.getElementById('scale').stepUp(3)")
    page.focus("#depth")
    page.keyboard.press("ArrowRight")
    _await_move(page)
    assert page.evaluate("document.getAnimations().length") == 0
    moving = "each => !['0s', ''].includes(getComputedStyle(each).transitionDuration)"
    assert page.evaluate(f"[...document.querySelectorAll('body *')].filter({moving}).length") == 0


def test_a_command_breaks_before_an_option_and_is_copied_as_it_is(explorer):
    page = explorer(init="variance_scaling", scale=1.3)
    page.set_viewport_size(PHONE)
    command = page.locator("#command").evaluate("each => each.textContent")
    assert command == Setting(**SMALL, init="variance_scaling", scale=1.3).command()
    parts = page.locator("#command span").all_text_contents()
    assert "-i variance_scaling:1.69,fan_in,normal" in parts
    assert " ".join(parts) == command


def _race(page, address, **query):
    page.goto(f"{address}race?{urlencode({'data': 'moons', 'width': 16, 'depth': 2} | query)}")
    page.wait_for_selector("html[data-ready]")
    return page


TOLD = """
() => { for (const lane of ["a", "b"]) {
  const words = document.querySelector(`[data-words=lane_${lane}]`);
  new MutationObserver(() => told[lane].push(words.textContent))
    .observe(words, {childList: true, characterData: true, subtree: true});
} }
"""


def test_a_race_runs_to_its_end_and_again(page, address):
    _race(page, address, epochs=5, a_init="zeros", b_lr="0.3")
    assert page.locator("[data-words=lane_a]").inner_text() in ("", text("page.lane_waits"))
    before = page.evaluate(PIXELS)
    page.evaluate("window.told = {a: [], b: []}")  # before the first words are told
    page.evaluate(TOLD)
    for _ in range(2):
        page.evaluate("window.told = {a: [], b: []}")  # the race before has also finished
        page.click("[data-action=start]")
        for lane in ("a", "b"):
            page.wait_for_function(
                """lane => told[lane].some((words, at) => words.includes('finished')
                    && told[lane].slice(0, at).some((earlier) => !earlier.includes('finished')))""",
                arg=lane,
            )
    _await_other_pixels(page, before)
    assert page.locator("[data-words=lane_b]").inner_text().startswith("epoch 5")
    assert page.locator("#command").inner_text().count("actviz train") == 2


def test_a_race_grows_live_and_stops(page, address):
    _race(page, address, data="mnist", epochs=200, depth=10, width=100)
    page.click("[data-action=start]")
    page.wait_for_function("/epoch [2-9]/.test(document.querySelector('[data-words=lane_a]').textContent)")
    page.click("[data-action=stop]")
    page.wait_for_function("document.querySelector('[data-words=lane_a]').textContent.includes('stopped')")
    told = page.locator("[data-words=lane_a]").inner_text()
    assert int(re.search(r"epoch (\d+)", told)[1]) < 200
    page.wait_for_timeout(300)
    assert page.locator("[data-words=lane_a]").inner_text() == told


@pytest.mark.parametrize(
    ("path", "size", "lang", "theme"),
    [
        *[("", (1280, 720), "en", "light"), ("", (390, 844), "ko", "dark"), ("race", (390, 844), "ko", "dark")],
        pytest.param("", (390, 844), "ko", "light", marks=pytest.mark.slow),
        pytest.param("", (1920, 1080), "ko", "dark", marks=pytest.mark.slow),
        pytest.param("race", (1280, 720), "ko", "dark", marks=pytest.mark.slow),
        pytest.param("race", (390, 844), "en", "dark", marks=pytest.mark.slow),
        pytest.param("race", (1920, 1080), "en", "light", marks=pytest.mark.slow),
    ],
)
def test_the_audit_finds_nothing_and_nothing_is_wider_than_the_screen(page, address, axe, path, size, lang, theme):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{address}{path}?{urlencode(SMALL | {'lang': lang, 'theme': theme, 'init': 'normal'})}")
    page.wait_for_selector("html[data-ready]")
    page.wait_for_timeout(700)
    page.evaluate(axe)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    assert [(each["id"], each["impact"], each["nodes"][0]["html"][:200]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.evaluate("document.documentElement.lang") == lang


def test_the_readers_own_dark_is_followed(page, address):
    page.emulate_media(color_scheme="dark")
    page.goto(f"{address}?{urlencode(SMALL)}")
    page.wait_for_selector("html[data-ready]")
    page.wait_for_function(DONE, arg=1)
    page.wait_for_timeout(200)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 21, 28)"
    dark = page.evaluate(PIXELS)
    page.emulate_media(color_scheme="light")
    page.wait_for_function(DONE, arg=2)
    _await_other_pixels(page, dark)


def test_under_its_own_policy_the_page_draws_and_answers(browser, page, address):
    """On a page of its own: the fixture's lifts the policy, which the driver's own waiting needs."""
    page.goto(address)
    context, complaints = browser.new_context(viewport={"width": 1280, "height": 720}), []
    strict = context.new_page()
    strict.on("pageerror", lambda error: complaints.append(str(error)))
    strict.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    for path in ("", "compare", "race"):
        strict.goto(f"{address}{path}?{urlencode(SMALL)}")
        strict.wait_for_selector('html[data-done="1"]' if path != "race" else "html[data-ready]", timeout=20_000)
        assert strict.locator("canvas").count() >= 2
    assert complaints == []
    context.close()


def test_a_preset_sets_the_form_and_says_what_to_see(explorer):
    page = explorer()
    page.select_option("#preset", label=text("page.preset.break"))
    _await_move(page)
    assert (_setting(page)["init"], _setting(page)["activation"], _setting(page)["depth"]) == ("normal", "relu", "20")
    assert page.locator("#preset-said").inner_text() == text("page.preset.break.said")


def test_a_function_of_ones_own_is_typed_drawn_and_in_the_command(explorer):
    page = explorer()
    assert not page.locator("#expression").is_visible()
    page.select_option("#activation", "own")
    _await_move(page)
    page.fill("#expression", "max(z, 0.2*z)")
    page.press("#expression", "Tab")
    _await_move(page)
    assert "expr:max(z, 0.2*z)" in page.locator("#command").inner_text()
    assert page.locator(".pad polyline").get_attribute("points").count(",") > 17, "the pad shows what is typed"
    for wrong, said in (("os.system(z)", "os.system"), ("9**9**9**9", "too large"), ("z +", "cannot be read")):
        page.fill("#expression", wrong)
        page.press("#expression", "Tab")
        page.wait_for_function(
            "said => document.getElementById('expression-wrong').textContent.includes(said)", arg=said
        )
        assert "Error" not in page.locator("body").inner_text()
        assert page.get_attribute("#expression", "aria-invalid") == "true"
        page.wait_for_function("getComputedStyle(document.getElementById('command')).opacity < 0.5")
        assert float(page.evaluate("getComputedStyle(document.getElementById('charts')).opacity")) < 0.5
        assert page.evaluate("document.getElementById('status').textContent") == ""
        page.moves += 1
    page.fill("#expression", "z")
    page.press("#expression", "Tab")
    _await_move(page)
    assert page.locator("#expression-wrong").inner_text() == ""
    page.wait_for_function("getComputedStyle(document.getElementById('charts')).opacity === '1'")


def test_a_function_is_drawn_by_hand_and_a_link_restores_it(explorer):
    page = explorer()
    page.select_option("#activation", "own")
    _await_move(page)
    pad = page.locator(".pad").bounding_box()
    across, up = [lambda share, start=pad[key], long=pad[size]: start + share * long
                  for key, size in (("x", "width"), ("y", "height"))]  # fmt: skip
    page.mouse.move(across(0.02), up(0.5))
    page.mouse.down()
    page.mouse.move(across(0.5), up(0.5), steps=8)
    page.mouse.move(across(0.98), up(0.02), steps=8)
    page.mouse.up()
    _await_move(page)
    drawn = page.input_value("#expression")
    heights = [float(each) for each in drawn.removeprefix("line(").removesuffix(")").split(",")]
    np.testing.assert_allclose(heights, np.maximum(np.linspace(-4, 4, 17), 0), atol=0.3)
    # A stroke is many moves, of which the last one counts.
    page.wait_for_function(
        "drawn => document.getElementById('command').textContent.includes(drawn)", arg=f"expr:{drawn}"
    )
    assert page.locator("#notes").inner_text() == ""
    again = explorer(activation="own", expression=drawn)
    assert again.locator(".pad polyline").get_attribute("points").count(",") == 17


def test_what_is_explored_stands_side_by_side_with_another_with_their_verdicts(explorer):
    page = explorer(depth=12, width=40, init="xavier_normal", activation="relu")
    page.click("#compare")
    page.wait_for_selector("body.compare")
    page.wait_for_function(DONE, arg=1)
    lanes = page.locator("p.lane").all_inner_texts()
    assert page.locator("#a_init").input_value() == "xavier_normal"
    assert page.locator("#depth").input_value() == "12"
    assert [lane.startswith(f"{name} {text('verdict.healthy')}") for name, lane in zip("AB", lanes, strict=True)] == [
        False,
        True,
    ]
    assert all(f"{name}.nc" in page.locator("#command").inner_text() for name in "ab")
