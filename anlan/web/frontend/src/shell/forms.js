// Forms: warn before what was typed is lost, keep drafts of long texts, press a button only once.
const key = (form) => `anlan:draft:${form.dataset.draft}`;
const fields = (form) => [...form.elements].filter((field) => field.name && field.matches("textarea, input[type=text], input:not([type]), select") && field.name !== "csrfmiddlewaretoken");

function keep(form) {
  const values = Object.fromEntries(fields(form).map((field) => [field.name, field.value]));
  sessionStorage.setItem(key(form), JSON.stringify(values));
}

function restore(root) {
  for (const form of root.querySelectorAll?.("form[data-draft]") ?? []) {
    const kept = sessionStorage.getItem(key(form));
    if (!kept || form.dataset.restored) continue;
    form.dataset.restored = "yes";
    const values = JSON.parse(kept);
    for (const field of fields(form)) {
      if (!field.value && values[field.name]) field.value = values[field.name];
    }
  }
}

addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-draft], form[data-guard]");
  if (!form) return;
  form.dataset.dirty = "yes";
  if (form.dataset.draft) keep(form);
});

addEventListener("submit", (event) => {
  const form = event.target;
  delete form.dataset.dirty;
  // A plain form leaves the page: its draft goes once the next page says that it was done.
  if (form.dataset.draft && !form.hasAttribute("hx-post")) sessionStorage.setItem("anlan:sent", key(form));
  if (form.method === "dialog") return;
  // A script of the page took it over and did not send it: its buttons are that script's own.
  if (event.defaultPrevented && !form.hasAttribute("hx-post")) return;
  for (const button of form.querySelectorAll("button:not([type=button])")) {
    setTimeout(() => { button.disabled = true; }); // after the form's values were taken
    setTimeout(() => { button.disabled = false; }, 8000);
  }
});
addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt?.closest?.("form");
  if (!form) return;
  form.querySelectorAll("button:disabled").forEach((button) => { button.disabled = false; });
  if (event.detail.successful && event.detail.requestConfig.verb === "post" && form.dataset.draft) sessionStorage.removeItem(key(form));
});
addEventListener("pageshow", () => document.querySelectorAll("form button:disabled").forEach((button) => { button.disabled = button.hasAttribute("data-disabled"); }));
addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-guard][data-dirty]")) event.preventDefault();
});
addEventListener("htmx:afterSettle", (event) => restore(event.target));

// A clause decides the grade: choosing one sets the other.
addEventListener("change", (event) => {
  if (event.target.name !== "clause" || event.target.tagName !== "SELECT") return;
  const grade = event.target.form.elements.grade;
  const label = event.target.selectedOptions[0]?.textContent ?? "";
  if (grade && event.target.value) grade.value = label.includes("重大") && label.startsWith("▲") ? "MAJOR" : "GENERAL";
});

// <select data-submit> and <input data-submit> send their form when changed.
addEventListener("change", (event) => {
  if (event.target.matches?.("[data-submit]")) event.target.form?.requestSubmit();
});
const sent = sessionStorage.getItem("anlan:sent");
if (sent) {
  sessionStorage.removeItem("anlan:sent");
  if (document.querySelector(".toast-line.success")) sessionStorage.removeItem(sent);
}
restore(document);

// A box that finds names adds the one chosen to the list above it.
addEventListener("change", (event) => {
  const finder = event.target.closest?.("[data-adds]");
  if (!finder?.value.trim()) return;
  const list = document.querySelector(finder.dataset.adds);
  list.value = [list.value.trim(), finder.value.trim()].filter(Boolean).join("、");
  list.dispatchEvent(new Event("input", { bubbles: true }));
  finder.value = "";
});
