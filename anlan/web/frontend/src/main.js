// Every page's behaviour. Pages work without it: links are links and forms are forms.
import htmx from "htmx.org/dist/htmx.esm.js";
import "./shell/requests.js";
import "./shell/drawer.js";
import "./shell/menus.js";
import "./shell/keys.js";
import "./shell/toasts.js";
import "./shell/rows.js";
import "./shell/forms.js";
import "./shell/uploads.js";
import "./shell/worker.js";
import "./grid.js";

window.htmx = htmx;
