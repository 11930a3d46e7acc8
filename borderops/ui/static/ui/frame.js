/* What every page does in the browser. All of it is a comfort: without a script every page still works. */

/** Close an open explanation when a press or Escape goes elsewhere. */
function closeExplanations(except) {
  for (const open of document.querySelectorAll("details.definition[open]")) {
    if (!open.contains(except)) open.open = false;
  }
}

document.addEventListener("click", (event) => closeExplanations(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = event.target instanceof Element && event.target.closest("details[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary")?.focus();
  }
});

/** A form marked data-auto sends itself when a choice in it changes; its button stays for other ways. */
document.addEventListener("change", (event) => {
  const form = event.target instanceof HTMLSelectElement && event.target.closest("form[data-auto]");
  if (form) form.requestSubmit();
});

/** Fields left empty do not clutter an address that is meant to be shared. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "get") return;
  const empty = [...form.elements].filter((field) => field.name && field.value === "" && !field.disabled);
  for (const field of empty) field.disabled = true;
  setTimeout(() => empty.forEach((field) => { field.disabled = false; }));
});

/** After a form came back with problems, the reader starts at their list. */
document.getElementById("problems")?.focus();
