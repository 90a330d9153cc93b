// Menus are <details>, dialogs are <dialog>: the browser does nearly all of it.
addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const opens = event.target.closest?.("[data-dialog]");
  if (opens) {
    const dialog = document.getElementById(opens.dataset.dialog);
    if (dialog && !dialog.open) {
      event.preventDefault();
      dialog.showModal();
    }
  }
  if (event.target.closest?.("[data-close-dialog]")) event.target.closest("dialog")?.close();
  if (event.target.matches?.("dialog")) event.target.close(); // the backdrop
  if (event.target.closest?.("[data-print]")) print();
});

addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  const text = (source?.value ?? source?.textContent ?? "").trim();
  await copy(text);
  dispatchEvent(new CustomEvent("anlan:toast", { detail: { words: "已复制，可粘贴到工作群" } }));
});

async function copy(text) {
  // Intranets often run without TLS, where navigator.clipboard is missing.
  if (navigator.clipboard && isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

if (new URLSearchParams(location.search).has("print")) addEventListener("load", () => print());
