// The lines on the page. A line is found by its key, so one that comes twice or changes stays where it stands.

const QUIET = 5 * 60000; // after so many milliseconds of silence a line shows its time
const SPOT = '<path d="M12 21.5c-4.3-4.6-6.8-8-6.8-11.3a6.8 6.8 0 0 1 13.6 0c0 3.3-2.5 6.7-6.8 11.300z"/><circle cx="12" cy="10.2" r="2.5"/>';
const CLOCK = '<circle cx="12" cy="12" r="8.500"/><path d="M12 7.500V12l3 2"/>';
const TICK = '<path d="M5 12.500l4.500 4.500L19 7.500"/>';

export class Log {
  // `acts`: press(button), say(fields), sendPlace(), enlarge(event, address), asked(place).
  constructor(list, view, words, acts) {
    this.list = list;
    this.view = view;
    this.words = words;
    this.acts = acts;
    this.nodes = new Map();
    this.lowest = Infinity;
    const language = document.documentElement.lang;
    const time = { hour: "numeric", minute: "2-digit", hour12: true, timeZone: "Asia/Shanghai" };
    this.time = new Intl.DateTimeFormat(language, time);
    this.dayAndTime = new Intl.DateTimeFormat(language, { month: "long", day: "numeric", ...time });
    this.day = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai" });
  }

  // Add or change lines; returns the nodes that are new.
  show(lines) {
    const added = [];
    this.keepingPlace(() => this.take(lines, added));
    return added;
  }

  take(lines, added) {
    for (const line of lines) {
      this.lowest = Math.min(this.lowest, line.seq);
      const known = this.nodes.get(line.key);
      const node = known || make("li");
      if (known && line.mine) {
        this.settle(line.key, line.at); // our own line: the person's copy already shows it
        continue;
      }
      const held = node.contains(document.activeElement);
      this.fill(node, line);
      if (held && node.querySelector(".choice")) node.querySelector(".choice").focus(); // a keyboard keeps its place
      node.at = line.at;
      if (!known) {
        this.nodes.set(line.key, node);
        this.place(node);
        added.push(node);
      }
    }
    this.tidy();
  }

  // What somebody reads stays under their eyes when lines above it come or change.
  keepingPlace(change) {
    const seen = (node) => node.offsetTop + node.offsetHeight > this.view.scrollTop;
    const anchor = Array.from(this.list.querySelectorAll(".line")).find(seen);
    const top = () => anchor.querySelector(".bubble").getBoundingClientRect().top;
    const before = anchor ? top() : 0;
    change();
    if (anchor) this.view.scrollTop += top() - before;
  }

  // Show at once what the person said, with a clock until the server has it.
  showUnsent(item) {
    const key = "said:" + item.id;
    if (this.nodes.has(key)) return;
    const { label, text, phone, lat } = item.fields;
    const files = (item.blobs || []).map((blob) => ({ medium: "photo", url: URL.createObjectURL(blob) }));
    const node = make("li");
    this.fill(node, { mine: true, text: label || text || phone || "", files, pin: lat !== undefined });
    node.at = Date.now();
    node.unsent = true;
    this.nodes.set(key, node);
    this.list.append(node);
    this.mark(node, CLOCK, this.words.waiting, "");
    this.tidy();
  }

  settle(key, at) {
    const node = this.nodes.get(key);
    if (!node) return;
    node.unsent = false;
    node.at = at;
    if (node.querySelector(".mark")) this.mark(node, TICK, this.words.sent, "sent");
    this.tidy();
  }

  refuse(key, why) {
    const node = this.nodes.get(key);
    if (!node) return false;
    node.unsent = false;
    this.mark(node, "", why || this.words.failed, "failed");
    node.querySelector(".mark").setAttribute("role", "alert");
    this.scrollToNewest();
    return true;
  }

  delay(key) {
    const node = this.nodes.get(key);
    if (node && node.unsent) this.mark(node, CLOCK, this.words.later, "late");
  }

  // By the time it was first said; what is still on its way keeps its place.
  place(node) {
    let before = this.list.lastElementChild;
    while (before && !before.unsent && before.at > node.at) before = before.previousElementSibling;
    if (before) before.after(node);
    else this.list.prepend(node);
  }

  fill(node, line) {
    node.className = "line " + (line.mine ? "mine" : "theirs");
    node.replaceChildren();
    const bubble = make("div", "bubble");
    bubble.append(make("span", "unseen", line.mine ? this.words.me : this.words.us));
    if (line.text) bubble.append(make("p", "", line.text));
    if (line.pin) {
      const spot = make("p", "spot");
      spot.append(icon(SPOT), make("span", "", this.words.pin));
      bubble.append(spot);
    }
    this.fillFiles(bubble, line.files || []);
    if (!line.text && !line.pin && bubble.querySelector(".photos")) bubble.classList.add("bare");
    node.append(bubble);
    if (line.buttons) node.append(this.choices(line.buttons));
    if (line.asks_pin) node.append(this.askPlace());
    if (line.asks_phone) node.append(this.askPhone());
    node.asksPlace = Boolean(line.asks_pin);
  }

  fillFiles(bubble, files) {
    const photos = files.filter((file) => file.medium === "photo" && file.url);
    if (photos.length) {
      const grid = make("div", photos.length === 1 ? "photos one" : "photos");
      for (const photo of photos) {
        const link = make("a");
        link.href = photo.url;
        link.target = "_blank";
        const image = make("img");
        image.src = photo.url;
        image.alt = this.words.photo;
        link.append(image);
        link.addEventListener("click", (event) => this.acts.enlarge(event, photo.url));
        grid.append(link);
      }
      bubble.append(grid);
    }
    for (const file of files) {
      if (!file.url) bubble.append(make("p", "", this.words.photo_missing));
      else if (file.medium === "voice" || file.medium === "video") {
        const player = make(file.medium === "voice" ? "audio" : "video");
        player.controls = true;
        player.preload = "metadata";
        player.src = file.url;
        bubble.append(player);
      } else if (file.medium === "document") {
        const link = make("a", "", this.words.paper);
        link.href = file.url;
        bubble.append(link);
      }
    }
  }

  choices(buttons) {
    const list = make("ul", "choices");
    for (const button of buttons) {
      let row;
      if (/^(https?:|tel:)/.test(button.url)) {
        row = make("a", "choice", button.label);
        row.href = button.url;
        if (!button.url.startsWith("tel:")) row.target = "_blank";
        row.rel = "noopener";
      } else {
        row = make("button", "choice", button.label);
        row.type = "button";
        row.addEventListener("click", () => {
          if (!this.acts.press(button)) return;
          row.classList.add("pressed");
          setTimeout(() => row.classList.remove("pressed"), 1200);
        });
      }
      const item = make("li");
      item.append(row);
      list.append(item);
    }
    return list;
  }

  askPlace() {
    const row = make("button", "choice");
    row.type = "button";
    row.append(icon(SPOT), make("span", "", this.words.pin_send));
    row.addEventListener("click", () => this.acts.sendPlace());
    const ask = make("div", "ask");
    ask.append(row);
    return ask;
  }

  askPhone() {
    const form = make("form", "ask");
    const label = make("label", "", this.words.phone);
    const input = make("input");
    input.type = "tel";
    input.autocomplete = "tel";
    input.name = "phone";
    input.required = true;
    label.append(input);
    const row = make("button", "choice", this.words.phone_send);
    form.append(label, row);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.acts.say({ phone: input.value.trim() });
    });
    return form;
  }

  // `kind` is "", "sent", "late" or "failed"; the words of the last two are shown, the others only read aloud.
  mark(node, shape, text, kind) {
    const old = node.querySelector(".mark");
    const mark = old || make("div");
    mark.className = "mark " + kind;
    mark.replaceChildren();
    if (shape) mark.append(icon(shape));
    mark.append(make("span", kind === "late" || kind === "failed" ? "" : "unseen", text));
    if (!old) node.append(mark);
  }

  // Times after a silence, and which of our messages is the newest: its buttons stand out, and only it may ask.
  tidy() {
    let previous = -Infinity;
    let newest = null;
    for (const node of this.list.children) {
      const shown = node.querySelector(".when");
      const due = node.at !== undefined && node.at - previous > QUIET;
      if (due && !shown) node.prepend(make("time", "when", this.clock(node.at)));
      if (!due && shown) shown.remove();
      if (node.at !== undefined) previous = node.at;
      node.classList.remove("newest");
      if (node.at !== undefined && node.classList.contains("theirs")) newest = node;
    }
    if (newest) newest.classList.add("newest");
    this.acts.asked(Boolean(newest && newest.asksPlace));
  }

  clock(at) {
    const today = this.day.format(at) === this.day.format(Date.now());
    return (today ? this.time : this.dayAndTime).format(at);
  }

  // How many pixels of the talk are below what is seen.
  below() {
    return this.view.scrollHeight - this.view.scrollTop - this.view.clientHeight;
  }

  // Whether the person looks at the newest line: near the end, or at the beginning of a long one.
  atEnd() {
    const last = this.list.lastElementChild;
    const newest = last && last.offsetTop < this.view.scrollTop + this.view.clientHeight;
    return this.below() < 140 || Boolean(newest);
  }

  // Down to the newest, but never past the first line of a long answer.
  scrollTo(first) {
    const end = this.view.scrollHeight - this.view.clientHeight;
    this.view.scrollTop = first ? Math.min(end, Math.max(0, first.offsetTop - 10)) : end;
  }

  scrollToNewest() {
    const last = this.list.lastElementChild;
    this.scrollTo(last && last.classList.contains("theirs") ? last : null);
  }
}

export function make(name, kind, text) {
  const node = document.createElement(name);
  if (kind) node.className = kind;
  if (text !== undefined) node.textContent = text;
  return node;
}

function icon(shape) {
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawn.setAttribute("viewBox", "0 0 24 24");
  drawn.setAttribute("aria-hidden", "true");
  drawn.innerHTML = shape; // one of the constants above
  return drawn;
}
