// What the person said and the server has not yet confirmed. Words wait in localStorage, photos in IndexedDB; each thing
// keeps its id however often it is tried, and the server takes an id once.

const REFUSED = [400, 403, 411, 413, 415];

export class Outbox {
  // `on.sent(item, answer)`, `on.refused(item, text)`, `on.waiting(status, text)`; `address` takes the posts.
  constructor(address, name, on) {
    this.address = address;
    this.prefix = "yingshao.unsent" + name + ":";
    this.on = on;
    this.items = stored(this.prefix);
    this.busy = false;
    this.failures = 0;
    this.timer = 0;
  }

  // Photos of a page that was closed before they were sent come back from IndexedDB.
  async restore() {
    for (const item of this.items.slice()) {
      if (!item.photos) continue;
      item.blobs = await photos("readonly", (store) => store.get(item.id)).catch(() => null);
      if (!item.blobs) this.drop(item);
    }
  }

  async add(fields, blobs) {
    const item = { id: freshId(), at: Date.now(), fields, photos: blobs.length };
    write(this.prefix + item.id, item); // each under its own name, so that two open pages leave each other's alone
    item.blobs = blobs;
    this.items.push(item);
    if (blobs.length) photos("readwrite", (store) => store.put(blobs, item.id)).catch(() => null);
    this.send();
    return item;
  }

  drop(item) {
    this.items = this.items.filter((one) => one !== item);
    forget(this.prefix + item.id);
    if (item.photos) photos("readwrite", (store) => store.delete(item.id)).catch(() => null);
  }

  // One at a time and in order, so that things arrive as they were said.
  async send() {
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.timer);
    while (this.items.length) {
      const item = this.items[0];
      const { status, body } = await post(this.address, item);
      if (status === 200) {
        this.failures = 0;
        this.drop(item);
        this.on.sent(item, body);
      } else if (REFUSED.includes(status)) {
        this.drop(item);
        this.on.refused(item, body.text || "");
      } else {
        this.on.waiting(status, body.text || "");
        this.timer = setTimeout(() => this.send(), Math.min(30000, 1000 * 2 ** this.failures));
        this.failures += 1;
        break;
      }
    }
    this.busy = false;
  }
}

async function post(address, item) {
  const form = new FormData();
  form.append("id", item.id);
  for (const name of Object.keys(item.fields)) form.append(name, item.fields[name]);
  for (const blob of item.blobs || []) form.append("photos", blob, "photo.jpg");
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), item.photos ? 180000 : 30000);
  try {
    const answer = await fetch(address, { method: "POST", body: form, signal: patience.signal });
    return { status: answer.status, body: await answer.json().catch(() => ({})) };
  } catch (error) {
    return { status: 0, body: {} };
  } finally {
    clearTimeout(timer);
  }
}

// crypto.randomUUID is missing where the page is not served over https.
function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function read(name, otherwise) {
  try {
    const text = localStorage.getItem(name);
    return text === null ? otherwise : JSON.parse(text);
  } catch (error) {
    return otherwise;
  }
}

export function write(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch (error) {
    // A browser that keeps nothing still works for as long as the page is open.
  }
}

function forget(name) {
  try {
    localStorage.removeItem(name);
  } catch (error) {
    // It was never kept.
  }
}

function stored(prefix) {
  try {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(prefix));
    return names.map((name) => read(name, null)).filter(Boolean).sort((a, b) => a.at - b.at);
  } catch (error) {
    return [];
  }
}

function photos(mode, act) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("yingshao", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("photos");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const transaction = opening.result.transaction("photos", mode);
      const request = act(transaction.objectStore("photos"));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
    };
  });
}
