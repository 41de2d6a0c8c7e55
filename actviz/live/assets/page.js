"use strict";
// The form is the page's only state: every change goes to the server as a URL's query, which it bounds, and what comes
// back is put in as text, never as markup.
// Bokeh's own way in, a callback in the document, would be a string that the page has to evaluate; so it is asked.
const begin = () => {
  const made = window.Bokeh?.documents[0];
  if (!made?.is_idle) return setTimeout(begin, 10);
  made.on_event("connection_lost", lost);
  live(made.get_model_by_name("moves"), made.get_model_by_name("words"));
};
const live = (moves, words) => {
  const form = document.getElementById("setting");
  const status = document.getElementById("status");
  const typed = [...form.querySelectorAll("input[type=text]")];
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  let number = 0, shown = 0, said = 0, explained = 0, timer = 0, dimmed = 0;

  const query = () => {
    const pairs = [...form.elements].filter((each) => each.name).map((each) =>
      [each.name, each.type === "checkbox" ? Number(each.checked) : each.value]);
    return new URLSearchParams(pairs).toString();
  };
  const isDark = () => {
    const theme = document.documentElement.dataset.theme;
    return theme === "dark" || (theme === "auto" && dark.matches);
  };
  const say = (key) => { status.textContent = key ? status.dataset[key] : ""; };

  const post = (action) => {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    moves.data = {number: [number], query: [query()], dark: [isDark()], rem: [rem], action: [action]};
  };
  const send = (action) => {
    number += 1;
    const asked = number;
    post(action);
    for (const output of form.querySelectorAll("output")) output.value = form.elements[output.htmlFor.value].value;
    link();
    stale();
    clearTimeout(timer);
    if (action === "move") timer = setTimeout(() => { if (shown < asked) say("computing"); }, 300);
  };
  // Not while a slider moves: browsers allow a page some hundred changes of its address in half a minute.
  const settle = () => { if (location.search !== `?${query()}`) history.replaceState(null, "", `?${query()}`); };
  const link = () => {
    for (const a of document.querySelectorAll("a[data-figure]")) {
      const theme = isDark() ? "dark" : "light";
      const figure = document.getElementById("figure").value;
      a.href = `figure.${a.dataset.figure}?${query()}&figure=${encodeURIComponent(figure)}&theme=${theme}`;
    }
    // What is explored is A of the page beside it.
    const own = ["init", "activation", "expression", "scale", "norm", "residual", "shrunk"];
    const pair = [...new URLSearchParams(query())].map(([name, value]) => [own.includes(name) ? `a_${name}` : name, value]);
    if (preset && typed.length === 1) document.getElementById("compare").href = `./compare?${new URLSearchParams(pair)}`;
    const lang = document.getElementById("lang");
    const other = new URLSearchParams(query());
    other.set("lang", lang.hreflang);
    lang.href = `?${other}`;
  };
  // What is said of a setting that is not the form's any more is dimmed, until what is said of that one is there.
  const stale = () => {
    clearTimeout(dimmed);
    const root = document.documentElement.dataset;
    const old = () => ({stale: said < number, untold: explained < number});
    for (const [what, is] of Object.entries(old())) if (!is) root[what] = false;
    if (said < number || explained < number) dimmed = setTimeout(() => Object.assign(root, old()), 150); // not at once
  };
  // A missing number comes as null; whole charts change at once, and nothing of it goes back to the server.
  const column = (values) => values.map((each) => Array.isArray(each) ? column(each) : each ?? NaN);
  const draw = (changes) => {
    for (const [name, values] of Object.entries(changes)) {
      if (values.data)
        values.data = Object.fromEntries(Object.entries(values.data).map(([key, each]) => [key, column(each)]));
      if (values.major_label_overrides) values.major_label_overrides = new Map(values.major_label_overrides);
      words.document.get_model_by_name(name).setv(values, {sync: false});
    }
  };
  // A command breaks before an option, not after its dash.
  const options = (command) => command.split(/ (?=-|&& )/).flatMap((part, at) => {
    const word = document.createElement("span");
    word.textContent = part;
    return at ? [" ", word] : [word];
  });
  const show = () => {
    draw(JSON.parse(words.data.drawn[0]));
    const told = JSON.parse(words.data.said[0]);
    for (const target of document.querySelectorAll("[data-words]")) {
      const value = told[target.dataset.words];
      if (value === undefined) continue;
      if (target.id === "command") {
        if (target.textContent !== value) target.replaceChildren(...options(value));
      } else if (Array.isArray(value)) {
        target.replaceChildren(...value.map((line) => {
          const item = document.createElement("li");
          item.textContent = line;
          return item;
        }));
      } else if (target.textContent !== value) target.textContent = value;
    }
    // What failed is said beside its field; the picture, which is not of it, stays dimmed.
    const failed = number > 0 && (told.failed || 0) >= number;
    document.documentElement.dataset.failed = failed;
    for (const each of typed) {
      const wrong = (failed && told.wrong?.[each.name]) || "";
      each.setAttribute("aria-invalid", Boolean(wrong));
      document.getElementById(`${each.name}-wrong`).textContent = wrong;
      each.dispatchEvent(new CustomEvent("curve", {detail: told.curves?.[each.name]}));
    }
    if (failed) clearTimeout(timer);
    for (const [name, {sign, ground, strength, ink}] of Object.entries(told.marks || {}))
      for (const each of document.querySelectorAll(`[data-words="${name}"]`)) {
        Object.assign(each.dataset, {sign, ground});
        each.style.setProperty("--strength", strength);
        each.style.setProperty("--mixed", ink);
      }
    if ((told.number || 0) > shown) requestAnimationFrame(() => setTimeout(() => post("drawn")));
    shown = Math.max(shown, told.number || 0);
    if ((told.done ?? told.number) >= number) settle();
    if ((failed || shown >= number) && status.textContent === status.dataset.computing) say("");
    explained = Math.max(explained, told.done ?? told.number ?? 0);
    said = Math.max(explained, told.judged || 0); // the verdict, which theory follows
    stale();
    Object.assign(document.documentElement.dataset, {shown, done: told.done || 0});
  };
  const copy = async (what) => {
    const code = document.getElementById("command");
    try {
      await navigator.clipboard.writeText(
        what === "link" ? new URL(`?${query()}`, location.href).href : code.textContent);
      say("copied");
    } catch {
      if (what === "command") getSelection().selectAllChildren(code);
      say("notCopied");
    }
  };

  // A function that is drawn is the expression line(...) of its heights, of which the server knows no more than of any other.
  const sketch = (input) => {
    const pad = input.parentElement.querySelector(".pad");
    const [reach, most] = [Number(pad.dataset.reach), Number(pad.dataset.heights)];
    const places = (heights) => heights.map((each, at) => [-reach + 2 * reach * at / (heights.length - 1), each]);
    const read = () => (/^\s*line\(([-+\d.,\s]+)\)\s*$/.exec(input.value)?.[1] ?? "").split(",").filter(Boolean).map(Number);
    let curve = null; // heights of what is typed, as the server has them
    const show = () => {
      const drawn = read().length > 1 ? read() : curve ?? [];
      const points = places(drawn).filter(([, height]) => height !== null).map(([z, height]) => `${z},${-height}`);
      pad.querySelector("polyline").setAttribute("points", points.join(" "));
    };
    let last = null;
    const draw = (event) => {
      const {x, y} = new DOMPoint(event.clientX, event.clientY).matrixTransform(pad.getScreenCTM().inverse());
      const here = [x, Math.min(Math.max(-y, -reach), reach)];
      const [from, to] = [last ?? here, here].sort((one, other) => one[0] - other[0]);
      const half = reach / (most - 1); // the nearest height follows, too
      const step = curve ? (curve.length - 1) / (most - 1) : 1;
      const bounded = (height) => Math.round(10 * Math.min(Math.max(height ?? 0, -reach), reach)) / 10;
      const before = read().length === most ? read()
        : Array.from({length: most}, (_, at) => bounded(curve?.[at * step]));
      const heights = places(before).map(([z, height]) => {
        if (z < from[0] - half || z > to[0] + half) return height;
        const share = to[0] > from[0] ? Math.min(Math.max((z - from[0]) / (to[0] - from[0]), 0), 1) : 1;
        return Math.round(10 * (from[1] + share * (to[1] - from[1]))) / 10;
      });
      last = here;
      input.value = `line(${heights.join(",")})`;
      show();
      send("move");
    };
    pad.addEventListener("pointerdown", (event) => {
      pad.setPointerCapture(event.pointerId);
      last = null;
      draw(event);
    });
    pad.addEventListener("pointermove", (event) => { if (pad.hasPointerCapture(event.pointerId)) draw(event); });
    input.addEventListener("change", show);
    input.addEventListener("curve", (event) => {
      curve = event.detail ?? null;
      show();
    });
    show();
  };
  typed.forEach(sketch);

  // What is typed is half of something until it is done; what a preset sets is the form's like any other.
  const preset = document.getElementById("preset");
  const own = () => {
    for (const each of typed)
      each.closest(".control").hidden = form.elements[each.name.replace("expression", "activation")].value !== "own";
  };
  form.addEventListener("input", (event) => {
    if (typed.includes(event.target) || event.target === preset) return;
    own();
    if (preset) preset.value = document.getElementById("preset-said").textContent = "";
    send("move");
  });
  for (const each of typed) each.addEventListener("change", () => send("move"));
  preset?.addEventListener("change", () => {
    for (const [name, value] of new URLSearchParams(preset.value)) {
      const control = form.elements[name];
      if (control?.type === "checkbox") control.checked = value === "1";
      else if (control && !typed.includes(control)) control.value = value;
    }
    document.getElementById("preset-said").textContent = preset.selectedOptions[0].dataset.said || "";
    own();
    if (preset.value) send("move");
  });
  own();
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const button of document.querySelectorAll("button[data-action]"))
    button.addEventListener("click", () => send(button.dataset.action));
  for (const button of document.querySelectorAll("button[data-copy]"))
    button.addEventListener("click", () => copy(button.dataset.copy));
  document.getElementById("figure")?.addEventListener("change", link);
  dark.addEventListener("change", () => send("move"));
  matchMedia("(min-width: 100rem)").addEventListener("change", () => send("move")); // the page's words change their size
  words.properties.data.change.connect(show);
  show();
  // A canvas does not wait for a font: the first picture is asked for when it is there.
  document.fonts.load('14px "Noto Sans KR"', "\uac00").finally(() => {
    send("move");
    document.documentElement.dataset.ready = "true";
  });
};
const lost = () => {
  const status = document.getElementById("status");
  status.textContent = status.dataset.lost;
};
begin();
