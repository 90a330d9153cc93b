// The map of stations: outlines beneath as SVG, stations above on a plain canvas. Ten thousand signs are
// stamped from ready-made pictures; no tiles, no WebGL. The list says the same in words.
const box = document.getElementById("plan");
const canvas = box.querySelector("canvas");
const grounds = box.querySelectorAll("svg");
const tip = box.querySelector(".plan-tip");
const bar = document.getElementById("plan-bar");
const WIDTH = Number(box.dataset.width), HEIGHT = Number(box.dataset.height), MARGIN = 14;
const EVERY = 15_000;
const NEAR = 16; // pixels from a finger or a pointer
const RANK = [0, 4, 3, 1, 1, 2]; // of states: what is worse lies on top
const SIGNS = [
  ["--good", (p, r) => { p.arc(0, 0, r * 0.8, 0, 7); }, "fill"],
  ["--late", (p, r) => { p.moveTo(-r, -r); p.lineTo(r, r); p.moveTo(r, -r); p.lineTo(-r, r); }, "stroke"],
  ["--soon", (p, r) => { p.moveTo(0, -r); p.lineTo(r, r * 0.8); p.lineTo(-r, r * 0.8); p.closePath(); }, "fill"],
  ["--ink-faint", (p, r) => { p.rect(-r * 0.7, -r * 0.7, r * 1.4, r * 1.4); }, "fill"],
  ["--ink-faint", (p, r) => { p.arc(0, 0, r * 0.75, 0, 7); }, "stroke"],
  ["--accent", (p, r) => { p.moveTo(0, -r); p.lineTo(r, 0); p.lineTo(0, r); p.lineTo(-r, 0); p.closePath(); }, "stroke"],
];
const ALARMS = ["", "--grade-low", "--grade-general", "--grade-larger", "--grade-major"];
const view = { x: WIDTH / 2, y: HEIGHT / 2, k: 1 };
let told = null, names = null, spots = [], stamps = {}, frame = null;

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim() || "#444";
const kinds = Object.fromEntries([...bar.querySelectorAll("[name=observed] option")].map((o) => [o.value, o.textContent]));

// --- from degrees to the drawing to the screen ---------------------------------------------------

function framed() {
  if (box.dataset.west) {
    const read = (name) => Number(box.dataset[name]);
    return { west: read("west"), north: read("north"), scale: read("scale"), narrow: read("narrow") };
  }
  const lons = told.lon.filter((each) => each !== null), lats = told.lat.filter((each) => each !== null);
  if (!lons.length) return null;
  const least = (all) => all.reduce((a, b) => Math.min(a, b)), most = (all) => all.reduce((a, b) => Math.max(a, b));
  const west = least(lons), east = most(lons), south = least(lats), north = most(lats);
  const narrow = Math.cos(((south + north) / 2) * Math.PI / 180);
  const scale = Math.min((WIDTH - 2 * MARGIN) / Math.max((east - west) * narrow, 1e-3), (HEIGHT - 2 * MARGIN) / Math.max(north - south, 1e-3));
  const left = (WIDTH / scale / narrow - (east - west)) / 2, above = (HEIGHT / scale - (north - south)) / 2;
  return { west: west - left, north: north + above, scale, narrow };
}

const fit = () => Math.min(canvas.clientWidth / WIDTH, canvas.clientHeight / HEIGHT) * view.k;

function corner() {
  const f = fit();
  return { f, left: view.x - canvas.clientWidth / f / 2, top: view.y - canvas.clientHeight / f / 2 };
}

// --- what is where -------------------------------------------------------------------------------

function wanted() {
  const states = new Set([...bar.querySelectorAll("[name=state]:checked")].map((each) => Number(each.value)));
  return { states, alarmed: bar.querySelector("[name=alarmed]").checked, observed: bar.querySelector("[name=observed]").value };
}

function gather() {
  const { states, alarmed, observed } = wanted();
  const found = new Map(), counts = [0, 0, 0, 0, 0, 0];
  let alarms = 0, nowhere = 0;
  for (let i = 0; i < told.stream.length; i += 1) {
    if (observed && told.observed[i] !== observed) continue;
    counts[told.state[i]] += 1;
    if (told.grade[i]) alarms += 1;
    if (!states.has(told.state[i]) || (alarmed && !told.grade[i])) continue;
    if (told.lon[i] === null || !frame) { nowhere += 1; continue; }
    const rank = told.grade[i] ? 10 + told.grade[i] : RANK[told.state[i]];
    const spot = found.get(told.station[i]);
    if (spot) {
      spot.streams.push(i);
      if (rank > spot.rank) { spot.rank = rank; spot.worst = i; }
    } else {
      const x = (told.lon[i] - frame.west) * frame.narrow * frame.scale, y = (frame.north - told.lat[i]) * frame.scale;
      found.set(told.station[i], { station: told.station[i], x, y, rank, worst: i, streams: [i] });
    }
  }
  spots = [...found.values()].sort((a, b) => a.rank - b.rank);
  for (const cell of bar.querySelectorAll("[data-count]")) {
    cell.textContent = cell.dataset.count === "alarm" ? alarms : counts[Number(cell.dataset.count)];
  }
  say(nowhere);
  worst();
}

function say(nowhere) {
  const streams = told.stream.length, at = new Date(told.now * 1000).toLocaleTimeString("zh-CN", { hour12: false });
  const words = streams ? `${spots.length} 处测站在图上，共 ${streams} 个测点，${at} 更新` : "还没有测点，登记测站后显示在这里。";
  document.getElementById("plan-said").textContent = nowhere ? `${words}；另有 ${nowhere} 个测点没有坐标，请看列表` : words;
}

function worst() {
  const list = document.getElementById("plan-worst");
  const rows = [...told.stream.keys()].filter((i) => told.grade[i]).sort((a, b) => told.grade[b] - told.grade[a]).slice(0, 12);
  list.replaceChildren(...rows.map((i) => {
    const row = document.createElement("li"), link = document.createElement("a"), tag = document.createElement("span");
    tag.className = `tag g${told.grade[i]}`;
    tag.textContent = `◉ ${told.grades[told.grade[i]]}`;
    link.href = `/stations/${told.station[i]}/`;
    link.textContent = ` ${nameOf(i)} ${saidOf(i)}`;
    row.append(tag, link);
    return row;
  }));
}

const nameOf = (i) => names?.get(told.station[i]) ?? "测站";
const saidOf = (i) => `${kinds[told.observed[i]] ?? ""} ${told.value[i] === null ? "无数据" : `${+told.value[i].toFixed(3)} ${told.units[told.unit[i]] ?? told.unit[i]}`}`;

function ago(at) {
  if (at === null) return "";
  const minutes = Math.max(0, Math.round((told.now - at) / 60));
  if (minutes < 60) return `${minutes} 分钟前`;
  return minutes < 2880 ? `${Math.round(minutes / 60)} 小时前` : `${Math.round(minutes / 1440)} 天前`;
}

// --- drawing -------------------------------------------------------------------------------------

function stamp(key, size, paint) {
  const sheet = document.createElement("canvas"), dots = devicePixelRatio || 1;
  sheet.width = sheet.height = Math.ceil(size * dots);
  const pen = sheet.getContext("2d");
  pen.scale(dots, dots);
  pen.translate(size / 2, size / 2);
  paint(pen);
  stamps[key] = { sheet, size };
}

function cut() {
  stamps = {};
  const paper = colour("--paper");
  SIGNS.forEach(([name, shape, way], state) => stamp(`s${state}`, 16, (pen) => {
    pen.lineWidth = 2.2;
    pen.beginPath();
    shape(pen, 5);
    if (way === "fill") { pen.strokeStyle = paper; pen.lineWidth = 1.2; pen.stroke(); pen.fillStyle = colour(name); pen.fill(); }
    else { pen.strokeStyle = paper; pen.lineWidth = 4; pen.stroke(); pen.strokeStyle = colour(name); pen.lineWidth = 2.2; pen.stroke(); }
  }));
  ALARMS.forEach((name, grade) => grade && stamp(`g${grade}`, 26, (pen) => {
    pen.beginPath();
    pen.arc(0, 0, 11, 0, 7);
    pen.fillStyle = colour(name);
    pen.fill();
    pen.lineWidth = 2;
    pen.strokeStyle = paper;
    pen.stroke();
    pen.fillStyle = paper;
    pen.font = `600 13px ${colour("--font")}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText((told.grades[grade] ?? "!")[0], 0, 1);
  }));
}

let waiting = 0;
function redraw() {
  if (!waiting) waiting = requestAnimationFrame(() => { waiting = 0; draw(); });
}

function draw() {
  const dots = devicePixelRatio || 1, wide = canvas.clientWidth, high = canvas.clientHeight;
  if (canvas.width !== Math.round(wide * dots) || canvas.height !== Math.round(high * dots)) {
    canvas.width = Math.round(wide * dots);
    canvas.height = Math.round(high * dots);
  }
  const { f, left, top } = corner();
  for (const ground of grounds) {
    ground.setAttribute("viewBox", `${left} ${top} ${wide / f} ${high / f}`);
    ground.style.setProperty("--label", `${12 / f}px`);
    ground.style.setProperty("--halo", `${3 / f}px`);
  }
  box.classList.toggle("near", view.k >= 2.2);
  const pen = canvas.getContext("2d");
  pen.setTransform(dots, 0, 0, dots, 0, 0);
  pen.clearRect(0, 0, wide, high);
  const small = spots.length > 1500 && view.k < 4 ? 0.6 : 1;
  for (const spot of spots) {
    const x = (spot.x - left) * f, y = (spot.y - top) * f;
    if (x < -20 || y < -20 || x > wide + 20 || y > high + 20) continue;
    const key = told.grade[spot.worst] ? `g${told.grade[spot.worst]}` : `s${told.state[spot.worst]}`;
    const { sheet, size } = stamps[key], drawn = key[0] === "g" ? size : size * small;
    pen.drawImage(sheet, x - drawn / 2, y - drawn / 2, drawn, drawn);
  }
  box.dataset.drawn = spots.length;
}

// --- looking closer ------------------------------------------------------------------------------

function nearest(event) {
  const place = canvas.getBoundingClientRect(), px = event.clientX - place.left, py = event.clientY - place.top;
  const { f, left, top } = corner();
  let best = null, least = NEAR * NEAR;
  for (const spot of spots) {
    const dx = (spot.x - left) * f - px, dy = (spot.y - top) * f - py, away = dx * dx + dy * dy;
    if (away < least || (away === least && best && spot.rank >= best.rank)) { least = away; best = spot; }
  }
  return best;
}

function show(spot) {
  tip.hidden = !spot;
  if (!spot) return;
  const link = document.createElement("a"), lines = document.createElement("ul");
  link.href = `/stations/${spot.station}/`;
  link.textContent = nameOf(spot.worst);
  for (const i of spot.streams.slice(0, 5)) {
    const line = document.createElement("li");
    const grade = told.grade[i] ? ` ◉${told.grades[told.grade[i]]}` : "";
    line.textContent = `${saidOf(i)} · ${told.states[told.state[i]]}${grade} ${ago(told.at[i])}`;
    lines.append(line);
  }
  tip.replaceChildren(link, lines);
  const { f, left, top } = corner();
  const x = (spot.x - left) * f, y = (spot.y - top) * f;
  tip.style.left = `${Math.max(8, Math.min(x + 14, canvas.clientWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${y + 14 + tip.offsetHeight > canvas.clientHeight ? Math.max(8, y - tip.offsetHeight - 14) : y + 14}px`;
}

function open(spot) {
  const address = `/stations/${spot.station}/`;
  if (window.htmx && innerWidth >= 768) window.htmx.ajax("GET", address, { target: "#drawer", swap: "innerHTML" });
  else location.href = address;
}

// --- moving about --------------------------------------------------------------------------------

function zoom(by, x = canvas.clientWidth / 2, y = canvas.clientHeight / 2) {
  const before = corner(), sx = before.left + x / before.f, sy = before.top + y / before.f;
  view.k = Math.max(0.8, Math.min(60, view.k * by));
  const f = fit();
  view.x = sx - (x - canvas.clientWidth / 2) / f;
  view.y = sy - (y - canvas.clientHeight / 2) / f;
  show(null);
  redraw();
}

function shift(dx, dy) {
  const f = fit();
  view.x = Math.max(0, Math.min(WIDTH, view.x - dx / f));
  view.y = Math.max(0, Math.min(HEIGHT, view.y - dy / f));
  show(null);
  redraw();
}

const fingers = new Map();
let moved = 0;
canvas.addEventListener("pointerdown", (event) => {
  canvas.setPointerCapture(event.pointerId);
  fingers.set(event.pointerId, event);
  moved = 0;
});
canvas.addEventListener("pointermove", (event) => {
  const before = fingers.get(event.pointerId);
  if (!before) {
    if (event.pointerType === "mouse") { const spot = nearest(event); canvas.classList.toggle("on", Boolean(spot)); show(spot); }
    return;
  }
  const dx = event.clientX - before.clientX, dy = event.clientY - before.clientY;
  if (fingers.size === 1) {
    moved += Math.abs(dx) + Math.abs(dy);
    if (moved > 6) shift(dx, dy);
  } else {
    moved += 10;
    const [other] = [...fingers.entries()].filter(([id]) => id !== event.pointerId).map(([, each]) => each);
    const apart = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    const place = canvas.getBoundingClientRect();
    zoom(apart(event) / Math.max(apart(before), 1), (event.clientX + other.clientX) / 2 - place.left, (event.clientY + other.clientY) / 2 - place.top);
  }
  fingers.set(event.pointerId, event);
});
canvas.addEventListener("pointerup", (event) => {
  fingers.delete(event.pointerId);
  if (moved > 6) return;
  const spot = nearest(event);
  if (spot && event.pointerType === "mouse") open(spot);
  else show(spot);
});
canvas.addEventListener("pointercancel", (event) => fingers.delete(event.pointerId));
canvas.addEventListener("wheel", (event) => {
  event.preventDefault();
  zoom(event.deltaY < 0 ? 1.25 : 0.8, event.offsetX, event.offsetY);
}, { passive: false });
canvas.addEventListener("keydown", (event) => {
  const steps = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
  if (steps[event.key]) shift(...steps[event.key]);
  else if (event.key === "+" || event.key === "=") zoom(1.4);
  else if (event.key === "-") zoom(1 / 1.4);
  else if (event.key === "0") whole();
  else return;
  event.preventDefault();
});
function whole() {
  Object.assign(view, { x: WIDTH / 2, y: HEIGHT / 2, k: 1 });
  redraw();
}
box.addEventListener("click", (event) => {
  const how = event.target.closest("[data-zoom]")?.dataset.zoom;
  if (how === "all") whole();
  else if (how) zoom(how === "in" ? 1.6 : 1 / 1.6);
});
bar.addEventListener("change", () => { if (told) { gather(); show(null); redraw(); } });
new ResizeObserver(redraw).observe(box);

// --- what the stations say -----------------------------------------------------------------------

async function fetched(named) {
  const address = new URL(box.dataset.latest, location.href);
  if (named) address.searchParams.set("names", "1");
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

async function refresh() {
  try {
    const fresh = await fetched(!names);
    if (!names) names = new Map(fresh.stream.map((_, i) => [fresh.station[i], fresh.name[i]]));
    told = fresh;
    frame ??= framed();
    if (!stamps.s0) cut();
    gather();
    redraw();
  } catch {
    const words = told ? "暂时取不到新数据，图上是上次的，稍后会再试。" : "暂时取不到测站数据，稍后会再试；也可以看列表。";
    document.getElementById("plan-said").textContent = words;
  }
}

refresh();
setInterval(() => { if (!document.hidden) refresh(); }, EVERY);
