/* What lies under the features: the graticule, the border line, the names of the lands, the gates. */

import { element } from "maps/popup";

const STEPS = [7200, 3600, 1800, 900, 600, 300, 120, 60, 30, 15, 10, 5, 2, 1]; // seconds of arc
const LEAST_STEP = 120; // pixels between lines of the graticule
const GATE_NAMES_FROM = 10; // zoom level: farther away there is room for their signs only

/** The panes under the symbols, from the lowest up. */
export function makePanes(map) {
  for (const [name, level] of [["graticule", 300], ["names", 310], ["radii", 320], ["line", 330], ["gates", 340]]) {
    const pane = map.createPane(name);
    pane.style.zIndex = level;
    pane.style.pointerEvents = "none";
  }
}

export function drawGround(map, ground) {
  const renderer = L.canvas({ pane: "line", padding: 0.4 });
  const base = { renderer, interactive: false, smoothFactor: 1.2, lineJoin: "round" };
  for (const { geometry, properties } of ground.features) {
    if (properties.line) {
      const course = L.GeoJSON.coordsToLatLngs(geometry.coordinates);
      L.polyline(course, { ...base, color: "#0f5663", weight: 17, opacity: 0.1 }).addTo(map);
      L.polyline(course, { ...base, color: "#0f5663", weight: 8, opacity: 0.16 }).addTo(map);
      L.polyline(course, { ...base, color: "#ffffff", weight: 4, opacity: 0.9 }).addTo(map);
      L.polyline(course, { ...base, color: "#0a3239", weight: 2.25, dashArray: "13 5 1.5 5", lineCap: "butt" }).addTo(map);
    } else {
      const [lon, lat] = geometry.coordinates;
      const name = element("span", {}, properties.name);
      const icon = L.divIcon({ className: `land-name land-name-${properties.side.toLowerCase()}`, html: name, iconSize: null });
      L.marker([lat, lon], { icon, pane: "names", interactive: false, keyboard: false }).addTo(map);
    }
  }
}

/** A thin net of meridians and parallels, named at the edges: the only measure that a map without ground has. */
export const Graticule = L.Layer.extend({
  initialize() {
    this._lines = L.layerGroup();
  },

  onAdd(map) {
    this._renderer = L.canvas({ pane: "graticule", padding: 0.1 });
    this._lines.addTo(map);
    map.on("moveend resize", this._draw, this);
    this._draw();
  },

  onRemove(map) {
    map.off("moveend resize", this._draw, this);
    this._lines.remove();
  },

  _draw() {
    const map = this._map;
    this._lines.clearLayers();
    const view = map.getBounds();
    const perDegree = map.getSize().x / (view.getEast() - view.getWest());
    const seconds = STEPS.findLast((step) => (step / 3600) * perDegree >= LEAST_STEP) ?? STEPS[0];
    const corner = map.containerPointToLatLng([0, map.getSize().y]);
    const steps = (from, to) => {
      const first = Math.ceil((from * 3600) / seconds);
      return Array.from({ length: Math.max(0, Math.floor((to * 3600) / seconds) - first + 1) }, (_step, i) => (first + i) * seconds);
    };
    for (const place of steps(view.getWest(), view.getEast())) {
      const lon = place / 3600;
      this._line([[view.getSouth() - 1, lon], [view.getNorth() + 1, lon]]);
      this._name([corner.lat, lon], place, "E", "graticule-name graticule-lon");
    }
    for (const place of steps(view.getSouth(), view.getNorth())) {
      const lat = place / 3600;
      this._line([[lat, view.getWest() - 1], [lat, view.getEast() + 1]]);
      this._name([lat, view.getEast()], place, "N", "graticule-name graticule-lat");
    }
  },

  _line(course) {
    this._lines.addLayer(L.polyline(course, {
      renderer: this._renderer, interactive: false, color: "#14242b", weight: 1, opacity: 0.13, noClip: true,
    }));
  },

  _name(place, seconds, letter, className) {
    const [degrees, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
    const text = `${degrees}°${minutes || rest ? `${String(minutes).padStart(2, "0")}′` : ""}${rest ? `${String(rest).padStart(2, "0")}″` : ""} ${letter}`;
    const icon = L.divIcon({ className, html: element("span", {}, text), iconSize: null });
    this._lines.addLayer(L.marker(place, { icon, pane: "graticule", interactive: false, keyboard: false }));
  },
});

/** Gates that the map is not about, drawn small: people find their way by them. */
export function drawGates(map, gates, features, name) {
  const obeyZoom = () => map.getContainer().classList.toggle("map-far", map.getZoom() < GATE_NAMES_FROM);
  map.on("zoomend", obeyZoom);
  obeyZoom();
  for (const gate of gates.features) {
    if (!gate.geometry || features.find(gate.properties.code) >= 0) continue;
    const [lon, lat] = gate.geometry.coordinates;
    const icon = L.divIcon({
      className: "gate-name",
      html: element("span", {}, name(gate)),
      iconSize: null,
    });
    L.marker([lat, lon], { icon, pane: "gates", interactive: false, keyboard: false }).addTo(map);
  }
}
