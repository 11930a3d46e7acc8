// What was typed into the form stays on the device until the register has confirmed it.
// A draft keeps the id of its record, so that sending it again after a lost reply records it once.

import { forget, keep, read, sent } from "./draft_store.js";

const form = document.querySelector(".inspection-form");
const feature = form.dataset.feature;
const corrects = form.elements.corrects?.value ?? "";
const key = corrects ? `${feature}#${corrects}` : feature;
const said = document.querySelector("[data-draft-said]");
const notice = document.querySelector("[data-draft-notice]");

/* The page's own: the device's clock, and the token of the session that the page was drawn for. */
const ownEntries = new Set(["device_at", "csrf_token"]);

/** Every entry that text can hold; photos cannot be kept by a browser. */
function entries() {
  return [...new FormData(form).entries()].filter(([name, value]) => typeof value === "string" && !ownEntries.has(name));
}

/** Put the entries of a draft back into the form. */
function fill(kept) {
  for (const field of form.elements) {
    if (field.type === "radio" || field.type === "checkbox") field.checked = false;
  }
  for (const [name, value] of kept) {
    const field = form.elements.namedItem(name);
    if (!field) continue;
    if (field instanceof RadioNodeList || field.type !== "checkbox") field.value = value;
    else field.checked = true;
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

function remember() {
  keep(key, { name: form.dataset.name, address: location.pathname + location.search, id: form.elements.id.value, entries: entries() });
  said.textContent = said.dataset.kept;
}

const draft = read(key);
if (form.dataset.cameBack === "yes") remember();
else if (draft) {
  fill(draft.entries);
  notice.hidden = false;
}

let waiting;
form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(remember, 400);
});
form.addEventListener("submit", () => {
  clearTimeout(waiting);
  remember();
  sent(key);
});
notice.querySelector("[data-draft-forget]").addEventListener("click", () => {
  forget(key);
  location.reload();
});
