// What the page can do beyond being read. Every figure and table is complete without it; all numbers come as text.
"use strict";
const data = JSON.parse(document.getElementById("decay-data").textContent);

const element = (name, className, text) => {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};

const drawn = (name, attributes) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
};

const boxOf = (panel) => document.getElementById(`panel-${panel.id}`);
// A key has drawings, too.
const drawingOf = (box) => box.querySelector(":scope > svg");

// A link to what is folded unfolds it.
const unfold = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const folded = target && (target.querySelector(":scope > details") || target.closest("details"));
  if (folded) folded.open = true;
};
addEventListener("hashchange", unfold);
unfold();

// On paper nothing can be unfolded; afterwards all is as it was.
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details:not([open])")];
  for (const details of closed) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of closed) details.open = false;
  closed = [];
});
