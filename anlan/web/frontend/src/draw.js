// A range drawn on the ground of a map: the corners of a polygon, or a circle's middle and its edge.
// What counts is the text of the two fields beside it; whoever cannot draw types there.
const box = document.getElementById("draw");
const svg = box.querySelector("svg.draw-ground");
const said = box.querySelector("[role=status]");
const fields = { ring: document.getElementById("id_ring"), circle: document.getElementById("id_circle") };
const number = (name) => Number(box.dataset[name]);
const WIDTH = number("width"), HEIGHT = number("height");
const frame = { west: number("west"), north: number("north"), scale: number("scale"), narrow: number("narrow") };
const DEGREE = 111.195; // kilometres of a degree of latitude
const STILL = 6; // pixels: a finger that moved farther did not tap
const NUMBER = "(-?\\d+(?:\\.\\d+)?)", COMMA = "\\s*[,，]\\s*";
const PAIR = new RegExp(NUMBER + COMMA + NUMBER, "g");
const ROUND = new RegExp(NUMBER + COMMA + NUMBER + "(?:\\s*[,，]\\s*|\\s+)" + NUMBER);
let view = { x: 0, y: 0, wide: WIDTH };
let way = "ring", middle = null, from = null, moved = 0;

// --- from degrees to the drawing and back --------------------------------------------------------

const onto = ([lon, lat]) => [(lon - frame.west) * frame.narrow * frame.scale, (frame.north - lat) * frame.scale];
const degrees = ([x, y]) => [frame.west + x / frame.scale / frame.narrow, frame.north - y / frame.scale];
const short = (value) => String(+value.toFixed(5));
const inKm = (length) => (length / frame.scale) * DEGREE;

function under(event) {
  const spot = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return [spot.x, spot.y];
}

// --- what the fields say -------------------------------------------------------------------------

const corners = () => [...fields.ring.value.matchAll(PAIR)].map(([, lon, lat]) => [Number(lon), Number(lat)]);

function round() {
  const found = fields.circle.value.match(ROUND);
  return found ? { spot: [Number(found[1]), Number(found[2])], km: Number(found[3]) } : null;
}

function write(name, text) {
  fields[name].value = text;
  fields[name].dispatchEvent(new Event("input", { bubbles: true }));
}

const keep = (spots) => write("ring", spots.map((spot) => spot.map(short).join(",")).join(" "));

// --- drawing -------------------------------------------------------------------------------------

function shape(name, facts) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(facts)) made.setAttribute(key, value);
  return made;
}

function circled([x, y], length) {
  return shape("circle", { cx: x, cy: y, r: Math.max(length, 0), class: "draw-shape" });
}

function draw(pointer = null) {
  const high = (view.wide * HEIGHT) / WIDTH, f = Math.min(svg.clientWidth / view.wide, svg.clientHeight / high) || 1;
  svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.wide} ${high}`);
  svg.style.setProperty("--label", `${12 / f}px`);
  svg.style.setProperty("--halo", `${3 / f}px`);
  const made = [], spots = corners().map(onto), known = round();
  if (spots.length) made.push(shape(spots.length > 2 ? "polygon" : "polyline", { points: spots.map((s) => s.join(",")).join(" "), class: "draw-shape" }));
  if (known) made.push(circled(onto(known.spot), (known.km / DEGREE) * frame.scale));
  if (middle && pointer) made.push(circled(middle, Math.hypot(pointer[0] - middle[0], pointer[1] - middle[1])));
  const dots = [...spots, ...(known ? [onto(known.spot)] : []), ...(middle ? [middle] : [])];
  made.push(...dots.map(([x, y]) => shape("circle", { cx: x, cy: y, r: 5 / f, class: "draw-corner" })));
  svg.querySelector("g.drawn").replaceChildren(...made);
  said.textContent = words(spots, known);
}

function words(spots, known) {
  const told = [];
  if (spots.length) told.push(`多边形 ${spots.length} 个顶点${spots.length > 2 ? `，约 ${extent(spots).toFixed(2)} 平方公里` : "，还要再点"}`);
  if (known) told.push(`圆，半径 ${known.km} 公里`);
  if (middle) told.push("圆心已定，再点圆边上的一点");
  return told.join("；") || (way === "ring" ? "依次点出范围的顶点，首尾自动闭合。" : "先点圆心，再点圆边上的一点。");
}

function extent(spots) {
  const twice = spots.reduce((sum, [x, y], i) => {
    const [a, b] = spots[(i + 1) % spots.length];
    return sum + x * b - a * y;
  }, 0);
  return (Math.abs(twice) / 2) * inKm(1) ** 2;
}

// --- fingers and buttons -------------------------------------------------------------------------

function point(spot) {
  if (way === "ring") return keep([...corners(), degrees(spot)]);
  if (!middle) {
    middle = spot;
    return draw();
  }
  const km = inKm(Math.hypot(spot[0] - middle[0], spot[1] - middle[1])), at = degrees(middle).map(short).join(",");
  middle = null;
  return km >= 0.01 ? write("circle", `${at},${+km.toFixed(2)}`) : draw();
}

svg.addEventListener("pointerdown", (event) => {
  svg.setPointerCapture(event.pointerId);
  from = event;
  moved = 0;
});
svg.addEventListener("pointermove", (event) => {
  if (!from) return draw(under(event));
  const before = under(from), after = under(event);
  moved += Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY);
  from = event;
  if (moved <= STILL) return null;
  view = { ...view, x: view.x + before[0] - after[0], y: view.y + before[1] - after[1] };
  return draw();
});
svg.addEventListener("pointerup", (event) => {
  from = null;
  if (moved <= STILL) point(under(event));
});
svg.addEventListener("pointercancel", () => { from = null; });

function closer(times) {
  const wide = Math.min(WIDTH * 3, Math.max(WIDTH / 40, view.wide / times)), left = (view.wide - wide) / 2;
  view = { x: view.x + left, y: view.y + (left * HEIGHT) / WIDTH, wide };
}

const DEEDS = {
  ring: () => { way = "ring"; middle = null; },
  circle: () => { way = "circle"; },
  back: () => {
    if (way === "ring") keep(corners().slice(0, -1));
    else if (middle) middle = null;
    else write("circle", "");
  },
  clear: () => { middle = null; write("ring", ""); write("circle", ""); },
  in: () => closer(1.8),
  out: () => closer(1 / 1.8),
};
box.addEventListener("click", (event) => {
  const button = event.target.closest("[data-draw]");
  if (!button) return;
  DEEDS[button.dataset.draw]();
  for (const each of box.querySelectorAll("[aria-pressed]")) each.setAttribute("aria-pressed", String(each.dataset.draw === way));
  draw();
});
for (const field of Object.values(fields)) field.addEventListener("input", () => draw());

if (box.dataset.near) {
  const [left, top, right, bottom] = box.dataset.near.split(" ").map(Number);
  const wide = Math.min(WIDTH, Math.max((right - left) * 1.6, (((bottom - top) * WIDTH) / HEIGHT) * 1.6, WIDTH / 40));
  view = { x: (left + right - wide) / 2, y: (top + bottom - (wide * HEIGHT) / WIDTH) / 2, wide };
}
new ResizeObserver(() => draw()).observe(svg);
