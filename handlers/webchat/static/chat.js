// The page: what is pressed and written goes to the outbox, what comes alive goes to the log.

import { Live, withQuery } from "./live.js";
import { Log, make } from "./log.js";
import { Outbox, read, write } from "./outbox.js";
import { shrunk } from "./photos.js";

const start = JSON.parse(document.getElementById("start").textContent);
const words = start.words;
const own = start.phone ? "." + start.phone : "";
const at = (address) => (start.phone ? withQuery(address, "phone", start.phone) : address);
const part = (id) => document.getElementById(id);
const view = part("view");
const field = part("words");
const MOST_PHOTOS = 9;
const IN_REACH = 4; // main actions above the keyboard

const log = new Log(part("log"), view, words, {
  press: (button) => press(button),
  say: (fields) => say(fields),
  sendPlace,
  enlarge,
  asked: (place) => part("place").classList.toggle("asked", place),
});

const outbox = new Outbox(at("say"), own, {
  sent(item, answer) {
    log.settle("said:" + item.id, answer.at);
  },
  refused(item, text) {
    if (!log.refuse("said:" + item.id, text)) announce(text || words.failed, true);
  },
  waiting(status, text) {
    for (const item of outbox.items) log.delay("said:" + item.id);
    if (status !== 401) return;
    // The cookie is gone: the page brings a new one, and what was said is sent again under it.
    if (read("yingshao.came" + own, 0) < Date.now() - 60000) {
      write("yingshao.came" + own, Date.now());
      location.reload();
    } else announce(text, true);
  },
});

// ---------------------------------------------------------------- saying

function say(fields, blobs = []) {
  outbox.add(fields, blobs).then((item) => {
    log.showUnsent(item);
    log.scrollTo(null);
  });
}

// A trembling finger presses twice, and by the second time the lines have moved under it: one press a moment counts. The
// menu stays where it is, so there only the same entry is passed over.
let pressed = { at: 0, choice: "" };
function press({ choice, label }, still = false) {
  const soon = Date.now() - pressed.at < 700;
  if (soon && (!still || choice === pressed.choice)) return false;
  pressed = { at: Date.now(), choice };
  say({ choice, label });
  return true;
}

function writing() {
  document.body.classList.toggle("writing", field.value.trim() !== "");
  field.style.height = "auto";
  field.style.height = field.scrollHeight + 3 + "px";
  write("yingshao.draft" + own, field.value);
}

part("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  writing();
  field.focus();
  say({ text });
});

field.addEventListener("input", writing);
field.addEventListener("keydown", (event) => {
  const typing = event.isComposing || event.keyCode === 229; // Enter picks a word in a Chinese keyboard
  if (event.key === "Enter" && !event.shiftKey && !typing) {
    event.preventDefault();
    part("composer").requestSubmit();
  }
});

const menu = part("menu");
if (menu) {
  menu.addEventListener("click", ({ target }) => {
    if (target.dataset.choice) press({ choice: target.dataset.choice, label: target.textContent }, true);
  });
}

// Everybody's main actions, until a greeting tells what this person can start: a worker's tasks, an elder's call for help.
function keepMenu(entries) {
  if (!menu || !entries.length) return;
  menu.replaceChildren(
    ...entries.map(({ label, choice }) => {
      const button = make("button", "", label);
      button.type = "button";
      button.dataset.choice = choice;
      return button;
    }),
  );
  layMenu();
}

function takeMenu(lines) {
  const greeting = lines.filter((line) => line.starts && line.buttons).pop();
  if (!greeting) return;
  const entries = greeting.buttons.filter((button) => button.choice).slice(0, IN_REACH);
  const plain = entries.map(({ label, choice }) => ({ label: label.replace(/^\d+ /, ""), choice }));
  write("yingshao.menu" + own, plain);
  keepMenu(plain);
}

// Four entries stand in one row, or two by two where the letters are large or the screen is narrow; never three and one.
function layMenu() {
  if (!menu) return;
  menu.classList.remove("two");
  menu.classList.toggle("two", menu.lastElementChild.offsetTop > menu.firstElementChild.offsetTop);
}
window.addEventListener("resize", layMenu);

part("photo").addEventListener("click", () => part("pictures").click());
part("pictures").addEventListener("change", async () => {
  const picked = Array.from(part("pictures").files);
  part("pictures").value = "";
  const blobs = [];
  for (const file of picked) blobs.push(await shrunk(file));
  for (let first = 0; first < blobs.length; first += MOST_PHOTOS) say({}, blobs.slice(first, first + MOST_PHOTOS));
});

part("place").addEventListener("click", sendPlace);

function sendPlace() {
  if (!navigator.geolocation || !window.isSecureContext) {
    announce(words.pin_refused, true);
    return;
  }
  announce(words.pin_finding, false);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      announce("", false);
      say({ lat: coords.latitude, lon: coords.longitude });
    },
    () => {
      announce(words.pin_refused, true);
      field.focus();
    },
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
  );
}

// A word from the page itself, among the lines but of no lasting worth.
let notice = null;
function announce(text, urgent) {
  if (notice) notice.remove();
  notice = null;
  if (!text) return;
  notice = make("li", "line theirs notice");
  const bubble = make("p", "bubble", text);
  if (urgent) bubble.setAttribute("role", "alert");
  notice.append(bubble);
  part("log").append(notice);
  log.scrollTo(null);
}

// ---------------------------------------------------------------- hearing

let cut = 0;
function state(up) {
  if (up) outbox.send();
  if (!up && cut) return;
  clearTimeout(cut);
  cut = up ? 0 : setTimeout(tell, 2500, false); // a blink of the network is not worth a word
  if (up) tell(true);
}

function tell(up) {
  part("state").classList.toggle("cut", !up);
  const text = up ? words.online : words.offline;
  if (part("state").textContent !== text) part("state").textContent = text; // said aloud only when it is news
}

let begun = false;
function showHistory(body) {
  // A second history means that this is another chat than the page shows: the cookie changed, or the district was reset.
  if (begun) return location.reload();
  begun = true;
  log.show(body.lines);
  takeMenu(body.lines);
  offerEarlier(body.more);
  for (const item of outbox.items.slice()) if (log.nodes.has("said:" + item.id)) outbox.drop(item);
  for (const item of outbox.items) if (!item.fields.hello) log.showUnsent(item);
  log.scrollToNewest();
  outbox.send();
  return speakUp();
}

// History is not read aloud, what comes after it is.
function speakUp() {
  setTimeout(() => part("talk").setAttribute("aria-live", "polite"), 500);
}

function showLines(body) {
  const atEnd = log.atEnd();
  const low = log.below() < 40;
  const added = log.show(body.lines);
  takeMenu(body.lines);
  if (!added.length) {
    if (low) log.scrollTo(null);
    return;
  }
  for (const node of added) node.classList.add("fresh");
  const theirs = added.find((node) => node.classList.contains("theirs"));
  if (notice && theirs) announce("", false);
  if (atEnd) log.scrollTo(theirs || null);
  if (theirs) part("newest").hidden = log.below() < 40;
}

function offerEarlier(more) {
  const old = document.querySelector(".earlier");
  if (old) old.remove();
  if (!more) return;
  const row = make("li", "earlier");
  const button = make("button", "", words.earlier);
  button.type = "button";
  row.append(button);
  row.at = -Infinity;
  part("log").prepend(row);
  button.addEventListener("click", async () => {
    const answer = await fetch(withQuery(at("earlier"), "before", log.lowest)).catch(() => null);
    if (!answer || !answer.ok) return;
    const body = await answer.json();
    part("talk").setAttribute("aria-live", "off");
    log.keepingPlace(() => {
      log.show(body.lines);
      offerEarlier(body.more);
    });
    speakUp();
  });
}

// A long answer goes on below the screen, or something new has come below old lines: one button for both.
part("newest").addEventListener("click", () => {
  if (log.atEnd()) view.scrollTop += view.clientHeight * 0.8;
  else log.scrollToNewest();
});
view.addEventListener("scroll", () => {
  if (log.below() < 40) part("newest").hidden = true;
}, { passive: true });

// What is above the keyboard changes its height; the newest line stays in sight if it was.
let tall = view.clientHeight;
new ResizeObserver(() => {
  if (view.scrollHeight - view.scrollTop - tall < 140) log.scrollTo(null);
  tall = view.clientHeight;
}).observe(view);

// iOS lays its keyboard over the page; only the visual viewport knows.
if (window.visualViewport) {
  const fit = () => {
    document.documentElement.style.setProperty("--height", window.visualViewport.height + "px");
    window.scrollTo(0, 0);
  };
  window.visualViewport.addEventListener("resize", fit);
}

// ---------------------------------------------------------------- looking

function larger(on) {
  document.documentElement.classList.toggle("larger", on);
  part("larger").setAttribute("aria-pressed", String(on));
  layMenu();
}
part("larger").addEventListener("click", () => {
  const on = part("larger").getAttribute("aria-pressed") !== "true";
  larger(on);
  write("yingshao.larger", on);
  writing();
  log.scrollToNewest();
});

function enlarge(event, address) {
  const dialog = part("large");
  if (!dialog.showModal) return; // an old browser opens the link
  event.preventDefault();
  dialog.querySelector("img").src = address;
  dialog.showModal();
}
part("close").addEventListener("click", () => part("large").close());

// ---------------------------------------------------------------- beginning

keepMenu(read("yingshao.menu" + own, []));
larger(read("yingshao.larger", false));
field.value = read("yingshao.draft" + own, "");
writing();

outbox.restore().then(() => {
  const greeted = outbox.items.some((item) => item.fields.hello && item.fields.payload === start.payload);
  if (start.hello && !greeted) outbox.add({ hello: "true", payload: start.payload }, []);
  // The link has done its work: a reload must not say hello again.
  if (!start.phone && location.search) window.history.replaceState(null, "", location.pathname);
  new Live(at("live"), { onHistory: showHistory, onLines: showLines, onState: state });
  window.addEventListener("online", () => outbox.send());
});
