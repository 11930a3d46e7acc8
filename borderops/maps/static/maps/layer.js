/* Draws the features in view: symbols, fans, clusters, numbers, and the radius of what is schematic. */

import { element, popupOf } from "maps/popup";
import { clusterSvg, fan, fanSvg, fill, stateSvg } from "maps/symbols";

const FAN_AT_MOST = 8; // more than these at one place stay a cluster
const LABELS_AT_MOST = 70; // more numbers than these in view cannot be read
const RADII_AT_MOST = 60;
const LEAST_RADIUS = 20; // pixels: a smaller circle would hide behind its symbol
const FILLED_RADIUS = 150; // pixels: a larger circle would colour the whole view
const FAN_ROOM = 86; // pixels: a fan with a neighbour nearer than this would cover it
const SELECT_ZOOM = 11;

export const FeatureLayer = L.Layer.extend({
  initialize(features, config) {
    this._features = features;
    this._config = config;
    this._drawn = new Map();
    this._radii = L.layerGroup();
    this._selected = null;
  },

  onAdd(map) {
    this._map = map;
    this._radii.addTo(map);
    this._popup = L.popup({ maxWidth: 340, minWidth: 240, offset: [0, -8], autoPanPaddingTopLeft: [16, 68], autoPanPaddingBottomRight: [16, 16] });
    map.on("moveend", this.redraw, this);
    map.on("popupclose", this._unselect, this);
    map.on("popupopen popupclose", ({ type }) => map.getContainer().classList.toggle("map-telling", type === "popupopen"));
    this.redraw();
  },

  onRemove(map) {
    map.off("moveend", this.redraw, this);
    map.off("popupclose", this._unselect, this);
    this._drawn.forEach((marker) => marker.remove());
    this._drawn.clear();
    this._radii.remove();
  },

  /** The features whose symbols are in view, one by one or within clusters. */
  inView() {
    const view = this._map.getBounds();
    const { all, active } = this._features;
    const found = [];
    for (let i = 0; i < all.length; i += 1) {
      if (active[i] && view.contains(this._features.latLng(i))) found.push(i);
    }
    return found;
  },

  redraw() {
    const map = this._map;
    const zoom = map.getZoom();
    const scale = map.options.crs.scale(zoom);
    const view = map.getPixelBounds();
    const groups = this._features.groups(view, scale);
    for (const group of groups) group.isFan = this._isFan(group, groups, scale);
    const singles = groups.filter((group) => group.members.length === 1 || group.isFan);
    const labelled = singles.length <= LABELS_AT_MOST;
    const wanted = new Map();
    for (const group of groups) {
      if (group.members.length === 1) this._wantSymbol(wanted, group.members[0], [0, 0], labelled);
      else if (group.isFan) this._wantFan(wanted, group, labelled);
      else this._wantCluster(wanted, group, zoom, scale);
    }
    this._drawn.forEach((marker, key) => {
      if (wanted.has(key)) return;
      marker.remove();
      this._drawn.delete(key);
    });
    wanted.forEach((make, key) => {
      if (!this._drawn.has(key)) this._drawn.set(key, make().addTo(map));
    });
    this._drawRadii(singles, scale);
    this.fire("drawn");
  },

  /** Whether a group is drawn member by member: a few at one place, with room around it. */
  _isFan(group, groups, scale) {
    const { members: { length }, x, y } = group;
    return length > 1 && length <= FAN_AT_MOST && this._features.isOnePlace(group)
      && groups.every((other) => other === group || Math.hypot(other.x - x, other.y - y) * scale >= FAN_ROOM);
  },

  _wantSymbol(wanted, i, [dx, dy], labelled) {
    wanted.set(`${i}|${dx}|${dy}|${labelled}`, () => {
      const { properties } = this._features.all[i];
      const look = this._features.look(i);
      const label = this._features.label(i);
      const half = properties.schematic ? 18 : 13;
      const icon = L.divIcon({
        className: "feature-symbol",
        html: stateSvg(look, { size: properties.schematic ? 23 : 26, schematic: properties.schematic }),
        iconSize: [2 * half, 2 * half],
        iconAnchor: [half - dx, half - dy],
      });
      const marker = this._marker(this._features.latLng(i), icon, `${label}: ${look.text}`, () => this.select(i), 1000 - look.order);
      if (labelled) {
        marker.on("add", () => {
          const side = dx < 0 ? "feature-label feature-label-left" : "feature-label";
          marker.getElement().append(element("span", { class: side, "aria-hidden": "true" }, label));
        });
      }
      return marker;
    });
  },

  _wantFan(wanted, { members }, labelled) {
    const offsets = fan(members.length);
    const { size, svg } = fanSvg(offsets);
    wanted.set(`fan|${members[0]}|${members.length}`, () => L.marker(this._features.latLng(members[0]), {
      icon: L.divIcon({ className: "feature-fan", html: svg, iconSize: [size, size] }),
      interactive: false,
      keyboard: false,
      zIndexOffset: -500,
    }));
    members.forEach((i, place) => this._wantSymbol(wanted, i, offsets[place], labelled));
  },

  _wantCluster(wanted, { members, x, y }, zoom, scale) {
    wanted.set(`cluster|${zoom}|${members[0]}|${members.length}`, () => {
      const counts = new Array(this._config.states.length).fill(0);
      for (const i of members) counts[this._features.state[i]] += 1;
      const { size, svg } = clusterSvg(counts, this._config.states, members.length);
      const most = this._config.states[counts.indexOf(Math.max(...counts))];
      const place = this._map.unproject(L.point(x * scale, y * scale), zoom);
      const icon = L.divIcon({ className: "feature-cluster marker-cluster", html: svg, iconSize: [size, size] });
      const said = fill(this._config.texts.cluster, { n: members.length, state: most.text });
      return this._marker(place, icon, said, () => this._open(members), 2000);
    });
  },

  _marker(place, icon, said, act, zIndexOffset) {
    const marker = L.marker(place, { icon, title: said, riseOnHover: true, zIndexOffset });
    marker.on("add", () => marker.getElement().setAttribute("aria-label", said));
    marker.on("click", (event) => {
      L.DomEvent.stopPropagation(event);
      if (this.onPress?.(marker.getLatLng())) return;
      act();
    });
    marker.on("keypress", (event) => {
      if (event.originalEvent.key === "Enter") act();
    });
    return marker;
  },

  /** Come so close to a cluster that its members part. */
  _open(members) {
    const bounds = L.latLngBounds(members.map((i) => this._features.latLng(i)));
    const zoom = Math.max(this._map.getBoundsZoom(bounds, false, [60, 60]), this._map.getZoom() + 1);
    this._map.flyTo(bounds.getCenter(), Math.min(zoom, this._map.getMaxZoom()), { duration: 0.4 });
  },

  /** Go to a feature and tell of it. */
  select(i, { focus = true } = {}) {
    const place = this._features.latLng(i);
    this._selected = i;
    if (!this._isAlone(i)) this._map.setView(place, Math.max(this._map.getZoom(), SELECT_ZOOM), { animate: false });
    this.tell(this._features.all[i], { focus });
  },

  _isAlone(i) {
    return this._map.getBounds().contains(this._features.latLng(i))
      && [...this._drawn.keys()].some((key) => key.startsWith(`${i}|`));
  },

  /** Tell of a feature, be it one of the map's own or not. */
  tell(feature, { focus = true } = {}) {
    const [lon, lat] = feature.geometry.coordinates;
    const { x: width, y: height } = this._map.getSize();
    Object.assign(this._popup.options, { maxHeight: Math.max(180, height - 150), maxWidth: Math.min(340, width - 64) });
    this._popup.setLatLng([lat, lon]).setContent(popupOf(feature, this._config));
    this._popup.openOn(this._map);
    this._halo?.remove();
    if (feature.properties.schematic) {
      this._halo = L.circle([lat, lon], { ...RADIUS, radius: feature.properties.accuracy_m, weight: 2, fillOpacity: 0.12 });
      this._halo.addTo(this._map);
    }
    const close = this._popup.getElement().querySelector(".leaflet-popup-close-button");
    close.setAttribute("aria-label", this._config.texts.close);
    if (focus) close.focus({ preventScroll: true });
  },

  /** Show where a feature is, without telling of it: ring it and, with `pan`, bring it into view. */
  point(i, { pan = false } = {}) {
    this._ring?.remove();
    if (i === null) return;
    const place = this._features.latLng(i);
    if (pan && !this._map.getBounds().pad(-0.1).contains(place)) this._map.panTo(place, { animate: false });
    this._ring = L.circleMarker(place, { radius: 26, color: "#a83f00", weight: 3, fill: false, interactive: false }).addTo(this._map);
  },

  _unselect() {
    this._halo?.remove();
    this._selected = null;
  },

  /** A circle around each schematic position, where there are few and they are large enough to be seen. */
  _drawRadii(groups, scale) {
    this._radii.clearLayers();
    const told = new Set();
    for (const { members: [i] } of groups) {
      const { schematic, accuracy_m: radius } = this._features.all[i].properties;
      const place = this._features.latLng(i);
      const pixels = (radius * scale) / (40_075_017 * Math.cos((place.lat * Math.PI) / 180));
      if (!schematic || pixels < LEAST_RADIUS || told.size >= RADII_AT_MOST) continue;
      told.add(i);
      this._radii.addLayer(L.circle(place, { ...RADIUS, radius, fill: pixels < FILLED_RADIUS }));
    }
  },
});

const RADIUS = {
  color: "#a83f00", weight: 1, dashArray: "5 5", opacity: 0.75, fillColor: "#ff7a1a", fillOpacity: 0.04, interactive: false, pane: "radii",
};
