// What the server says, for as long as somebody looks at the page. A line is never lost: each connection starts from the
// last one that was heard. A page that nobody sees lets its connection go and catches up when it is looked at again.

const LONGEST_SILENCE = 60000; // milliseconds; the server beats every 20 seconds

export class Live {
  // `onHistory(body)`, `onLines(body)` get what came; `onState(up)` hears whether we are connected.
  constructor(address, handlers) {
    this.address = address;
    this.handlers = handlers;
    this.after = null;
    this.source = null;
    this.failures = 0;
    this.timer = 0;
    this.heard = 0;
    document.addEventListener("visibilitychange", () => (document.hidden ? this.rest() : this.connect()));
    window.addEventListener("online", () => this.connect());
    window.addEventListener("pagehide", () => this.rest());
    window.addEventListener("pageshow", () => this.connect());
    setInterval(() => {
      if (this.source && Date.now() - this.heard > LONGEST_SILENCE) this.fail();
    }, 10000);
    this.connect();
  }

  connect() {
    if (this.source || document.hidden) return;
    clearTimeout(this.timer);
    const source = new EventSource(this.after === null ? this.address : withQuery(this.address, "after", this.after));
    const on = (kind, handle) =>
      source.addEventListener(kind, (event) => {
        if (source !== this.source) return;
        this.heard = Date.now();
        this.after = Number(event.lastEventId);
        if (handle) handle(JSON.parse(event.data));
      });
    this.source = source;
    this.heard = Date.now();
    source.onopen = () => {
      this.failures = 0;
      this.handlers.onState(true);
    };
    // The browser's own retry gives up at the first error page, so we do it ourselves.
    source.onerror = () => {
      if (source === this.source) this.fail();
    };
    on("history", this.handlers.onHistory);
    on("lines", this.handlers.onLines);
    on("beat", null);
  }

  rest() {
    clearTimeout(this.timer);
    if (this.source) this.source.close();
    this.source = null;
  }

  fail() {
    this.rest();
    this.handlers.onState(false);
    const wait = Math.min(15000, 1000 * 2 ** this.failures) * (0.7 + 0.6 * Math.random());
    this.failures += 1;
    this.timer = setTimeout(() => this.connect(), wait);
  }
}

export function withQuery(address, name, value) {
  return address + (address.includes("?") ? "&" : "?") + name + "=" + encodeURIComponent(value);
}
