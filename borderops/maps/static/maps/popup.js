/* What a press on a feature tells: the facts of it and a way to its page. Built of text, never of markup. */

import { labelOf } from "maps/features";
import { fill, stateSvg } from "maps/symbols";

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Markup of our own making (the table of states), as an element. */
export function drawn(svg) {
  const holder = document.createElement("template");
  holder.innerHTML = svg;
  return holder.content.firstElementChild;
}

export function formatLength(metres, language) {
  const locale = language === "en" ? "en-GB" : language;
  const number = (value, digits) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
  return metres < 1000 ? `${number(metres, metres < 10 ? 1 : 0)} m` : `${number(metres / 1000, metres < 100_000 ? 2 : 1)} km`;
}

/** An ISO date as finely as it is known: 2018, 2024-05, 2024-05-15. */
export function formatDate(iso, language) {
  const [year, month, day] = iso.split("-").map(Number);
  if (!month) return String(year);
  if (language !== "en") return [day, month, year].filter(Boolean).join("/");
  const options = { timeZone: "UTC", year: "numeric", month: day ? "short" : "long", ...(day && { day: "numeric" }) };
  return new Intl.DateTimeFormat("en-GB", options).format(Date.UTC(year, month - 1, day || 1));
}

export function popupOf(feature, config) {
  const { properties } = feature;
  const { labels, texts, units, language } = config;
  const look = config.all_states.find(({ state }) => state === properties.state);
  const unit = (id) => units[id]?.[0];
  const say = (group, value) => value && labels[group][value];
  const parts = Object.entries(properties.components ?? {})
    .map(([component, level]) => `${labels.component[component]}: ${labels.level[level].toLocaleLowerCase(language)}`);
  const places = [properties.commune, properties.district, properties.lao_district, properties.province].map(unit);
  const duty = [labels.side[properties.responsible_side], unit(properties.responsible_unit)];
  const rows = [
    [texts[`since_${properties.since_is ?? "first_record"}`], properties.since && formatDate(properties.since, language)],
    [texts.cause, say("cause", properties.cause)],
    [texts.parts, parts.join("; ")],
    [texts.action, say("action", properties.action)],
    [texts.urgency, say("urgency", properties.urgency)],
    [texts.duty, duty.filter(Boolean).join(" – ")],
    [texts.ground, say("position", properties.position)],
    [texts.visited, properties.last_visit_on ? formatDate(properties.last_visit_on, language) : texts.not_visited],
    [texts.place, places.filter(Boolean).join(", ")],
    [texts.position, positionOf(properties, config)],
    [texts.chainage, properties.chainage_km !== undefined && formatLength(properties.chainage_km * 1000, language)],
  ];
  const facts = element("dl", { class: "popup-facts" });
  for (const [term, value] of rows) if (value) facts.append(element("dt", {}, term), element("dd", {}, value));
  const state = element("p", { class: "popup-state" }, drawn(stateSvg(look, { size: 20 })), labels.state[properties.state]);
  if (properties.overdue && properties.state !== "overdue") state.append(element("span", { class: "popup-overdue" }, texts.overdue));
  const content = element("article", { class: "popup", lang: language },
    element("p", { class: "popup-kind" }, labels.kind[properties.kind]),
    element("h2", {}, labelOf(feature, config)), state, facts);
  if (properties.schematic) content.classList.add("popup-schematic");
  if (config.feature_url) {
    const href = pageOf(properties, config);
    content.append(element("a", { class: "popup-link", href, target: config.embed ? "_top" : null }, texts.open));
  }
  return content;
}

/** The address of a feature's own page. */
export function pageOf(properties, config) {
  return config.feature_url.replace("--address--", encodeURIComponent(properties.number ?? properties.code));
}

function positionOf(properties, { labels, texts, language }) {
  if (!properties.method) return "";
  const radius = formatLength(properties.accuracy_m, language);
  if (properties.schematic) return fill(texts.schematic, { radius: `±${radius}` });
  return fill(texts.accuracy, { method: labels.method[properties.method], radius: `±${radius}` });
}
