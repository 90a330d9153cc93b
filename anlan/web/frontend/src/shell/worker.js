// The service worker keeps the field pages at hand where there is no signal.
if ("serviceWorker" in navigator && document.body.dataset.worker) {
  addEventListener("load", () => navigator.serviceWorker.register(document.body.dataset.worker, { scope: "/" }));
}

// Said plainly on every page while there is no signal.
const mark = () => document.body.classList.toggle("without-signal", !navigator.onLine);
addEventListener("online", mark);
addEventListener("offline", mark);
mark();
