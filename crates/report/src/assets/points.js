
// Values of points: at the pointer, below a finger, and by the arrow keys on a figure that has the focus.
const tooltip = element("div", "tooltip");
tooltip.hidden = true;
document.body.append(tooltip);

// Hides what is shown.
let leave = () => {};

// Beside a position of the window, turned inwards at its right edge.
const place = (x, y) => {
  const width = tooltip.offsetWidth, room = document.documentElement.clientWidth;
  const left = x + 16 + width < room ? x + 16 : Math.max(4, x - 16 - width);
  tooltip.style.left = `${left + scrollX}px`;
  tooltip.style.top = `${y + scrollY + 14}px`;
};

const nearest = (points, [x, y], [width, height]) => {
  const far = ([px, py]) => ((px - x) / width) ** 2 + ((py - y) / height) ** 2;
  let best = 0;
  points.forEach((point, i) => { if (far(point) < far(points[best])) best = i; });
  return best;
};

// Points of a record: over common places, or each with a height of its own.
const recorded = (panel) => {
  const flat = panel.ys.length === 0;
  return {
    points: panel.xs.map((x, i) => [x, flat ? 0 : panel.ys[i]]),
    cell: flat ? [1, 1e9] : [1, 1],
    columns: 1,
    title: (i) => panel.titles[panel.of.length ? panel.of[i] : i],
    rows: () => stateOf(panel),
    mark: (i) => flat ? { d: `M${panel.xs[i]} ${panel.top}V${panel.bottom}` }
      : { d: `M${panel.xs[i] - 6} ${panel.ys[i]}a6 6 0 1 0 12 0a6 6 0 1 0 -12 0Z` },
    pick: panel.picks === null ? null : (i) => show(panel.picks, i),
  };
};

// Cells and dots with titles. The titles are shown below a finger and to the keyboard, too, so that the browser's own go.
const titled = (box, svg) => {
  const titles = [...svg.querySelectorAll(":scope > * > title")];
  const texts = titles.map((title) => title.textContent);
  const frames = titles.map((title) => title.parentNode.getBBox());
  titles.forEach((title) => title.remove());
  if (!frames.length) return null;
  const isMap = box.id === "panel-surface";
  const columns = frames.filter((frame) => Math.abs(frame.y - frames[0].y) < 1).length;
  const outline = ({ x, y, width, height }) => ({ d: `M${x} ${y}h${width}v${height}h${-width}Z` });
  if (isMap) {
    const here = drawn("path", { class: "here cell" });
    followers.push(() => {
      const chosen = data.sliders.every((slider, place) => slider.chosen === current[place]);
      const frame = chosen ? null : frames[current[1] * columns + current[0]];
      svg.append(here);
      here.setAttribute("d", frame ? outline(frame).d : "");
    });
    followers.at(-1)();
  }
  return {
    points: frames.map((frame) => [frame.x + frame.width / 2, frame.y + frame.height / 2]),
    cell: [frames[0].width, frames[0].height],
    columns,
    // The first row of a map lies at the bottom.
    upwards: isMap,
    title: (i) => texts[i],
    rows: () => [],
    mark: (i) => outline(frames[i]),
    pick: isMap ? (i) => { show(0, i % columns); show(1, Math.floor(i / columns)); } : null,
  };
};

const follow = (box, svg, shown) => {
  const guide = drawn("path", { class: "guide" });
  const probe = element("input", "probe");
  const last = shown.points.length - 1;
  Object.assign(probe, { type: "range", min: 0, max: last, value: 0, step: 1, autocomplete: "off" });
  probe.setAttribute("aria-label", `Values: ${box.querySelector("h3").textContent}`);
  box.append(probe);

  const say = (i) => {
    guide.setAttribute("d", shown.mark(i).d);
    svg.append(guide);
    const words = [shown.title(i)];
    tooltip.replaceChildren(element("b", "", words[0]));
    for (const row of shown.rows()) {
      const line = element("span");
      if (row.class) line.append(element("i", `sample ${row.class}`));
      line.append(row.name, element("em", "", row.text[i]));
      tooltip.append(line);
      words.push(`${row.name} ${row.text[i]}`);
    }
    tooltip.hidden = false;
    probe.value = i;
    probe.setAttribute("aria-valuetext", words.join(", "));
    leave = () => {
      tooltip.hidden = true;
      guide.remove();
    };
  };
  const index = (event) => {
    const frame = svg.getBoundingClientRect(), box = svg.viewBox.baseVal;
    const scale = box.width / frame.width;
    return nearest(shown.points, [(event.clientX - frame.left) * scale, (event.clientY - frame.top) * scale], shown.cell);
  };
  const point = (event) => {
    leave();
    say(index(event));
    place(event.clientX, event.clientY);
  };
  svg.addEventListener("pointermove", point);
  svg.addEventListener("pointerdown", point);
  // A finger that is lifted leaves what it has shown.
  svg.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") leave(); });
  if (shown.pick) {
    box.classList.add("picks");
    svg.addEventListener("click", (event) => shown.pick(index(event)));
  }

  const step = (i) => {
    leave();
    say(Math.max(0, Math.min(last, i)));
    const frame = svg.getBoundingClientRect(), scale = frame.width / svg.viewBox.baseVal.width;
    const [x, y] = shown.points[probe.value];
    place(frame.left + x * scale, frame.top + (shown.cell[1] > 1e8 ? 40 : y) * scale);
  };
  probe.addEventListener("input", () => step(Number(probe.value)));
  probe.addEventListener("focus", () => { if (probe.matches(":focus-visible")) step(Number(probe.value)); });
  probe.addEventListener("blur", () => leave());
  probe.addEventListener("keydown", (event) => {
    const rows = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === "Enter" && shown.pick) shown.pick(Number(probe.value));
    if (!rows) return;
    event.preventDefault();
    const next = Number(probe.value) + rows * shown.columns * (shown.upwards ? -1 : 1);
    if (next >= 0 && next <= last) step(next);
  });
};

const records = new Map(data.panels.map((panel) => [`panel-${panel.id}`, panel]));
for (const box of document.querySelectorAll(".panel")) {
  const svg = drawingOf(box), panel = records.get(box.id);
  const shown = panel ? recorded(panel) : titled(box, svg);
  if (shown) follow(box, svg, shown);
}
addEventListener("keydown", (event) => { if (event.key === "Escape") leave(); });
addEventListener("pointerdown", (event) => { if (!event.target.closest(".panel > svg")) leave(); });
