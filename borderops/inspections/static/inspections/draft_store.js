// Where drafts lie on the device: one entry for each feature, in the browser's own storage.

const PREFIX = "borderops-draft:";

/** The storage, or nothing where the browser refuses it (private windows, storage full). */
function attempt(work) {
  try {
    return work(localStorage);
  } catch (error) {
    if (error instanceof DOMException || error instanceof SyntaxError) return null;
    throw error;
  }
}

export function keep(key, draft) {
  attempt((storage) => storage.setItem(PREFIX + key, JSON.stringify(draft)));
}

export function read(key) {
  return attempt((storage) => JSON.parse(storage.getItem(PREFIX + key)));
}

export function forget(key) {
  attempt((storage) => storage.removeItem(PREFIX + key));
}

/** Note that a draft was sent; it is forgotten only when the register confirms it. */
export function sent(key) {
  const draft = read(key);
  if (draft) keep(key, { ...draft, sent: true });
}

/** All drafts on this device, as pairs of key and draft. */
export function all() {
  return (
    attempt((storage) =>
      Object.keys(storage)
        .filter((key) => key.startsWith(PREFIX))
        .map((key) => [key.slice(PREFIX.length), JSON.parse(storage.getItem(key))]),
    ) ?? []
  );
}
