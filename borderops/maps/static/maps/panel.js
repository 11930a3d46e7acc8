/* Beside the map: how many of each state are shown, and the features in view as a list for every hand. */

import { drawn, element, pageOf } from "maps/popup";
import { fill, stateSvg } from "maps/symbols";

const LISTED = 60;

export function updateCounts(panel, features, { language }) {
  const number = new Intl.NumberFormat(language === "en" ? "en-GB" : language);
  const counts = features.counts();
  features.config.states.forEach(({ state }, place) => {
    const cell = panel.querySelector(`[data-count="${state}"]`);
    if (cell) cell.textContent = number.format(counts[place]);
  });
}

/** Keep the list in step with the view, but never while somebody is at it: rows must not change under a hand. */
export function followView(panel, features, layer, config) {
  const list = panel.querySelector("[data-list]");
  const isInUse = () => list.matches(":hover, :focus-within");
  const update = () => updateList(panel, list, features, layer, config);
  for (const leaving of ["mouseleave", "focusout"]) {
    list.addEventListener(leaving, () => setTimeout(() => isInUse() || update()));
  }
  return () => isInUse() || update();
}

/** List what is in view, the worst first and then along the line. */
function updateList(panel, list, features, layer, config) {
  const inView = layer.inView();
  const byState = config.states.map(() => []);
  for (const i of inView) byState[features.state[i]].push(i);
  const shown = byState.flat().slice(0, LISTED);
  list.replaceChildren(...shown.map((i) => row(i, features, layer, config)));
  panel.querySelector("[data-shown]").textContent = inView.length ? fill(config.texts.shown, { n: inView.length }) : config.texts.none;
  const more = panel.querySelector("[data-more]");
  more.hidden = inView.length <= LISTED;
  more.textContent = fill(config.texts.more, { n: inView.length - LISTED });
}

function row(i, features, layer, config) {
  const { properties } = features.all[i];
  const look = features.look(i);
  const href = config.feature_url ? pageOf(properties, config) : `#${encodeURIComponent(properties.code)}`;
  const link = element("a", { href, target: config.embed ? "_top" : null },
    drawn(stateSvg(look, { size: 20, schematic: properties.schematic })),
    element("span", { class: "listed-name" }, features.label(i)),
    element("span", { class: "listed-state" }, look.text));
  link.addEventListener("focus", () => layer.point(i, { pan: true }));
  link.addEventListener("blur", () => layer.point(null));
  link.addEventListener("mouseenter", () => layer.point(i));
  link.addEventListener("mouseleave", () => layer.point(null));
  if (!config.feature_url) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      layer.select(i);
    });
  }
  return element("li", {}, link);
}
