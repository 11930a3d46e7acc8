/* Finding a feature by number or place: an entry field with a list, for pointer, thumb and keyboard. */

import { element, drawn } from "maps/popup";
import { readName, readQuery, rank } from "maps/words";
import { labelOf } from "maps/features";
import { fill, stateSvg } from "maps/symbols";

const SHOWN = 8;
const WAIT_MS = 250; // after the last key, before the register itself is asked

export const Search = L.Control.extend({
  options: { position: "topleft" },

  initialize(features, layer, config) {
    this._features = features;
    this._layer = layer;
    this._config = config;
    this._units = Object.entries(config.units).map(([id, names]) => ({ id, name: names[0], names: names.map(readName) }));
    this._items = [];
    this._at = -1;
  },

  onAdd(map) {
    this._map = map;
    const { texts } = this._config;
    this._input = element("input", {
      type: "search", id: "map-search", class: "map-search-input", role: "combobox", autocomplete: "off", spellcheck: "false",
      placeholder: texts.search, "aria-label": texts.search, "aria-expanded": "false", "aria-controls": "map-search-list", "aria-autocomplete": "list",
    });
    this._list = element("ul", { id: "map-search-list", class: "map-search-list", role: "listbox", "aria-label": texts.results, hidden: "" });
    this._nothing = element("p", { class: "map-search-nothing", role: "status", hidden: "" }, texts.nothing);
    const container = element("div", { class: "leaflet-control leaflet-control-search map-search", role: "search" }, this._input, this._list, this._nothing);
    L.DomEvent.disableClickPropagation(container);
    L.DomEvent.disableScrollPropagation(container);
    this._input.addEventListener("input", () => this._asked());
    this._input.addEventListener("keydown", (event) => this._key(event));
    this._input.addEventListener("focus", () => this._input.value && this._asked());
    container.addEventListener("focusout", (event) => {
      if (!container.contains(event.relatedTarget)) this._close();
    });
    return container;
  },

  _asked() {
    const text = this._input.value.trim();
    clearTimeout(this._waiting);
    if (!text) {
      this._close();
      return;
    }
    const own = this._own(text);
    this._show(own, text);
    if (this._config.search_url && own.length < SHOWN) {
      this._waiting = setTimeout(() => this._askRegister(text, own), WAIT_MS);
    }
  },

  /** What the map itself knows: units that have features here, and features. */
  _own(text) {
    const query = readQuery(text);
    const units = this._units.filter(({ names }) => names.some((name) => (rank(query, name) ?? 2) < 2)).flatMap(({ id, name }) => {
      const inside = this._inside(id);
      const count = this._features.all.filter(({ properties }, i) => this._features.active[i] && inside(properties)).length;
      if (!count) return [];
      return [{ text: fill(this._config.texts.in_unit, { place: name, n: count }), act: () => this._map.fitBounds(this._features.bounds(inside), { padding: [60, 60], maxZoom: 12 }) }];
    });
    const features = this._features.search(text, SHOWN).map(({ index }) => ({
      text: this._features.label(index), detail: this._placeOf(this._features.all[index]), look: this._features.look(index),
      code: this._features.all[index].properties.code, act: () => this._layer.select(index),
    }));
    const named = this._config.gates?.features.filter((gate) => gate.geometry && this._features.find(gate.properties.code) < 0
      && Object.values(gate.properties.names ?? {}).some((name) => rank(query, readName(name)) !== null)) ?? [];
    return [...units, ...features, ...named.map((gate) => this._other(gate))].slice(0, SHOWN);
  },

  _inside(id) {
    return (properties) => [properties.province, properties.lao_district, properties.commune, properties.district].includes(id);
  },

  _placeOf({ properties }) {
    return [properties.commune, properties.province].map((id) => this._config.units[id]?.[0]).filter(Boolean).join(", ");
  },

  /** A feature that the map does not show. */
  _other(feature) {
    const [lon, lat] = feature.geometry.coordinates;
    return {
      text: labelOf(feature, this._config), detail: this._placeOf(feature), code: feature.properties.code,
      look: this._config.all_states.find(({ state }) => state === feature.properties.state),
      act: () => {
        this._map.setView([lat, lon], Math.max(this._map.getZoom(), 11), { animate: false });
        this._layer.tell(feature);
      },
    };
  },

  /** The register knows more features than this map shows, and more ways to write them. */
  async _askRegister(text, own) {
    const address = new URL(this._config.search_url, document.baseURI);
    address.searchParams.set("q", text);
    const reply = await fetch(address);
    if (this._input.value.trim() !== text) return;
    if (reply.status === 422 && !own.length) this._show([], text, true, (await reply.json()).detail);
    if (!reply.ok) return;
    const known = new Set(own.map(({ code }) => code));
    const more = (await reply.json()).features.filter(({ geometry, properties }) => geometry && !known.has(properties.code));
    this._show([...own, ...more.slice(0, SHOWN - own.length).map((feature) => this._other(feature))], text, true);
  },

  /** The list; where it is empty for good, `why`: what the register says of a number that is none. */
  _show(items, text, final = !this._config.search_url, why = this._config.texts.nothing) {
    this._items = items;
    this._at = -1;
    this._list.replaceChildren(...items.map((item, i) => {
      const row = element("li", { role: "option", id: `map-found-${i}`, "aria-selected": "false" });
      if (item.look) row.append(drawn(stateSvg(item.look, { size: 20 })));
      row.append(element("span", { class: "map-found" }, item.text));
      if (item.detail) row.append(element("small", {}, item.detail));
      row.addEventListener("mousedown", (event) => event.preventDefault());
      row.addEventListener("click", () => this._choose(i));
      return row;
    }));
    this._list.hidden = !items.length;
    this._nothing.textContent = why;
    this._nothing.hidden = items.length > 0 || !final;
    this._input.setAttribute("aria-expanded", String(items.length > 0));
    this._input.removeAttribute("aria-activedescendant");
  },

  _key(event) {
    L.DomEvent.stopPropagation(event);
    if (event.key === "Escape") this._close();
    if (event.key === "Enter" && this._items.length) {
      event.preventDefault();
      this._choose(Math.max(this._at, 0));
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !this._items.length) return;
    event.preventDefault();
    this._list.children[this._at]?.setAttribute("aria-selected", "false");
    this._at = (this._at + step + this._items.length) % this._items.length;
    this._list.children[this._at].setAttribute("aria-selected", "true");
    this._list.children[this._at].scrollIntoView({ block: "nearest" });
    this._input.setAttribute("aria-activedescendant", `map-found-${this._at}`);
  },

  _choose(i) {
    const item = this._items[i];
    this._close();
    this._input.value = item.text;
    item.act();
  },

  _close() {
    clearTimeout(this._waiting);
    this._items = [];
    this._list.hidden = true;
    this._nothing.hidden = true;
    this._input.setAttribute("aria-expanded", "false");
  },
});
