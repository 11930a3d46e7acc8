/* Distances between places pressed on the map: geodesic, on the ellipsoid of WGS 84. */

import { element, formatLength } from "maps/popup";
import { fill } from "maps/symbols";

const A = 6_378_137;
const F = 1 / 298.257223563;

/** Metres between two places by Lambert's formula for long lines, good to some metres in a thousand km. */
export function distance(from, to) {
  const rad = Math.PI / 180;
  const [b1, b2] = [from.lat, to.lat].map((lat) => Math.atan((1 - F) * Math.tan(lat * rad)));
  const half = Math.sin((b2 - b1) / 2) ** 2 + Math.cos(b1) * Math.cos(b2) * Math.sin(((to.lng - from.lng) * rad) / 2) ** 2;
  const arc = 2 * Math.asin(Math.sqrt(half));
  if (arc === 0) return 0;
  const [p, q] = [(b1 + b2) / 2, (b2 - b1) / 2];
  const x = (arc - Math.sin(arc)) * ((Math.sin(p) * Math.cos(q)) / Math.cos(arc / 2)) ** 2;
  const y = (arc + Math.sin(arc)) * ((Math.cos(p) * Math.sin(q)) / Math.sin(arc / 2)) ** 2;
  return A * (arc - (F / 2) * (x + y));
}

export const Measure = L.Control.extend({
  options: { position: "topleft" },

  initialize(config) {
    this._config = config;
    this._places = [];
  },

  onAdd(map) {
    this._map = map;
    const { texts } = this._config;
    const ruler = '<svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round" aria-hidden="true"><path d="M3 16.5L16.5 3l4.5 4.5L7.5 21zM7 12.5l2.5 2.5M10 9.5l1.5 1.5M13 6.5l2.5 2.5"/></svg>';
    this._button = element("button", { type: "button", class: "map-button", title: texts.measure, "aria-label": texts.measure, "aria-pressed": "false" });
    this._button.innerHTML = ruler;
    this._result = element("output", { class: "measure-result", hidden: "" });
    this._clear = element("button", { type: "button", class: "measure-clear" }, texts.clear);
    const container = element("div", { class: "leaflet-control leaflet-bar leaflet-control-measure" }, this._button, this._result);
    L.DomEvent.disableClickPropagation(container);
    this._button.addEventListener("click", () => (this.isOn() ? this.end() : this.begin()));
    this._clear.addEventListener("click", () => this.begin());
    this._course = L.polyline([], { color: "#a83f00", weight: 3, interactive: false });
    this._dots = L.layerGroup();
    map.on("click", ({ latlng }) => this.add(latlng));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.isOn()) this.end();
    });
    return container;
  },

  isOn() {
    return this._button.getAttribute("aria-pressed") === "true";
  },

  begin() {
    this._places = [];
    this._button.setAttribute("aria-pressed", "true");
    this._map.getContainer().classList.add("map-measuring");
    this._course.addTo(this._map);
    this._dots.addTo(this._map);
    this._show();
  },

  end() {
    this._button.setAttribute("aria-pressed", "false");
    this._map.getContainer().classList.remove("map-measuring");
    this._result.hidden = true;
    this._course.remove();
    this._dots.remove();
    this._button.focus();
  },

  /** Take a place into the measured course; says whether it was wanted. */
  add(place) {
    if (!this.isOn()) return false;
    this._places.push(place);
    this._show();
    return true;
  },

  _show() {
    const { texts, language } = this._config;
    this._course.setLatLngs(this._places);
    this._dots.clearLayers();
    for (const place of this._places) {
      this._dots.addLayer(L.circleMarker(place, { radius: 4, color: "#a83f00", fillColor: "#fff", fillOpacity: 1, weight: 2, interactive: false }));
    }
    const metres = this._places.slice(1).reduce((sum, place, i) => sum + distance(this._places[i], place), 0);
    this._result.hidden = false;
    const said = this._places.length < 2 ? texts.measure_hint : fill(texts.measured, { length: formatLength(metres, language) });
    this._result.replaceChildren(said, ...(this._places.length ? [this._clear] : []));
  },
});
