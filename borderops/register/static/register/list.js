// The list narrows itself as choices are made. Without this script its buttons do the same.

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

/** The facet that was open stays open while the page around it is drawn anew, and the focus stays in it. */
let kept = { facet: "", focus: "" };
document.addEventListener("htmx:beforeSwap", () => {
  const open = document.querySelector("details.facet[open]");
  kept = { facet: open?.id ?? "", focus: open?.contains(document.activeElement) ? document.activeElement.id : "" };
});
document.addEventListener("htmx:afterSwap", () => {
  const open = document.getElementById(kept.facet);
  if (!open) return;
  open.open = true;
  document.getElementById(kept.focus)?.focus();
});

/** A press elsewhere closes an open facet. */
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.facet[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});
