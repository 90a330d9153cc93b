// The import grid: cells copied from Excel land in the cells below and beside; arrows walk them.
const cells = (row) => [...row.querySelectorAll('td input:not([type="checkbox"])')];
const rowsOf = (grid) => [...grid.querySelectorAll("tbody tr")].filter((row) => cells(row).length);

function place(input) {
  const row = input.closest("tr");
  const rows = rowsOf(input.closest("[data-grid]"));
  return [rows, rows.indexOf(row), cells(row).indexOf(input)];
}

addEventListener("paste", (event) => {
  const input = event.target.closest?.("[data-grid] td input");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!input || !/[\t\n]/.test(text.trimEnd())) return;
  event.preventDefault();
  const [rows, top, left] = place(input);
  text.replace(/\r/g, "").replace(/\n$/, "").split("\n").forEach((line, down) => {
    const there = rows[top + down] ? cells(rows[top + down]) : [];
    line.split("\t").forEach((value, across) => {
      if (there[left + across]) there[left + across].value = value;
    });
  });
});

const STEPS = { ArrowDown: 1, Enter: 1, ArrowUp: -1 };
addEventListener("keydown", (event) => {
  const input = event.target.closest?.('[data-grid] td input:not([type="checkbox"])');
  if (!input || !(event.key in STEPS) || event.isComposing) return;
  event.preventDefault();
  const [rows, row, column] = place(input);
  const next = rows[row + STEPS[event.key]];
  if (next) cells(next)[column]?.select();
});
