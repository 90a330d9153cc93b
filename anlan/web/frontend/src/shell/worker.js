// The service worker keeps the field pages at hand where there is no signal.
if ("serviceWorker" in navigator && document.body.dataset.worker) {
  const { serviceWorker } = navigator;
  addEventListener("load", async () => {
    await serviceWorker.register(document.body.dataset.worker, { scope: "/" });
    const { active } = await serviceWorker.ready;
    // It took over while this page was on its way: without a word the page would stay outside until the next one.
    if (!serviceWorker.controller) active.postMessage("claim");
  });
}

// Said plainly on every page while there is no signal.
const mark = () => document.body.classList.toggle("without-signal", !navigator.onLine);
addEventListener("online", mark);
addEventListener("offline", mark);
mark();
