
// Tables that sort by any column; what scrolls sideways says so.
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

// The number that a cell starts with, as `−0.006`, `2.15×10⁻⁴`, `0.063 ± 0.012`, `12 %`, `∞`; null where there is none.
const numberIn = (text) => {
  const found = text.trim().replace(/−/g, "-").match(/^[<≤]?\s*(-?)(?:(∞)|(\d[\d\s]*(?:\.\d+)?(?:e[+-]?\d+)?))(?:(×10)?([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?/);
  if (!found) return null;
  const [, sign, endless, digits, times, raised] = found;
  let size = endless ? Infinity : Number(digits.replace(/\s/g, ""));
  if (raised) {
    const exponent = Number(raised.replace("⁻", "-").replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]/g, (d) => SUPERSCRIPTS.indexOf(d)));
    size = times ? size * 10 ** exponent : size ** exponent;
  }
  return sign ? -size : size;
};

const MISSING = new Set(["", "–", "-"]);

// Ascending or descending; what is missing is last either way.
const sorted = (rows, column, down) => {
  const texts = rows.map((row) => row.cells[column]?.textContent.trim() ?? "");
  const known = texts.filter((text) => !MISSING.has(text));
  const numbers = known.every((text) => numberIn(text) !== null);
  const order = texts.map((text, at) => at);
  const compare = (a, b) => {
    const missing = MISSING.has(texts[a]) - MISSING.has(texts[b]);
    if (missing || MISSING.has(texts[a])) return missing || a - b;
    const [x, y] = [numberIn(texts[a]), numberIn(texts[b])];
    const by = !numbers ? texts[a].localeCompare(texts[b], "en", { numeric: true }) : x === y ? 0 : x < y ? -1 : 1;
    return (down ? -by : by) || a - b;
  };
  return order.sort(compare).map((at) => rows[at]);
};

const sortable = (table) => {
  const body = table.tBodies[0], rows = [...body.rows];
  if (rows.length < 2) return;
  const heads = [...table.tHead.rows[0].cells].filter((head) => head.nodeName === "TH");
  for (const head of heads) {
    const button = element("button", "sort", head.textContent);
    button.type = "button";
    head.replaceChildren(button);
    head.setAttribute("aria-sort", "none");
    // Up, down, and as it was.
    button.addEventListener("click", () => {
      const next = { none: "ascending", ascending: "descending", descending: "none" }[head.getAttribute("aria-sort")];
      for (const other of heads) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", next);
      body.append(...(next === "none" ? rows : sorted(rows, head.cellIndex, next === "descending")));
    });
  }
};

// What does not scroll needs no stop of the tab key; what does says so above.
const sideways = (scroll, caption) => {
  const measure = () => {
    const over = scroll.scrollWidth > scroll.clientWidth + 1;
    if (scroll.matches(".scroll")) scroll.tabIndex = over ? 0 : -1;
    caption?.classList.toggle("sideways", over);
  };
  new ResizeObserver(measure).observe(scroll);
};

for (const table of document.querySelectorAll(".scroll > table")) sortable(table);
for (const scroll of document.querySelectorAll(".scroll")) sideways(scroll, scroll.previousElementSibling);
for (const panels of document.querySelectorAll(".panels.alone")) sideways(panels, panels.parentNode.querySelector("figcaption"));
