/* How things are drawn: the shape of each state (from ui/states.py, through the page), clusters, fans. */

const EDGE = "#14242b";

export function fill(text, values) {
  return text.replace(/%\((\w+)\)s/g, (_place, name) => values[name]);
}

/** The shape of a state as SVG. A schematic position wears a broken ring: it is somewhere around here. */
export function stateSvg(look, { size = 22, schematic = false } = {}) {
  const sign = look.sign
    ? `<path d="${look.sign}" fill="none" stroke="${look.ink}" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round"/>`
    : "";
  const shape = `<path d="${look.shape}" fill="${look.fill}" stroke="${EDGE}" stroke-width="1.75" stroke-linejoin="round"/>${sign}`;
  if (!schematic) {
    return `<svg viewBox="-1 -1 26 26" width="${size}" height="${size}" aria-hidden="true">${shape}</svg>`;
  }
  return `<svg viewBox="0 0 40 40" width="${Math.round(size * 1.55)}" height="${Math.round(size * 1.55)}" aria-hidden="true">`
    + '<circle cx="20" cy="20" r="17.5" fill="#ffffff" fill-opacity="0.82"/>'
    + `<circle cx="20" cy="20" r="17.5" fill="none" stroke="${EDGE}" stroke-width="1.6" stroke-dasharray="4.2 3.13"/>`
    + `<g transform="translate(9.2 9.2) scale(0.9)">${shape}</g></svg>`;
}

/** A cluster: how many, and around the number a ring parted by state, the worst first. */
export function clusterSvg(counts, looks, total) {
  const size = total < 10 ? 40 : total < 100 ? 46 : total < 1000 ? 52 : 58;
  const middle = size / 2;
  const radius = middle - 5;
  const round = 2 * Math.PI * radius;
  let from = 0;
  const parts = counts.map((count, state) => {
    if (!count) return "";
    const length = (count / total) * round;
    const part = `<circle cx="${middle}" cy="${middle}" r="${radius}" fill="none" stroke="${looks[state].fill}" stroke-width="6"`
      + ` stroke-dasharray="${length.toFixed(2)} ${(round - length).toFixed(2)}" stroke-dashoffset="${(-from).toFixed(2)}"`
      + ` transform="rotate(-90 ${middle} ${middle})"/>`;
    from += length;
    return part;
  });
  const text = total < 10_000 ? String(total) : `${Math.round(total / 1000)}k`;
  return {
    size,
    svg: `<svg viewBox="0 0 ${size} ${size}" width="${size}" height="${size}" aria-hidden="true">`
      + `<circle cx="${middle}" cy="${middle}" r="${middle - 0.75}" fill="#fff" stroke="${EDGE}" stroke-width="1.25"/>${parts.join("")}`
      + `<circle cx="${middle}" cy="${middle}" r="${radius - 3}" fill="#fff" stroke="${EDGE}" stroke-width="1"/>`
      + `<text x="${middle}" y="${middle}" text-anchor="middle" dominant-baseline="central" class="cluster-count">${text}</text></svg>`,
  };
}

/** Where the members of one place are drawn so that all are seen: pixels from the place, going round. */
export function fan(count) {
  const radius = count === 2 ? 19 : 22 + Math.max(0, count - 4) * 5;
  const start = count === 2 ? 0 : -90;
  return Array.from({ length: count }, (_member, i) => {
    const angle = ((start + (360 / count) * i) * Math.PI) / 180;
    return [Math.round(Math.cos(angle) * radius), Math.round(Math.sin(angle) * radius)];
  });
}

/** Threads from the place to where its members are drawn. */
export function fanSvg(offsets) {
  const reach = Math.max(...offsets.flat().map(Math.abs)) + 2;
  const threads = offsets.map(([dx, dy]) => `M0 0L${dx} ${dy}`).join("");
  return {
    size: 2 * reach,
    svg: `<svg viewBox="${-reach} ${-reach} ${2 * reach} ${2 * reach}" width="${2 * reach}" height="${2 * reach}" aria-hidden="true">`
      + `<path d="${threads}" stroke="${EDGE}" stroke-width="1.25"/><circle r="3" fill="${EDGE}"/></svg>`,
  };
}
