// Reports on their way to the server. Shared by the page and the service worker.
// The server knows a report by its `origin`: sent twice, it is still one report.
import { all, put, remove } from "./store.js";

export const ADDRESS = "/field/report/";
const AGAIN_LATER = new Set([408, 425, 429, 500, 502, 503, 504]);

export async function enqueue(report) {
  await put("reports", { ...report, state: "waiting", queuedAt: Date.now() });
}

export async function waiting(person) {
  const found = await all("reports");
  return found.filter((report) => report.person === person).sort((a, b) => a.queuedAt - b.queuedAt);
}

function bodyOf(report) {
  const body = new FormData();
  for (const [name, value] of Object.entries(report.fields)) {
    if (value !== null && value !== undefined) body.append(name, value);
  }
  body.append("origin", report.origin);
  for (const photo of report.photos) body.append(photo.phase === "AFTER" ? "after" : "photos", photo.blob, photo.name);
  return body;
}

// Who is signed in now, and the token that a form needs; null without a signal or a sign-in.
async function greeting() {
  try {
    const answer = await fetch("/field/hello/", { headers: { Accept: "application/json" }, cache: "no-store", redirect: "manual" });
    return answer.ok ? await answer.json() : { signedOut: true };
  } catch {
    return null;
  }
}

function post(report, token, onProgress) {
  // The worker has no XMLHttpRequest; the page uses it because only it tells the upload's progress.
  if (typeof XMLHttpRequest === "undefined") {
    return fetch(report.address ?? ADDRESS, { method: "POST", body: bodyOf(report), headers: { Accept: "application/json", "X-CSRFToken": token } })
      .then(async (answer) => ({ status: answer.status, said: await answer.json().catch(() => ({})) }), () => ({ status: 0 }));
  }
  return new Promise((done) => {
    const xhr = new XMLHttpRequest();
    xhr.open("POST", report.address ?? ADDRESS);
    xhr.setRequestHeader("Accept", "application/json");
    xhr.setRequestHeader("X-CSRFToken", token);
    xhr.responseType = "json";
    xhr.upload.onprogress = (event) => event.lengthComputable && onProgress?.(event.loaded / event.total);
    xhr.onload = () => done({ status: xhr.status, said: xhr.response ?? {} });
    xhr.onerror = xhr.ontimeout = () => done({ status: 0 });
    xhr.timeout = 120000;
    xhr.send(bodyOf(report));
  });
}

// Sends one report. Answers {sent}, {refused} or {later}; what could not be sent stays in the queue.
export async function send(report, onProgress) {
  const hello = await greeting();
  if (!hello) return { later: "offline" };
  if (hello.signedOut) return { later: "signed-out" };
  if (hello.person !== report.person) return { later: "somebody-else" };
  const { status, said } = await post(report, hello.token, onProgress);
  if (status >= 200 && status < 300) {
    await remove("reports", report.origin);
    return { sent: said };
  }
  if (status === 0 || AGAIN_LATER.has(status)) return { later: status ? "server" : "offline" };
  const refused = said?.refused ?? { words: `服务器没有接收（${status}）`, mend: "请修改后重发，或稍后再试。" };
  await put("reports", { ...report, state: "refused", refused });
  return { refused };
}

// Sends all that wait, oldest first; only one tab or worker at a time.
export async function flush(person, onEach) {
  const work = async () => {
    for (const report of await waiting(person)) {
      if (report.state === "refused") continue; // its writer must look at it first
      const outcome = await send(report);
      onEach?.(report, outcome);
      if (outcome.later) return;
    }
  };
  if (!navigator.locks) return work();
  return navigator.locks.request("anlan-reports", { ifAvailable: true }, (lock) => (lock ? work() : undefined));
}

export async function flushWhoever() {
  const hello = await greeting();
  if (!hello) throw new Error("no signal yet"); // the browser then tries the sync again
  if (hello.person) await flush(hello.person);
}
