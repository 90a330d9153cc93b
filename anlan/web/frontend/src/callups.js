// Call-ups: picked areas stay picked; the board follows what happens; keys for whoever rings.
import { toast } from "./callups/said.js";
import "./callups/picking.js";
import { follow } from "./callups/live.js";
import "./callups/ringing.js";
import "./callups/push.js";

const stream = document.querySelector("[data-live]");
if (stream) follow(stream.dataset.live, document.querySelector("[data-live-state]"), toast);
