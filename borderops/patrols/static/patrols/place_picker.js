/* Puts places into a plan's form by a press on a map: where the sides meet, where a team sets out, where the line
   is crossed, camps. A press near a marker or a gate names it; elsewhere it gives degrees. Typing does the same. */

const NEAR_PIXELS = 24; // as wide as a finger
const DEGREES = /^\s*(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)(?:\s*[,;]?\s+(.+))?\s*$/;
const NAMES_FROM = 11; // zoom level: farther away the numbers would lie over each other

const box = document.querySelector("[data-place-picker]");
const config = JSON.parse(document.getElementById("picker-config").textContent);
const { texts } = config;
const form = box.closest("form");
const what = box.querySelector("select");
const status = box.querySelector("[role=status]");

async function get(address) {
  const reply = await fetch(address, { credentials: "same-origin" });
  if (!reply.ok) throw new Error(`${reply.status} ${address}`);
  return reply.json();
}

const nameOf = ({ number, names, code }) => number ?? names?.[config.language] ?? names?.vi ?? code;
const written = (degrees) => degrees.toFixed(5);

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

class Picker {
  constructor(map, features) {
    this.map = map;
    this.features = features
      .filter(({ geometry }) => geometry)
      .map(({ geometry, properties }) => ({
        name: nameOf(properties),
        names: [properties.number, properties.code, ...Object.values(properties.names ?? {})].filter(Boolean),
        gate: properties.kind === "gate",
        at: L.latLng(geometry.coordinates[1], geometry.coordinates[0]),
      }));
    this.chosen = L.layerGroup().addTo(map);
    this.drawFeatures();
    map.on("click", ({ latlng }) => this.choose(latlng));
    form.addEventListener("input", () => this.drawChosen());
    what.addEventListener("change", () => { status.textContent = ""; });
    this.drawChosen();
    this.look();
  }

  drawFeatures() {
    const names = L.layerGroup();
    for (const { at, name, gate } of this.features) {
      const look = { radius: gate ? 6 : 4, weight: 2, color: "#14242b", fillColor: gate ? "#ff7a1a" : "#ffffff", fillOpacity: 1 };
      L.circleMarker(at, { ...look, interactive: false }).addTo(this.map);
      const icon = L.divIcon({ className: "picker-name", html: element("span", "", name), iconSize: null });
      names.addLayer(L.marker(at, { icon, interactive: false, keyboard: false }));
    }
    const obey = () => (this.map.getZoom() >= NAMES_FROM ? names.addTo(this.map) : names.remove());
    this.map.on("zoomend", obey);
    obey();
  }

  /** What a person says of a place: the marker or gate under the finger, else degrees. */
  said(place) {
    const here = this.map.latLngToContainerPoint(place);
    const distances = this.features.map((one) => this.map.latLngToContainerPoint(one.at).distanceTo(here));
    const nearest = distances.indexOf(Math.min(...distances));
    if (nearest >= 0 && distances[nearest] <= NEAR_PIXELS) return { ...this.features[nearest], known: true };
    return { name: `${written(place.lat)}, ${written(place.lng)}`, at: place, known: false };
  }

  choose(place) {
    const target = form.elements[what.value];
    const said = this.said(place);
    if (what.value === "camps") {
      const rows = target.value.split("\n").filter((row) => row.trim());
      const name = said.known ? `${texts.camp} ${said.name}` : `${texts.camp} ${rows.length + 1}`;
      target.value = [...rows, `${written(said.at.lat)}, ${written(said.at.lng)} ${name}`].join("\n");
    } else {
      target.value = said.name;
    }
    status.textContent = `${what.selectedOptions[0].text}: ${said.name}`;
    this.drawChosen();
  }

  find(text) {
    const degrees = DEGREES.exec(text);
    if (degrees && Math.abs(degrees[1]) <= 90) return L.latLng(Number(degrees[1]), Number(degrees[2]));
    const asked = text.trim().toLowerCase();
    const bare = asked.replace(/^\D+\s/, "");
    return this.features.find(({ names }) => names.some((name) => [asked, bare].includes(name.toLowerCase())))?.at;
  }

  drawChosen() {
    this.chosen.clearLayers();
    for (const option of what.options) {
      const rows = form.elements[option.value].value.split("\n").filter((row) => row.trim());
      for (const row of rows) {
        const at = this.find(row);
        if (!at) continue;
        const sign = element("span", "picker-sign", option.dataset.sign);
        const icon = L.divIcon({ className: "picker-place", html: sign, iconSize: null });
        L.marker(at, { icon, interactive: false, keyboard: false, zIndexOffset: 1000 }).addTo(this.chosen);
      }
    }
  }

  /** The sections that are typed, with what stands in them. */
  look() {
    const ranges = [...form.elements.sections.value.matchAll(/(\d+)[^\d\n;,]*(?:\([^)]*\))?(?:\s*[–-]\s*(\d+))?/g)];
    const inside = this.features.filter(({ name }) => {
      const number = Number.parseInt(name, 10);
      return ranges.some(([, first, last]) => Number(first) <= number && number <= Number(last ?? first));
    });
    const places = inside.length ? inside : this.features;
    if (places.length) {
      this.map.fitBounds(L.latLngBounds(places.map(({ at }) => at)), { animate: false, padding: [30, 30], maxZoom: 13 });
    }
  }
}

async function start() {
  box.hidden = false;
  const map = L.map(box.querySelector("[data-picker-map]"), { zoomControl: false, zoomSnap: 0.5, minZoom: 6, maxZoom: 18 });
  map.getContainer().setAttribute("role", "region");
  map.getContainer().setAttribute("aria-label", texts.map);
  map.attributionControl.setPrefix(false).addAttribution(texts.credit);
  map.setView([19.4, 104.2], 8);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  L.control.zoom({ position: "topleft", zoomInTitle: texts.zoom_in, zoomOutTitle: texts.zoom_out }).addTo(map);
  try {
    const [ground, register] = await Promise.all([get(config.ground_url), get(config.features_url)]);
    for (const { geometry, properties } of ground.features) {
      if (!properties.line) continue;
      const course = L.GeoJSON.coordsToLatLngs(geometry.coordinates);
      L.polyline(course, { color: "#0f5663", weight: 10, opacity: 0.14, interactive: false }).addTo(map);
      L.polyline(course, { color: "#0a3239", weight: 1.75, dashArray: "13 5 1.5 5", interactive: false }).addTo(map);
    }
    const picker = new Picker(map, register.features);
    form.elements.sections.addEventListener("change", () => picker.look());
    box.dataset.ready = String(register.features.length);
  } catch (error) {
    status.textContent = texts.failed;
    throw error;
  }
}

start();
