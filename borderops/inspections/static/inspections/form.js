// Comforts of the inspection form. Without this script the form still records everything.

const COARSE_M = 50;
const form = document.querySelector(".inspection-form");
const field = (name) => form.elements.namedItem(name);

/* The time is the device's own, as its clock goes along when the form is sent and is set right by it. */
if (form.dataset.cameBack === "no" && !field("corrects") && document.querySelector("[data-draft-notice]").hidden) {
  const atBorder = new Date(Date.now() + 7 * 3600 * 1000);
  field("observed_at").value = atBorder.toISOString().slice(0, 16);
}

/* All parts good: shown at each part; what is marked otherwise stays as it is marked. */
const parts = [...form.querySelectorAll(".part")].map((part) => part.id);
field("all_good").addEventListener("change", (event) => {
  for (const part of parts) {
    if (event.target.checked && !field(part).value) field(part).value = "good";
    else if (!event.target.checked && field(part).value === "good") clear(part);
  }
  follow();
});

function clear(part) {
  for (const choice of form.querySelectorAll(`input[name="${part}"]`)) choice.checked = false;
}

for (const button of form.querySelectorAll("[data-clear]")) {
  button.addEventListener("click", () => {
    clear(button.dataset.clear);
    field("all_good").checked = false;
    form.dispatchEvent(new Event("input", { bubbles: true }));
    follow();
    form.querySelector(`input[name="${button.dataset.clear}"]`).focus();
  });
}

/* What follows from the choices: hidden parts are not sent, damage asks for its cause. */
const whenSeen = form.querySelector("[data-when-seen] fieldset");
const damage = form.querySelector("[data-damage]");
let asked = damage.open;
function follow() {
  const finding = field("finding").value;
  whenSeen.disabled = finding !== "" && finding !== "seen";
  for (const button of form.querySelectorAll("[data-clear]")) button.hidden = !field(button.dataset.clear).value;
  const bad = ["not_found", "destroyed"].includes(finding) || parts.some((part) => ["poor", "severe"].includes(field(part).value));
  if (bad && !asked) {
    asked = true;
    damage.open = true;
  }
}
form.addEventListener("change", follow);
follow();

/* GPS: the fix with its accuracy, and what to do where it is coarse. */
const locate = form.querySelector("[data-locate]");
const said = form.querySelector("[data-gps-said]");
function tell(text, metres, look) {
  said.textContent = said.dataset[text].replace("{m}", metres ?? "");
  said.className = `gps-said ${look ?? ""}`;
}
if ("geolocation" in navigator) {
  locate.hidden = false;
  locate.addEventListener("click", () => {
    tell("waiting");
    locate.disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        locate.disabled = false;
        field("lat").value = coords.latitude.toFixed(6);
        field("lon").value = coords.longitude.toFixed(6);
        field("accuracy_m").value = Math.ceil(coords.accuracy);
        if (coords.accuracy > COARSE_M) tell("coarse", Math.ceil(coords.accuracy), "is-coarse");
        else tell("good", Math.ceil(coords.accuracy), "is-good");
        form.dispatchEvent(new Event("input", { bubbles: true }));
      },
      () => {
        locate.disabled = false;
        tell("failed", "", "is-coarse");
      },
      { enableHighAccuracy: true, timeout: 30000, maximumAge: 0 },
    );
  });
}

/* Photos: each press on the camera adds to those taken before; each is shown and can be taken off. */
const input = field("photos");
const previews = form.querySelector("[data-previews]");
let taken = [];
input.addEventListener("change", () => {
  taken.push(...input.files);
  show();
});
/* The camera opens at once from an entry of its own; without a script the one above offers it too. */
const camera = form.querySelector("[data-camera]");
camera.hidden = false;
camera.querySelector("input").addEventListener("change", (event) => {
  taken.push(...event.target.files);
  event.target.value = "";
  show();
});
function show() {
  const chosen = new DataTransfer();
  taken.forEach((photo) => chosen.items.add(photo));
  input.files = chosen.files;
  for (const image of previews.querySelectorAll("img")) URL.revokeObjectURL(image.src);
  previews.replaceChildren(...taken.map(preview));
}
function preview(photo) {
  const item = document.createElement("li");
  const image = document.createElement("img");
  const remove = document.createElement("button");
  image.src = URL.createObjectURL(photo);
  image.alt = photo.name;
  remove.type = "button";
  remove.textContent = "×";
  remove.setAttribute("aria-label", `${previews.dataset.remove}: ${photo.name}`);
  remove.addEventListener("click", () => {
    taken = taken.filter((other) => other !== photo);
    show();
    input.focus();
  });
  item.append(image, remove);
  return item;
}

/* The observer's name and unit are remembered for the next inspection. */
for (const name of ["observer", "unit"]) {
  const key = `borderops-${name}`;
  try {
    if (!field(name).value) field(name).value = localStorage.getItem(key) ?? "";
    form.addEventListener("submit", () => localStorage.setItem(key, field(name).value));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}

/* One sending at a time; the device's clock goes with it. */
const save = form.querySelector("[data-save]");
form.addEventListener("submit", () => {
  field("device_at").value = new Date().toISOString();
  save.disabled = true;
  save.querySelector("span").textContent = save.dataset.sending;
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
