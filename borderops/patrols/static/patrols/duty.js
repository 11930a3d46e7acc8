/* Fetches the duty officer's page anew every two minutes, unless somebody is typing on it. */

const EVERY_MS = 120_000;
let typing = false;

document.addEventListener("input", () => { typing = true; });
setInterval(() => { if (!typing && !document.hidden) location.reload(); }, EVERY_MS);
