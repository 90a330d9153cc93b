// The drawer at the right: anything asked into #drawer opens it; Escape closes it; the list stays.
const drawer = () => document.getElementById("drawer");
let opener = null;

function reflect() {
  document.body.classList.toggle("drawer-open", Boolean(drawer()?.firstElementChild));
}

export function closeDrawer() {
  const sheet = drawer();
  if (!sheet?.firstElementChild) return false;
  if (sheet.querySelector("form[data-dirty]") && !confirm("填写的内容还没有提交，确定关闭吗?")) return true;
  sheet.replaceChildren();
  reflect();
  opener?.focus?.({ preventScroll: true });
  return true;
}

addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target?.id === "drawer" && !drawer().contains(event.detail.elt)) opener = event.detail.elt;
});
addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "drawer") return;
  reflect();
  const body = drawer().querySelector(".drawer-body");
  if (body) body.scrollTop = 0;
  (drawer().querySelector("[autofocus]") ?? drawer().querySelector(".drawer-head b"))?.focus?.({ preventScroll: true });
});
addEventListener("click", (event) => {
  if (event.target.closest?.("[data-close-drawer]")) closeDrawer();
});
reflect();
