// The list narrows itself as choices are made. Without this script its buttons do the same.

const KEPT_OPEN = "borderops-open-facet";

/** A choice in a facet asks at once; the search field waits for Enter or its button. */
document.addEventListener("change", (event) => {
  const form = event.target instanceof Element && event.target.closest(".list-form");
  if (form && event.target.matches("input[type=checkbox], select")) form.requestSubmit();
});

/** Empty fields stay out of the address, so that it can be shared. */
document.addEventListener("htmx:configRequest", (event) => {
  const { formData } = event.detail;
  if (!formData || !event.detail.elt.closest?.(".list")) return;
  const filled = [...formData.entries()].filter(([, value]) => value !== "");
  for (const name of new Set(formData.keys())) formData.delete(name);
  for (const [name, value] of filled) formData.append(name, value);
});

/** The facet that was open stays open while the page around it is drawn anew. */
document.addEventListener("htmx:beforeSwap", () => {
  const open = document.querySelector("details.facet[open]");
  sessionStorage.setItem(KEPT_OPEN, open ? open.id : "");
});
document.addEventListener("htmx:afterSwap", () => {
  const open = document.getElementById(sessionStorage.getItem(KEPT_OPEN) ?? "");
  if (open) open.open = true;
  sessionStorage.removeItem(KEPT_OPEN);
});

/** A press elsewhere closes an open facet. */
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.facet[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});
