// The explorer: picks from what Python computed and hands it to Bokeh's charts. Nothing is computed here.
"use strict";

(async () => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const at = (id) => document.getElementById(id);
  const { views, words, looks } = read("explorer-data");
  const charts = read("explorer-charts");
  const drawn = {};
  const slots = ["a", "b"];
  const bytes = (packed) => Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0)).buffer;
  const singles = (packed) => new Float32Array(bytes(packed));
  const doubles = (packed) => new Float64Array(bytes(packed));

  function options(select, choices) {
    const before = select.value;
    select.replaceChildren(...choices.map(([value, name]) => new Option(name, value)));
    if (choices.some(([value]) => value === before)) select.value = before;
  }

  const view = () => views[at("view").value];

  function pairing(slot) {
    const [init, activation] = [at(`init-${slot}`).value, at(`activation-${slot}`).value];
    return view().pairings.find((each) => each.init[0] === init && each.activation[0] === activation);
  }

  function distinct(pairs) {
    return [...new Map(pairs).entries()];
  }

  function chooseActivations(slot) {
    const init = at(`init-${slot}`).value;
    const own = view().pairings.filter((each) => each.init[0] === init);
    options(at(`activation-${slot}`), distinct(own.map((each) => each.activation)));
  }

  function chooseView() {
    const { pairings, first } = view();
    slots.forEach((slot, position) => {
      options(at(`init-${slot}`), distinct(pairings.map((each) => each.init)));
      at(`init-${slot}`).value = first[position][0];
      chooseActivations(slot);
      at(`activation-${slot}`).value = first[position][1];
    });
    at("layer").max = pairings[0].layers.length;
    at("layer").value = Math.min(at("layer").value, at("layer").max);
    at("view-words").textContent = view().words;
  }

  // Powers of ten as on the figures, and multiples of them within a decade: Bokeh would write 1.000e-5.
  const raised = (exponent) => [...String(exponent)].map((each) => "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"["0123456789-".indexOf(each)]).join("");
  const plainly = (exponent) => exponent >= -3 && exponent <= 3;
  const powers = new Map();
  for (let exponent = -308; exponent <= 308; exponent++) {
    const power = 10 ** exponent;
    powers.set(power, plainly(exponent) ? String(Number(power.toPrecision(1))) : `10${raised(exponent)}`);
  }

  async function chart(name) {
    if (!drawn[name]) {
      drawn[name] = Bokeh.embed.embed_item(charts[name]).then((views_) => {
        const model = Bokeh.documents.at(-1).get_model_by_name(name);
        if (name.endsWith("-log")) model.left[0].major_label_overrides = powers;
        return model;
      });
    }
    return drawn[name];
  }

  function look() {
    const dark = looks.dark && matchMedia("(prefers-color-scheme: dark)").matches;
    return looks[dark ? "dark" : "light"];
  }

  // A pairing has the colour of its initializer, or run, in the figures below.
  function slotColours() {
    const { theme } = look();
    const of = Object.fromEntries(slots.map((slot) => [slot, pairing(slot).colour[theme]]));
    for (const slot of slots) document.documentElement.style.setProperty(`--slot-${slot}`, of[slot]);
    return of;
  }

  function paint(plot, slot) {
    const colours = look();
    const of = slotColours();
    plot.background_fill_color = colours.panel;
    for (const axis of [...plot.below, ...plot.left]) {
      axis.axis_label_text_color = axis.major_label_text_color = colours.text;
      axis.axis_line_color = axis.major_tick_line_color = colours.muted;
    }
    for (const grid of plot.center) {
      if (grid.type === "Grid") grid.grid_line_color = colours.grid;
    }
    for (const each of [...plot.center, ...plot.renderers]) {
      if (each.type === "Span") each.line_color = colours.muted;
      if (each.type !== "GlyphRenderer") continue;
      const own = each.name.split("-").at(-1);
      each.glyph.line_color = own === "theory" ? colours.text : of[own];
      if ("fill_color" in each.glyph) each.glyph.fill_color = of[own] ?? of[slot];
    }
  }

  const paintedAs = {};
  async function painted(name) {
    const [plot, colours] = [await chart(name), JSON.stringify([look().theme, slotColours()])];
    if (paintedAs[name] !== colours) paint(plot, slots.find((slot) => name === `histogram-${slot}`));
    paintedAs[name] = colours;
    return plot;
  }

  const decades = 4; // shown of a histogram's heights, the highest of which is 1
  const heights = [...Array(decades + 1).keys()].map((each) => [each / decades, powers.get(10 ** (each - decades))]);

  function fillHistogram(plot, chosen, position) {
    const edges = singles(chosen.edges);
    const number = edges.length - 1;
    const log = at("counts").checked;
    const height = (value) => (log ? Math.max(0, 1 + Math.log10(value) / decades) : value);
    const of = (packed) => singles(packed).slice(position * number, (position + 1) * number).map(height);
    const side = plot.left[0];
    side.ticker.ticks = log ? heights.map(([place]) => place) : [0, 0.5, 1];
    side.major_label_overrides = new Map(log ? heights : []);
    const source = (name) => plot.renderers.find((each) => each.name === name).data_source;
    const outline = at("theory").checked && chosen.outline ? of(chosen.outline) : [];
    source(plot.name.split("-").at(-1)).data = {
      left: edges.subarray(0, number), right: edges.subarray(1), top: of(chosen.histogram),
    };
    source("theory").data = outline.length
      ? { x: edges, y: Float32Array.from([...outline, outline.at(-1)]) } : { x: [], y: [] };
    const axis = plot.below[0];
    axis.ticker.ticks = chosen.ticks.map(([place]) => place);
    axis.major_label_overrides = new Map(chosen.ticks);
  }

  function fillLines(plot, statistic, chosen, position, log) {
    plot.center.concat(plot.renderers).find((each) => each.name === "layer").location = view().pairings[0].layers[position];
    for (const slot of slots) {
      const line = chosen[slot] && chosen[slot].lines[statistic];
      const layer = line ? chosen[slot].layers : [];
      // A logarithmic axis has no place for zero: it stays a gap, and the words under the charts say 0.
      const column = (name) => (line && line[name] ? [...doubles(line[name])] : layer.map(() => NaN))
        .map((value) => (log && value <= 0 ? NaN : value));
      const data = { layer, middle: column("middle"), low: column("low"), high: column("high"), theory: column("theory") };
      const of = (name) => plot.renderers.filter((each) => each.name === name);
      of(`band-${slot}`)[0].data_source.data = data;
      of(slot).at(-1).data_source.data = { layer: layer.slice(position, position + 1), middle: data.middle.slice(position, position + 1) };
      of(`band-${slot}`)[0].visible = at("band").checked && Boolean(line);
      of(`theory-${slot}`)[0].visible = at("theory").checked && Boolean(line && line.theory);
      for (const each of of(slot)) each.visible = Boolean(line);
    }
    const layers = view().pairings[0].layers;
    [plot.x_range.start, plot.x_range.end] = [layers[0] - 0.5, layers.at(-1) + 0.5];
  }

  function tell(slot, chosen, position) {
    const name = chosen ? `${words[slot]}: ${chosen.init[1]} + ${chosen.activation[1]}` : "";
    at(`name-${slot}`).textContent = name;
    at(`words-${slot}`).textContent = chosen ? [chosen.words[position], at("theory").checked ? chosen.note : ""].filter(Boolean).join(" · ") : "";
  }

  async function show() {
    const position = at("layer").value - 1;
    const chosen = { a: pairing("a"), b: at("compare").checked ? pairing("b") : null };
    const axis = document.querySelector("input[name=axis]:checked").value;
    at("pairing-b").hidden = at("side-b").hidden = !chosen.b;
    const depth = view().pairings[0].layers.length;
    at("layer-words").textContent = words.layer_of.replace("{layer}", view().pairings[0].layers[position]).replace("{depth}", depth);
    at("layer").setAttribute("aria-valuetext", at("layer-words").textContent);
    for (const slot of slots) {
      tell(slot, chosen[slot], position);
      if (chosen[slot]) fillHistogram(await painted(`histogram-${slot}`), chosen[slot], position);
    }
    for (const statistic of words.statistics) {
      for (const other of ["log", "linear"]) at(`chart-${statistic}-${other}`).hidden = other !== axis;
      fillLines(await painted(`${statistic}-${axis}`), statistic, chosen, position, axis === "log");
    }
  }

  // One picture at a time: a move while one is made is followed by the newest alone.
  let running = false;
  let again = false;
  async function update() {
    again = true;
    if (running) return;
    running = true;
    while (again) {
      again = false;
      await show();
    }
    running = false;
  }

  let timer = null;
  function play() {
    const on = timer === null;
    if (!on) clearInterval(timer);
    timer = on ? setInterval(() => {
      const slider = at("layer");
      slider.value = slider.value === slider.max ? 1 : Number(slider.value) + 1;
      update();
    }, 600) : null;
    at("play").textContent = on ? words.pause : words.play;
    at("told").setAttribute("aria-live", on ? "off" : "polite");
  }

  options(at("view"), views.map((each, position) => [String(position), each.name]));
  at("view").closest("label").hidden = views.length < 2;
  chooseView();
  at("view").addEventListener("change", chooseView);
  for (const slot of slots) at(`init-${slot}`).addEventListener("change", () => chooseActivations(slot));
  at("controls").addEventListener("input", update);
  at("controls").addEventListener("submit", (event) => event.preventDefault());
  at("play").addEventListener("click", play);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => Object.keys(drawn).forEach(painted));
  at("explorer").hidden = false;
  Bokeh.set_log_level("error"); // an axis without a number to show is no news
  await document.fonts.load("14px 'Noto Sans KR'", "층");
  await update();
  at("explorer").dataset.ready = Math.round(performance.now());
})();
