// The register confirmed a record: its draft on this device has done its work.

import { all, forget } from "./draft_store.js";

const recorded = document.querySelector("[data-recorded]")?.dataset.recorded;
if (recorded) {
  for (const [key, draft] of all()) if (draft.id === recorded) forget(key);
}
