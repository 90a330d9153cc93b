// How htmx asks and what it does with answers. No eval: the security policy forbids it.
import htmx from "htmx.org/dist/htmx.esm.js";

Object.assign(htmx.config, {
  allowEval: false,
  disableInheritance: true, // what an element does is written on the element
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0, // pages of a shared desk must not lie about in local storage
  refreshOnHistoryMiss: true,
  scrollBehavior: "auto",
  timeout: 60000,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true }, // a form that comes back with what is wrong in it
    { code: "[45]..", swap: false, error: true },
  ],
});

// The thin line on top while an answer is awaited.
let waiting = 0;
const showWaiting = () => document.body.classList.toggle("asking", waiting > 0);
// What came a moment ago is wired a little after it is shown: who clicks at once would leave the page instead.
addEventListener("click", (event) => {
  const asked = event.target.closest?.("[hx-get], [hx-post]");
  if (asked) htmx.process(asked);
}, true);

addEventListener("htmx:beforeRequest", () => { waiting += 1; showWaiting(); });
addEventListener("htmx:afterRequest", () => { waiting = Math.max(0, waiting - 1); showWaiting(); });
