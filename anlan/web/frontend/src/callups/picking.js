// An area ticked among what a search found moves to the picked ones: the next search must not lose it.
addEventListener("change", (event) => {
  const line = event.target.closest?.("[data-offers] li");
  const list = document.querySelector("[data-picked]");
  if (!line || !list || !event.target.checked) return;
  const code = event.target.value;
  for (const other of list.querySelectorAll("input")) if (other.value === code) return line.remove();
  list.append(line);
});

// How near the danger is to an area is asked of those that are ticked; a warning asks nobody.
addEventListener("change", (event) => {
  if (!event.target.matches?.(".compose[data-near] input[name=area]")) return;
  const near = event.target.closest("label").parentElement.querySelector(":scope > select.near");
  if (near) near.hidden = near.disabled = !event.target.checked;
}, true);

// Enter in the search must not send the whole form.
addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches?.(".compose [name=look_for]")) event.preventDefault();
});
