/* Puts the map together. The page gives the settings and, in a file, the data; folium's script calls `start`. */

import { Features, labelOf } from "maps/features";
import { drawGates, drawGround, Graticule, makePanes } from "maps/ground";
import { FeatureLayer } from "maps/layer";
import { Measure } from "maps/measure";
import { followView, updateCounts } from "maps/panel";
import { Search } from "maps/search";

const read = (id) => JSON.parse(document.getElementById(id).textContent);

/** Data that the page brings along, or that its address gives. */
async function get(embedded, address) {
  if (!address) return read(embedded);
  const reply = await fetch(address, { credentials: "same-origin" });
  if (!reply.ok) throw new Error(`${reply.status} ${address}`);
  return reply.json();
}

export async function start({ map, control, layers }) {
  const config = read("map-config");
  const { texts } = config;
  const panel = document.querySelector("[data-map-panel]");
  const status = document.querySelector("[data-map-status]");
  map.getContainer().setAttribute("aria-label", texts.map);
  map.getContainer().setAttribute("role", "region");
  map.attributionControl.setPrefix(false).addAttribution(config.credit);
  makePanes(map);
  const [west, south, east, north] = config.extent ?? [-180, -60, 180, 75];
  map.fitBounds([[south, west], [north, east]], { animate: false, padding: [10, 10] });
  new Graticule().addTo(map);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  L.control.zoom({ position: "topleft", zoomInTitle: texts.zoom_in, zoomOutTitle: texts.zoom_out }).addTo(map);
  try {
    const under = get("map-ground", config.ground_url).then((ground) => drawGround(map, ground));
    const features = new Features(await get("map-data", config.data_url), config);
    const layer = new FeatureLayer(features, config);
    const bounds = features.bounds();
    const close = (config.selected || !config.extent) && bounds.isValid();
    if (close) map.fitBounds(bounds, { animate: false, padding: [40, 40], maxZoom: 13 });
    if (panel) layer.on("drawn", afterPaint(followView(panel, features, layer, config)));
    layer.addTo(map);
    performance.mark("map-drawn");
    document.documentElement.dataset.mapDrawn = String(features.all.length);
    status.hidden = true;
    if (panel) updateCounts(panel, features, config);
    obeySwitches(map, control, layers, features, layer, panel, config);
    if (!config.embed) addTools(map, features, layer, config);
    await under;
    config.gates = await get("map-gates", config.gates_url);
    drawGates(map, config.gates, features, (gate) => labelOf(gate, config));
    const asked = features.find(decodeURIComponent(location.hash.slice(1)) || config.selected);
    if (asked >= 0 && !config.embed) layer.select(asked, { focus: false });
    document.documentElement.dataset.mapReady = "true";
  } catch (error) {
    status.textContent = texts.failed;
    status.hidden = false;
    throw error;
  }
}

/** The same, but once the picture stands, and once for many calls. */
function afterPaint(act) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => setTimeout(() => {
      waiting = false;
      act();
    }));
  };
}

function addTools(map, features, layer, config) {
  const measure = new Measure(config).addTo(map);
  layer.onPress = (place) => measure.add(place);
  const search = new Search(features, layer, config).addTo(map);
  const corner = search.getContainer().parentElement;
  corner.prepend(search.getContainer());
}

/** The layer control's switches; one for what no feature has is taken out. */
function obeySwitches(map, control, layers, features, layer, panel, config) {
  const opener = control?.getContainer().querySelector(".leaflet-control-layers-toggle");
  opener?.setAttribute("title", config.texts.layers);
  opener?.setAttribute("aria-label", config.texts.layers);
  for (const { group, field, value } of layers) {
    const some = features.all.some(({ properties }) => (properties[field] ?? null) === value);
    if (!some) control?.removeLayer(group);
  }
  const obey = () => {
    features.limit(layers.filter(({ group }) => !map.hasLayer(group)));
    layer.redraw();
    if (panel) updateCounts(panel, features, config);
  };
  map.on("overlayadd overlayremove", obey);
}
