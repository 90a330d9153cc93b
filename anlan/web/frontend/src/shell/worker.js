// The service worker keeps the field pages at hand where there is no signal.
if ("serviceWorker" in navigator && document.body.dataset.worker) {
  addEventListener("load", () => navigator.serviceWorker.register(document.body.dataset.worker, { scope: "/" }));
}
