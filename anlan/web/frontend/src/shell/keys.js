// Keys: j k enter x in lists, g then a letter to go, ⌘K to search, ? for help, Escape to close.
import { closeDrawer } from "./drawer.js";
import { step, openRow, tickRow } from "./rows.js";

const typing = (element) => element?.closest?.("input, textarea, select, [contenteditable]");
let going = 0;

function palette() {
  const dialog = document.getElementById("palette");
  if (!dialog || dialog.open) return;
  dialog.showModal();
  dialog.querySelector("input").select();
}

function go(letter) {
  const link = document.querySelector(`[data-go="${letter}"]`);
  if (link) location.assign(link.href);
}

const PLAIN = {
  j: () => step(1),
  k: () => step(-1),
  x: () => tickRow(),
  "/": () => palette(),
  "?": () => document.getElementById("help")?.showModal(),
  g: () => { going = Date.now(); },
};

addEventListener("keydown", (event) => {
  if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    return palette();
  }
  if (event.key === "Escape" && !document.querySelector("dialog[open]")) {
    document.querySelectorAll("details.menu[open]").forEach((menu) => { menu.open = false; });
    return closeDrawer();
  }
  if (event.metaKey || event.ctrlKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (Date.now() - going < 1500) {
    going = 0;
    return go(event.key);
  }
  if (event.key === "Enter" && event.target === document.body) return openRow();
  const deed = PLAIN[event.key];
  if (deed) {
    event.preventDefault();
    deed();
  }
});

// Arrows inside the palette walk its results.
addEventListener("keydown", (event) => {
  const box = event.target.closest?.("#palette");
  if (!box || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return;
  const links = [...box.querySelectorAll(".palette-results a")];
  const now = links.findIndex((link) => link.classList.contains("on"));
  if (event.key === "Enter") {
    if (now < 0) return;
    event.preventDefault();
    return location.assign(links[now].href);
  }
  event.preventDefault();
  const next = links[(now + (event.key === "ArrowDown" ? 1 : -1) + links.length) % links.length];
  links[now]?.classList.remove("on");
  next?.classList.add("on");
  next?.scrollIntoView({ block: "nearest" });
});
