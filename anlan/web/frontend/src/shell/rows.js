// Lists under the hand: [data-rows] holds rows (tr or [data-row]); each has one a[data-open], and a
// checkbox where it can be ticked. The bulk bar [data-bulk] shows while anything is ticked.
const lists = () => document.querySelectorAll("[data-rows]");
const rows = () => [...document.querySelectorAll("[data-rows] tbody tr, [data-rows] [data-row]")];
const current = () => rows().findIndex((row) => row.classList.contains("on"));

function choose(row) {
  rows().forEach((other) => other.classList.toggle("on", other === row));
  row?.scrollIntoView({ block: "nearest" });
}

export function step(by) {
  const all = rows();
  if (!all.length) return;
  const now = current();
  const next = now < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, now + by));
  choose(all[next]);
  if (document.body.classList.contains("drawer-open")) openRow();
}

export function openRow() {
  rows()[current()]?.querySelector("a[data-open]")?.click();
}

export function tickRow() {
  rows()[current()]?.querySelector('input[type="checkbox"]')?.click();
}

function reflect() {
  for (const list of lists()) {
    const boxes = [...list.querySelectorAll('tbody input[type="checkbox"], [data-row] input[type="checkbox"]')];
    const ticked = boxes.filter((box) => box.checked);
    boxes.forEach((box) => box.closest("tr, [data-row]")?.classList.toggle("ticked", box.checked));
    const all = list.querySelector("[data-tick-all]");
    if (all) {
      all.checked = boxes.length > 0 && ticked.length === boxes.length;
      all.indeterminate = ticked.length > 0 && ticked.length < boxes.length;
    }
    const scope = list.closest("form") ?? document;
    for (const bar of scope.querySelectorAll("[data-bulk]")) bar.hidden = ticked.length === 0;
    for (const count of scope.querySelectorAll("[data-ticked]")) count.textContent = ticked.length;
  }
}

addEventListener("change", (event) => {
  if (event.target.matches?.("[data-tick-all]")) {
    event.target.closest("[data-rows]").querySelectorAll('tbody input[type="checkbox"]').forEach((box) => { box.checked = event.target.checked; });
  }
  if (event.target.closest?.("[data-rows]")) reflect();
});
addEventListener("click", (event) => {
  const row = event.target.closest?.("[data-rows] tbody tr, [data-rows] [data-row]");
  if (row) choose(row);
});
addEventListener("htmx:afterSettle", reflect);
addEventListener("pageshow", reflect);
