/* Draws a patrol's plan or the coverage of the line. Lines differ by dashes and places by signs, so that a print
   in black and white can be read; colours only help. Loaded alone: it uses nothing of the register's map. */

const WAYS = { VN: { color: "#0f5663", dash: null }, LA: { color: "#a83f00", dash: "10 6" } };
const BOTH = { under: { color: "#0f5663", weight: 8 }, over: { color: "#ffd9b8", weight: 3, dashArray: "10 6" } };
const LOOKS = {
  recent: { color: "#0a3239", weight: 7, dashArray: null },
  old: { color: "#0a3239", weight: 5, dashArray: "2 7" },
  never: { color: "#a4161a", weight: 3, dashArray: "12 8" },
};
const SIGNS = { visit: "", camp: "▲", meet: "★", cross: "⇄", start: "◉" };

const read = (id) => JSON.parse(document.getElementById(id).textContent);

async function get(address) {
  const reply = await fetch(address, { credentials: "same-origin" });
  if (!reply.ok) throw new Error(`${reply.status} ${address}`);
  return reply.json();
}

/** Texts are always put in as text, never as markup. */
function lines(...texts) {
  const box = document.createElement("div");
  for (const text of texts.filter(Boolean)) {
    const row = document.createElement("div");
    row.textContent = text;
    box.append(row);
  }
  return box;
}

export async function draw(map) {
  const config = read("map-config");
  const { texts } = config;
  const status = document.querySelector("[data-map-status]");
  map.getContainer().setAttribute("aria-label", texts.map);
  map.getContainer().setAttribute("role", "region");
  map.attributionControl.setPrefix(false).addAttribution(config.credit);
  const [west, south, east, north] = config.extent ?? [103, 18, 106, 20.5];
  map.fitBounds([[south, west], [north, east]], { animate: false, padding: [10, 10] });
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  L.control.zoom({ position: "topleft", zoomInTitle: texts.zoom_in, zoomOutTitle: texts.zoom_out }).addTo(map);
  try {
    const [ground, data] = await Promise.all([get(config.ground_url), get(config.data_url)]);
    drawLine(map, ground);
    const drawn = L.featureGroup(data.features.map((feature) => shape(feature, texts)).filter(Boolean)).addTo(map);
    const bounds = drawn.getBounds();
    if (config.fit && bounds.isValid()) map.fitBounds(bounds, { animate: false, padding: [40, 40], maxZoom: 14 });
    status.hidden = true;
    document.documentElement.dataset.mapReady = String(data.features.length);
  } catch (error) {
    status.textContent = texts.failed;
    throw error;
  }
}

function drawLine(map, ground) {
  for (const { geometry, properties } of ground.features) {
    if (!properties.line) continue;
    const course = L.GeoJSON.coordsToLatLngs(geometry.coordinates);
    L.polyline(course, { color: "#0f5663", weight: 10, opacity: 0.14, interactive: false }).addTo(map);
    L.polyline(course, { color: "#0a3239", weight: 1.75, dashArray: "13 5 1.5 5", interactive: false }).addTo(map);
  }
}

function shape({ geometry, properties }, texts) {
  if (geometry.type === "LineString") {
    const course = L.GeoJSON.coordsToLatLngs(geometry.coordinates);
    const words = lines(...lineWords(properties, texts));
    if (properties.what === "way" && properties.side === "BOTH") {
      return L.featureGroup([L.polyline(course, BOTH.under), L.polyline(course, BOTH.over)]).bindPopup(words);
    }
    return L.polyline(course, lineLook(properties)).bindPopup(words);
  }
  const [lon, lat] = geometry.coordinates;
  return place([lat, lon], properties, texts);
}

function lineLook(told) {
  if (told.what === "coverage") return { lineCap: "butt", ...LOOKS[told.look] };
  if (told.what === "section") return { color: "#14242b", weight: 9, opacity: 0.3, lineCap: "butt" };
  const way = WAYS[told.side] ?? WAYS.VN;
  return { color: way.color, weight: 4, dashArray: way.dash };
}

function lineWords(told, texts) {
  if (told.what === "coverage") return [texts.looks[told.look], told.last_on, `${told.km} km`, sides(told, texts)];
  if (told.what === "section") return [`${texts.section} ${told.name}`];
  return [`${texts.day.replace("%(n)s", told.day)} · ${told.team}`, texts.sides[told.side]];
}

const sides = (told, texts) => told.sides.map((side) => texts.sides[side]).join(", ");

function place(at, told, texts) {
  if (told.what === "seen") {
    const look = { radius: 4.5, weight: 2, color: "#14242b", fillColor: told.seen ? "#14242b" : "#ffffff", fillOpacity: 1 };
    return L.circleMarker(at, look).bindPopup(lines(told.name, texts.seen[String(told.seen)]));
  }
  const face = document.createElement("span");
  face.className = `place-sign place-${told.what}${told.day ? "" : " place-beside"}`;
  face.textContent = SIGNS[told.what] || (told.order ?? "");
  const name = document.createElement("span");
  name.className = "place-name";
  name.textContent = told.name;
  const box = document.createElement("span");
  box.append(face, name);
  const icon = L.divIcon({ className: `place place-side-${(told.side ?? "none").toLowerCase()}`, html: box, iconSize: null });
  const words = [
    told.name,
    [texts.kinds[told.what], told.day && texts.day.replace("%(n)s", told.day), told.at].filter(Boolean).join(" · "),
    told.state && texts.states[told.state],
    told.schematic && texts.schematic,
    told.note,
  ];
  return L.marker(at, { icon, title: told.name, alt: told.name, keyboard: true }).bindPopup(lines(...words));
}
