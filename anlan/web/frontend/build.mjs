// Bundles the screens' scripts, styles and icons into ../static/built, each name with its content
// hash, and writes manifest.json, from which the template tags learn the names.
import { brotliCompressSync, gzipSync } from "node:zlib";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const web = path.dirname(here);
const built = path.join(web, "static", "built");
const out = `${built}.${process.pid}`; // swapped in whole at the end: a running server never misses a file
const icons = path.join(here, "node_modules", "@tabler", "icons", "icons");
const entries = ["main.js", "field.js", "callups.js", "stations.js", "plan.js", "draw.js", "worker.js", "main.css", "answer.css"];
const COMPRESSED = /\.(js|css|svg)$/;

function* filesBelow(folder, ending) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!/^(node_modules|__pycache__|built.*)$/.test(entry.name)) yield* filesBelow(full, ending);
    } else if (ending.test(entry.name)) yield full;
  }
}

// An icon is used where a template says {% icon "bell" %}, Python says icon="bell", a script says
// icon("bell"), or a catalogue says icon: bell or symbol: bell.
const USES = [
  [web, /\.html$/, /\{% icon "([a-z0-9-]+)"/g],
  [web, /\.py$/, /\bicon(?:: str)? ?= ?"([a-z0-9-]+)"/g],
  [path.join(here, "src"), /\.js$/, /\bicon\("([a-z0-9-]+)"\)/g],
  [path.resolve(web, "..", "..", "catalogues"), /\.yaml$/, /^\s+(?:icon|symbol): ([a-z0-9-]+)\s*$/gm],
];

function usedIcons() {
  const used = new Map();
  for (const [folder, ending, pattern] of USES) {
    if (!fs.existsSync(folder)) continue;
    for (const file of filesBelow(folder, ending)) {
      for (const [, name] of fs.readFileSync(file, "utf8").matchAll(pattern)) used.set(name, file);
    }
  }
  return [...used].sort();
}

function sprite() {
  const symbols = usedIcons().map(([name, file]) => {
    const [base, folder] = name.endsWith("-filled")
      ? [name.slice(0, -"-filled".length), "filled"]
      : [name, "outline"];
    const source = path.join(icons, folder, `${base}.svg`);
    if (!fs.existsSync(source)) throw new Error(`no icon "${name}", wanted by ${file}`);
    const body = fs.readFileSync(source, "utf8").replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
    const paint = folder === "filled"
      ? 'fill="currentColor"'
      : 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
    return `<symbol id="${name}" viewBox="0 0 24 24" ${paint}>${body.replace(/\s*\n\s*/g, "")}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("\n")}</svg>\n`;
}

function hashed(name, content) {
  // Eight signs of 0-9A-Z, as esbuild does it: the server lets such names be cached for ever.
  const sum = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  const { name: base, ext } = path.parse(name);
  fs.writeFileSync(path.join(out, `${base}-${sum}${ext}`), content);
  return `${base}-${sum}${ext}`;
}

async function build() {
  fs.rmSync(out, { recursive: true, force: true });
  fs.mkdirSync(out, { recursive: true });
  const result = await esbuild.build({
    entryPoints: entries.map((name) => path.join(here, "src", name)),
    outdir: out,
    bundle: true,
    minify: true,
    metafile: true,
    format: "iife",
    target: "es2020",
    loader: { ".svg": "dataurl", ".woff2": "file" },
    legalComments: "none",
    entryNames: "[name]-[hash]",
    logLevel: "warning",
  });
  const manifest = {};
  for (const [file, made] of Object.entries(result.metafile.outputs)) {
    if (made.entryPoint) manifest[path.basename(made.entryPoint)] = path.basename(file);
  }
  manifest["icons.svg"] = hashed("icons.svg", sprite());
  for (const name of fs.readdirSync(out)) {
    if (!COMPRESSED.test(name)) continue;
    const content = fs.readFileSync(path.join(out, name));
    fs.writeFileSync(path.join(out, `${name}.gz`), gzipSync(content, { level: 9 }));
    fs.writeFileSync(path.join(out, `${name}.br`), brotliCompressSync(content));
  }
  fs.writeFileSync(path.join(out, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
  const size = Object.values(manifest).map((name) => `${name} ${Math.round(fs.statSync(path.join(out, name)).size / 1024)} kB`);
  const old = `${out}.old`; // two builds at once: whoever is last stays, neither trips
  if (fs.existsSync(built)) fs.renameSync(built, old);
  fs.renameSync(out, built);
  fs.rmSync(old, { recursive: true, force: true });
  console.log(`built: ${size.join(", ")}`);
}

await build();
if (process.argv.includes("--watch")) {
  let waiting;
  const again = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => build().catch((trouble) => console.error(trouble.message)), 100);
  };
  for (const folder of [path.join(here, "src"), path.join(web, "templates")]) {
    fs.watch(folder, { recursive: true }, again);
  }
}
