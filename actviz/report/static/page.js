// Downloads: a figure as it stands on the page, with its colours and fonts inside, its words and its recipe.
"use strict";

function standalone(svg, about) {
  const copy = svg.cloneNode(true);
  const record = document.createElementNS("http://www.w3.org/2000/svg", "metadata");
  record.setAttribute("class", "actviz");
  record.textContent = about.actviz;
  copy.append(record);
  const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
  style.textContent = document.getElementById("fonts").textContent;
  copy.prepend(style);
  const [, , width, height] = svg.getAttribute("viewBox").split(" ");
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  const known = getComputedStyle(svg);
  const written = new XMLSerializer().serializeToString(copy);
  return written.replace(/var\((--[\w-]+)\)/g, (_, name) => known.getPropertyValue(name).trim());
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// The CRC-32 of a PNG's chunks.
function checksum(bytes) {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ -1) >>> 0;
}

// A chunk of words in UTF-8: https://www.w3.org/TR/png-3/#11iTXt
function chunk(keyword, words) {
  const inside = new TextEncoder().encode(`iTXt${keyword}\0\0\0\0\0${words}`);
  const whole = new Uint8Array(inside.length + 8);
  new DataView(whole.buffer).setUint32(0, inside.length - 4);
  whole.set(inside, 4);
  new DataView(whole.buffer).setUint32(inside.length + 4, checksum(inside));
  return whole;
}

// Words go right behind the header, which is always as long.
async function withWords(png, about) {
  const bytes = new Uint8Array(await png.arrayBuffer());
  const chunks = Object.entries(about).map(([keyword, words]) => chunk(keyword, words));
  return new Blob([bytes.slice(0, 33), ...chunks, bytes.slice(33)], { type: "image/png" });
}

async function download(button) {
  const figure = button.closest("figure");
  const svg = figure.querySelector("svg");
  const name = `${figure.id}.${button.dataset.format}`;
  const about = JSON.parse(figure.querySelector("script.about").textContent);
  const written = standalone(svg, about);
  if (button.dataset.format === "svg") {
    save(new Blob([written], { type: "image/svg+xml" }), name);
    return;
  }
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(written)}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = 2 * picture.naturalWidth;
  canvas.height = 2 * picture.naturalHeight;
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  canvas.toBlob(async (blob) => save(await withWords(blob, about), name), "image/png");
}

for (const button of document.querySelectorAll(".downloads button")) {
  button.hidden = false;
  button.addEventListener("click", () => download(button));
}

// A figure out of sight is laid out when there is time: the page opens sooner, but the browser would print such a figure
// without its words.
const rest = [...document.querySelectorAll("figure")];
function layOut() {
  const figure = rest.shift();
  if (!figure) {
    document.documentElement.dataset.whole = "true";
    return;
  }
  figure.style.contentVisibility = "visible";
  (window.requestIdleCallback ?? setTimeout)(layOut);
}
addEventListener("load", layOut);

// A figure that is open: the arrow keys go to the next one, Escape goes back to the gallery.
addEventListener("keydown", (event) => {
  const figure = document.querySelector("figure:target");
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!figure || event.target.closest("input, select, summary")) return;
  if (event.key === "Escape") location.hash = `at-${figure.id}`;
  if (!step) return;
  const all = [...document.querySelectorAll(".gallery figure")];
  const next = all[all.indexOf(figure) + step];
  if (next) location.hash = next.id;
});
