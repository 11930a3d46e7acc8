// What was typed on this device and has not reached the register yet, to be taken up again.

import { all } from "./draft_store.js";

const section = document.querySelector("[data-drafts]");
for (const [, draft] of all()) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  const name = document.createElement("strong");
  link.href = draft.address;
  name.className = "number";
  name.textContent = draft.name;
  link.append(name);
  item.append(link);
  section.querySelector("ul").append(item);
  section.hidden = false;
}
