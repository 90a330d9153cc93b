// Push to this device: the browser gives a subscription, which is kept with the person.
const form = document.querySelector("form[data-push]");
if (form) form.addEventListener("submit", (event) => {
  if (form.elements.address.value) return;
  event.preventDefault();
  subscribe().catch((fault) => say(fault.name === "NotAllowedError" ? "浏览器不允许通知，请在地址栏左侧的网站设置里改为允许。" : "没有开启：这台设备连不上浏览器的推送服务。"));
});

async function subscribe() {
  if (!("serviceWorker" in navigator && "PushManager" in window)) return say("这个浏览器不支持推送；请用短信和电话。");
  say("正在开启……");
  if (await Notification.requestPermission() !== "granted") throw new DOMException("", "NotAllowedError");
  const worker = await navigator.serviceWorker.ready;
  const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(form.dataset.push) });
  form.elements.address.value = JSON.stringify(subscription);
  form.requestSubmit();
}

function bytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function say(words) {
  form.querySelector("[data-push-trouble]").textContent = words;
}
