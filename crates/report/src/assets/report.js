// Moves the slider and shows values at the pointer. Every figure is complete without it.
(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("decay-data").textContent);
  const { sweep, panels } = data;
  const slider = document.getElementById("rate");
  let current = sweep ? sweep.chosen : 0;

  const element = (name, className, text) => {
    const node = document.createElement(name);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  };

  // Three significant digits, as the tables have them.
  const number = (value) => {
    if (value === null || value === undefined) return "–";
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-3 || size >= 1e5)) return value.toExponential(2).replace(/-/g, "−");
    return value.toPrecision(3).replace("-", "−");
  };

  const valueAt = (series, i) => {
    if (series.text) return series.text[i];
    const low = series.low[i], high = series.high[i];
    const band = low === undefined || low === null ? "" : ` (${number(low)} – ${number(high)})`;
    return number(series.mean[i]) + band;
  };

  const show = (index) => {
    current = Math.max(0, Math.min(sweep.rates.length - 1, index));
    for (const group of document.querySelectorAll("g.state")) {
      const on = Number(group.dataset.i) === current;
      group.classList.toggle("on", on);
      // The coloured state lies above the faint ones.
      if (on) group.parentNode.append(group);
    }
    const setting = document.getElementById("setting");
    setting.textContent = sweep.settings[current] + " ";
    if (current === sweep.chosen) setting.append(element("span", "tag", "chosen"), " ");
    if (current === sweep.best) setting.append(element("span", "tag", "lowest"));
    slider.value = current;
    slider.setAttribute("aria-valuetext", sweep.settings[current]);
  };

  if (sweep && slider) {
    // A single value leaves nothing to slide.
    slider.closest(".control").hidden = sweep.rates.length < 2;
    slider.addEventListener("input", () => show(Number(slider.value)));
    document.getElementById("to-chosen").addEventListener("click", () => show(sweep.chosen));
    document.getElementById("to-best").addEventListener("click", () => show(sweep.best));
    show(sweep.chosen);
  }

  // On paper nothing can be unfolded.
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });

  const tooltip = element("div", "tooltip");
  tooltip.hidden = true;
  document.body.append(tooltip);

  const nearest = (xs, x) =>
    xs.reduce((best, value, i) => (Math.abs(value - x) < Math.abs(xs[best] - x) ? i : best), 0);

  const fill = (panel, i) => {
    tooltip.replaceChildren(element("b", "", panel.titles[i]));
    const state = panel.states.length > 1 ? panel.states[current] : panel.states[0];
    for (const series of state || []) {
      const row = element("span");
      row.append(element("i", `sample ${series.class}`), series.name, element("em", "", valueAt(series, i)));
      tooltip.append(row);
    }
  };

  // Beside the pointer, turned inwards at the right edge of the window.
  const place = (event) => {
    const width = tooltip.offsetWidth;
    const right = event.clientX + 16 + width < document.documentElement.clientWidth;
    const left = right ? event.clientX + 16 : Math.max(4, event.clientX - 16 - width);
    tooltip.style.left = `${left + window.scrollX}px`;
    tooltip.style.top = `${event.clientY + window.scrollY + 14}px`;
  };

  for (const panel of panels) {
    const box = document.getElementById(`panel-${panel.id}`);
    // Its key has drawings, too.
    const svg = box.querySelector(":scope > svg");
    if (panel.xs.length === 0) continue;
    const guide = document.createElementNS("http://www.w3.org/2000/svg", "path");
    guide.setAttribute("class", "guide");
    const index = (event) => {
      const frame = svg.getBoundingClientRect();
      return nearest(panel.xs, ((event.clientX - frame.left) / frame.width) * svg.viewBox.baseVal.width);
    };
    const move = (event) => {
      const i = index(event);
      guide.setAttribute("d", `M${panel.xs[i]} ${panel.top}V${panel.bottom}`);
      svg.append(guide);
      fill(panel, i);
      tooltip.hidden = false;
      place(event);
    };
    const leave = () => {
      tooltip.hidden = true;
      guide.remove();
    };
    svg.addEventListener("pointermove", move);
    svg.addEventListener("pointerdown", move);
    svg.addEventListener("pointerleave", leave);
    if (panel.picks && sweep && slider) {
      box.classList.add("picks");
      svg.addEventListener("click", (event) => show(index(event)));
    }
  }
})();
