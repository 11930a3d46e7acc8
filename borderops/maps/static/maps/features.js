/* The features of a map, held so that a hundred thousand of them can be gone through while one drags. */

import { readName, readQuery, rank } from "maps/words";

const CELL = 54; // pixels: what lies closer together is drawn as one
const NEAR = 42; // pixels: two drawn things are at least this far apart
const SAME = 1e-9; // share of the world's width, some centimetres: one place

const mercatorX = (lon) => lon / 360 + 0.5;
const mercatorY = (lat) => {
  const sine = Math.sin((lat * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
};

export class Features {
  /** `collection` is a GeoJSON FeatureCollection; what has no position is left out of the map. */
  constructor(collection, config) {
    this.config = config;
    this.all = collection.features.filter((feature) => feature.geometry);
    const count = this.all.length;
    this.x = new Float64Array(count);
    this.y = new Float64Array(count);
    this.state = new Uint8Array(count);
    this.active = new Uint8Array(count).fill(1);
    this._next = new Int32Array(count);
    const places = new Map(config.states.map((look, place) => [look.state, place]));
    this.all.forEach((feature, i) => {
      const [lon, lat] = feature.geometry.coordinates;
      this.x[i] = mercatorX(lon);
      this.y[i] = mercatorY(lat);
      this.state[i] = places.get(feature.properties.state) ?? config.states.length - 1;
    });
    this._names = null;
  }

  label(i) {
    return labelOf(this.all[i], this.config);
  }

  look(i) {
    return this.config.states[this.state[i]];
  }

  latLng(i) {
    const [lon, lat] = this.all[i].geometry.coordinates;
    return L.latLng(lat, lon);
  }

  find(code) {
    return this.all.findIndex(({ properties }) => properties.code === code || properties.number === code || properties.id === code);
  }

  /** Show only what every switch of the layer control lets through. */
  limit(off) {
    const fields = [...new Set(off.map(({ field }) => field))];
    const hidden = fields.map((field) => [field, new Set(off.filter((o) => o.field === field).map((o) => o.value))]);
    this.all.forEach(({ properties }, i) => {
      this.active[i] = hidden.some(([field, values]) => values.has(properties[field] ?? null)) ? 0 : 1;
    });
  }

  /** How many are shown of each state. */
  counts() {
    const counts = new Array(this.config.states.length).fill(0);
    for (let i = 0; i < this.x.length; i += 1) if (this.active[i]) counts[this.state[i]] += 1;
    return counts;
  }

  bounds(accept = () => true) {
    const bounds = L.latLngBounds([]);
    this.all.forEach(({ geometry: { coordinates: [lon, lat] }, properties }, i) => {
      if (this.active[i] && accept(properties)) bounds.extend([lat, lon]);
    });
    return bounds;
  }

  /**
   * What to draw in a view: groups of features that lie on one spot of the screen.
   *
   * `view` is a box in pixels of the whole world at this scale. The cells belong to the world and not to the
   * view, so dragging does not regroup. Each group: its members, and its middle as a share of the world.
   */
  groups(view, scale) {
    const left = Math.floor(view.min.x / CELL) - 1;
    const top = Math.floor(view.min.y / CELL) - 1;
    const columns = Math.ceil(view.max.x / CELL) + 1 - left;
    const rows = Math.ceil(view.max.y / CELL) + 1 - top;
    const heads = new Int32Array(columns * rows).fill(-1);
    const { x, y, active, _next: next } = this;
    for (let i = x.length - 1; i >= 0; i -= 1) {
      if (!active[i]) continue;
      const column = Math.floor((x[i] * scale) / CELL) - left;
      const row = Math.floor((y[i] * scale) / CELL) - top;
      if (column < 0 || row < 0 || column >= columns || row >= rows) continue;
      next[i] = heads[row * columns + column];
      heads[row * columns + column] = i;
    }
    return this._joined(heads, columns, scale);
  }

  /** The cells' groups, those that would touch across a cell's edge joined to the one before. */
  _joined(heads, columns, scale) {
    const groups = new Array(heads.length);
    const result = [];
    heads.forEach((head, cell) => {
      if (head < 0) return;
      const group = { members: [], x: 0, y: 0 };
      for (let i = head; i >= 0; i = this._next[i]) {
        group.members.push(i);
        group.x += this.x[i];
        group.y += this.y[i];
      }
      group.x /= group.members.length;
      group.y /= group.members.length;
      const touching = [cell - 1, cell - columns - 1, cell - columns, cell - columns + 1]
        .map((place) => groups[place])
        .find((other) => other && Math.hypot(other.x - group.x, other.y - group.y) * scale < NEAR);
      if (!touching) {
        groups[cell] = group;
        result.push(group);
        return;
      }
      const [ours, theirs] = [group.members.length, touching.members.length];
      touching.x = (touching.x * theirs + group.x * ours) / (ours + theirs);
      touching.y = (touching.y * theirs + group.y * ours) / (ours + theirs);
      for (const member of group.members) touching.members.push(member);
      groups[cell] = touching;
    });
    return result;
  }

  /** Whether all members stand at one place, so that coming closer will never part them. */
  isOnePlace({ members }) {
    const [first] = members;
    return members.every((i) => Math.abs(this.x[i] - this.x[first]) < SAME && Math.abs(this.y[i] - this.y[first]) < SAME);
  }

  /** The features and units that a typed text may mean, the best first. */
  search(text, limit) {
    const query = readQuery(text);
    if (!query.length) return [];
    this._names ??= this.all.map((feature) => namesOf(feature, this.config).map(readName));
    const found = [];
    this._names.forEach((names, index) => {
      const ranks = names.map((name) => rank(query, name)).filter((value) => value !== null);
      if (this.active[index] && ranks.length) found.push({ index, rank: Math.min(...ranks) });
    });
    return found.sort((a, b) => a.rank - b.rank).slice(0, limit);
  }
}

/** What people call a feature: its number, or the gate's names. */
export function labelOf({ properties }, { language }) {
  return properties.number ?? properties.names?.[language] ?? properties.names?.vi ?? properties.code;
}

function namesOf({ properties }, config) {
  const { number, names = {}, kind } = properties;
  if (!number) return Object.values(names).flatMap((name) => [name, ...name.split(" – ")]);
  return [number, `${config.labels.kind[kind]} ${number}`, `cột mốc quốc giới số ${number}`, `cọc dấu ${number}`];
}
