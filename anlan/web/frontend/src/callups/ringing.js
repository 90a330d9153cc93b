// Whoever rings keeps one hand on the keys: a digit is the outcome of the call that is open. The row
// that was chosen stays chosen while the board changes under it.
let chosen = "";

const typing = (element) => element?.closest?.("input, textarea, select");
const mark = () => {
  if (!chosen) return;
  const row = document.querySelector(`[data-board] tr[data-key="${chosen}"]`);
  row?.classList.add("on");
};

addEventListener("keydown", (event) => {
  if (event.metaKey || event.ctrlKey || event.altKey || typing(event.target) || !/^[1-9]$/.test(event.key)) return;
  const button = document.querySelector(`#drawer [data-outcomes] [data-key="${event.key}"], main [data-outcomes] [data-key="${event.key}"]`);
  if (!button || button.disabled) return;
  event.preventDefault();
  const named = button.form.elements.proxy_name;
  if (button.value === "PROXY" && named && !named.value) return named.focus();
  button.click();
});

addEventListener("htmx:beforeSwap", (event) => {
  if (!event.target.matches?.("[data-board]")) return;
  chosen = document.querySelector("[data-board] tr.on")?.dataset.key ?? chosen;
});
addEventListener("htmx:afterSwap", (event) => {
  if (event.target.matches?.("[data-board]")) mark();
});
