// Downloads: a figure as it stands on the page, with its colours and fonts inside.
"use strict";

function standalone(svg) {
  const copy = svg.cloneNode(true);
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

async function download(button) {
  const svg = button.closest("figure").querySelector("svg");
  const name = `${button.closest("figure").id}.${button.dataset.format}`;
  const written = standalone(svg);
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
  canvas.toBlob((blob) => save(blob, name), "image/png");
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
