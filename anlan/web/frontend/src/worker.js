// Where there is no signal: the shell, the field pages and their reference data come from the phone.
import { flushWhoever } from "./field/queue.js";

const SHELL = self.ANLAN_SHELL ?? [];
const VERSION = `anlan-${SHELL.join("|").split("").reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) | 0, 7)}`;
const KEPT_PAGES = ["/", "/reported/", "/field/", "/field/report/", "/field/patrol/"];
const KEPT_DATA = ["/field/reference/"];
const PATIENCE = 4000; // milliseconds before a kept page is better than waiting

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(VERSION);
    await cache.addAll(SHELL);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name !== VERSION) await caches.delete(name);
    }
    await self.clients.claim();
    const cache = await caches.open(VERSION);
    await Promise.allSettled([...KEPT_PAGES, ...KEPT_DATA].map((address) => refresh(cache, address)));
  })());
});

self.addEventListener("message", (event) => {
  if (event.data === "claim") event.waitUntil(self.clients.claim());
});

async function refresh(cache, address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  // Signed out: a navigation may not be answered with the page that a redirect led to, only led there.
  if (answer.redirected) return Response.redirect(answer.url);
  if (answer.ok) await cache.put(address, answer.clone());
  return answer;
}

async function netFirst(address) {
  const cache = await caches.open(VERSION);
  const kept = await cache.match(address);
  const asked = refresh(cache, address);
  if (!kept) return asked;
  // At the scene an older page is better than waiting; at the desk it would be a wrong one.
  if (!address.startsWith("/field/")) return asked.catch(() => kept);
  const late = new Promise((done) => setTimeout(() => done(kept), PATIENCE));
  return Promise.race([asked.catch(() => kept), late]);
}

async function page(request) {
  const { pathname, search } = new URL(request.url);
  const kept = KEPT_PAGES.includes(pathname);
  try {
    // A filtered list is another page than the one that is kept.
    return kept && !search ? await netFirst(pathname) : await fetch(request);
  } catch {
    const nearest = kept ? await caches.match(pathname) : null;
    return nearest ?? (await caches.match("/offline/")) ?? Response.error();
  }
}

async function forget() {
  // Somebody came or went: nobody on this phone reads the last one's pages.
  const cache = await caches.open(VERSION);
  for (const address of [...KEPT_PAGES, ...KEPT_DATA]) await cache.delete(address);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== location.origin) return;
  if (request.method === "POST" && ["/sign-in/", "/sign-out/"].includes(address.pathname)) event.waitUntil(forget());
  if (request.method !== "GET") return;
  if (SHELL.includes(address.pathname)) {
    event.respondWith(caches.match(address.pathname).then((kept) => kept ?? fetch(request)));
  } else if (request.mode === "navigate") {
    event.respondWith(page(request));
  } else if (KEPT_DATA.includes(address.pathname)) {
    event.respondWith(netFirst(address.pathname));
  }
});

self.addEventListener("sync", (event) => {
  if (event.tag === "anlan-reports") event.waitUntil(flushWhoever());
});

// A call-up by push (叫应推送): shown even when no page is open. The same message twice is one notice.
self.addEventListener("push", (event) => {
  let told = {};
  try { told = event.data?.json() ?? {}; } catch { told = { text: event.data.text() }; }
  event.waitUntil(self.registration.showNotification(told.urgent ? "紧急叫应" : "安澜", {
    body: told.text ?? "有新的叫应，请打开查看", tag: told.ref, icon: "/icon.svg", requireInteraction: Boolean(told.urgent),
  }));
});

// Opened, it leads to one's work: what calls stands on top, with its buttons.
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil((async () => {
    for (const page of await clients.matchAll({ type: "window" })) {
      if (new URL(page.url).pathname === "/") return page.focus();
    }
    return clients.openWindow("/");
  })());
});
