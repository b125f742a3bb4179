
// One slider for every swept option. Each moves the curves of its setting, the marks in figures over its values, the numbers
// in their keys, and the row of its table.
const current = data.sliders.map((slider) => slider.chosen);
// What else follows a slider.
const followers = [];

const stateOf = (panel) => panel.states[panel.states.length > 1 ? current[panel.by] : 0] || [];

// The coloured state lies above the faint ones.
const showState = (panel) => {
  for (const group of drawingOf(boxOf(panel)).querySelectorAll("g.state")) {
    const on = Number(group.dataset.i) === current[panel.by];
    group.classList.toggle("on", on);
    if (on) group.parentNode.append(group);
  }
};

// A handle at the setting, unless the line of the chosen one stands there already, and its values in the key.
const markSetting = (panel) => {
  const box = boxOf(panel), svg = drawingOf(box), place = current[panel.picks];
  for (const old of box.querySelectorAll(".here, .at")) old.remove();
  const x = panel.xs[place];
  if (x === undefined) return;
  if (place !== data.sliders[panel.picks].chosen || panel.states.length > 1) {
    const handle = `M${x} ${panel.top + 9}l-5.5 -9h11Z`;
    svg.append(drawn("path", { class: "here", d: `M${x} ${panel.top}V${panel.bottom}` }));
    svg.append(drawn("path", { class: "here handle", d: handle }));
  }
  for (const row of stateOf(panel)) {
    const entries = [...box.querySelectorAll(".key li")];
    const entry = entries.find((item) => item.textContent === row.name);
    if (entry) entry.append(element("b", "at", row.text[place]));
  }
};

const show = (place, index) => {
  const slider = data.sliders[place], input = document.getElementById(`slide-${place}`);
  current[place] = Math.max(0, Math.min(slider.settings.length - 1, index));
  const text = slider.settings[current[place]];
  const setting = document.getElementById(`setting-${place}`);
  setting.textContent = `${text} `;
  if (current[place] === slider.chosen) setting.append(element("span", "tag", "chosen"), " ");
  if (current[place] === slider.best) setting.append(element("span", "tag", slider.word));
  input.value = current[place];
  input.setAttribute("aria-valuetext", text);
  for (const panel of data.panels) {
    if (panel.states.length > 1 && panel.by === place) showState(panel);
    if (panel.picks !== null && (panel.picks === place || panel.by === place)) markSetting(panel);
  }
  for (const row of document.querySelectorAll(`tr[data-axis="${place}"]`)) {
    row.classList.toggle("here", Number(row.dataset.i) === current[place]);
  }
  for (const follow of followers) follow();
};

data.sliders.forEach((slider, place) => {
  const input = document.getElementById(`slide-${place}`), control = input.closest(".control");
  // A single value leaves nothing to slide.
  control.hidden = slider.settings.length < 2;
  input.addEventListener("input", () => show(place, Number(input.value)));
  for (const button of control.querySelectorAll("button")) {
    button.addEventListener("click", () => show(place, slider[button.dataset.to]));
  }
  show(place, slider.chosen);
});
