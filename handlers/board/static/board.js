// Keeps an open page up with the world, and lets the keyboard walk the list. Without it every page still works.
"use strict";

const part = document.getElementById("part");
const offline = document.getElementById("offline");
const seconds = Number(part.dataset.live || 0);

const numberOf = (link) => link && link.textContent;

async function refresh() {
  if (document.hidden) return;
  let answer;
  try {
    answer = await fetch(location.href, { headers: { "x-part": "1" }, credentials: "same-origin" });
  } catch {
    offline.hidden = false;
    return;
  }
  if (answer.status === 401) {
    location.reload();
    return;
  }
  offline.hidden = answer.ok;
  if (!answer.ok) return;
  const html = await answer.text();
  const held = document.activeElement;
  const chosen = numberOf(held.closest(".queue tr")?.querySelector("a"));
  part.innerHTML = html;
  const link = chosen && rows().find((each) => numberOf(each) === chosen);
  if (link) (link.closest("tr").querySelector(held.localName) || link).focus({ preventScroll: true });
}

const rows = () => [...document.querySelectorAll(".queue tbody tr td:first-child a")];

function walk(step) {
  const links = rows();
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1);
  links[next].focus();
  links[next].closest("tr").scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("select, input, textarea")) return;
  if (event.key === "ArrowDown" || event.key === "j") walk(1);
  else if (event.key === "ArrowUp" || event.key === "k") walk(-1);
  else if (event.key === "Escape" && document.getElementById("back")) document.getElementById("back").click();
  else return;
  if (rows().length) event.preventDefault();
});

// Anywhere on a line opens it: a finger is wider than a number.
part.addEventListener("click", (event) => {
  const row = event.target.closest(".queue tbody tr");
  if (row && !event.target.closest("a, form")) row.querySelector("a").click();
});

// A form is sent once; coming back to the page by the browser's arrow makes it ready again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

// Words that are ready to tap.
for (const ready of document.querySelectorAll("button[data-words]")) {
  ready.hidden = false;
  ready.addEventListener("click", () => {
    const words = ready.closest("form").elements.words;
    words.value = ready.dataset.words;
    words.focus();
  });
}
document.querySelectorAll("details.act").forEach((act) =>
  act.addEventListener("toggle", () => act.open && act.querySelector("select, input:not([type=hidden]), textarea")?.focus())
);

document.getElementById("filters")?.addEventListener("change", (event) => event.currentTarget.requestSubmit());

// Back to the list as it was filtered.
const back = document.getElementById("back");
if (document.getElementById("filters")) sessionStorage.setItem("queue", location.search);
if (back) back.href += sessionStorage.getItem("queue") || "";

if (seconds) {
  setInterval(refresh, seconds * 1000);
  document.addEventListener("visibilitychange", refresh);
}
