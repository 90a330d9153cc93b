// The board follows a stream that says "changed"; what changed is asked of the site itself, at most
// once a second. Without a stream it asks every five seconds, says so, and tries again.
const POLL = 5000;
const AT_MOST = 1000;
const AGAIN = 30000;
const SILENT = 40000; // more than two heartbeats: a dead line looks alive to the browser

export function follow(address, state, toast) {
  let source = null;
  let polling = 0;
  let asked = 0;
  let waiting = 0;
  let heard = 0;

  const say = (words, look) => {
    if (!state) return;
    state.textContent = words;
    state.className = `live-state ${look}`;
  };
  const ask = () => {
    asked = Date.now();
    waiting = 0;
    document.body.dispatchEvent(new CustomEvent("anlan:live"));
  };
  const soon = () => {
    if (!waiting) waiting = setTimeout(ask, Math.max(0, AT_MOST - (Date.now() - asked)));
  };
  const poll = () => {
    if (polling) return;
    say("◐ 实时连接不可用，每5秒刷新一次", "polling");
    polling = setInterval(ask, POLL);
    ask();
  };
  const flowing = () => {
    heard = Date.now();
    clearInterval(polling);
    polling = 0;
    say("● 实时", "flowing");
  };
  const close = () => {
    source?.close();
    source = null;
  };
  const changed = (event) => {
    flowing();
    const counts = JSON.parse(event.data);
    document.title = document.title.replace(/^(\(\d+\) )?/, counts.by_hand ? `(${counts.by_hand}) ` : "");
    if (counts.stage === "RUNNING") return soon();
    close();
    toast("这次叫应已经结束");
    say("■ 已结束", "");
    setTimeout(() => location.reload(), 1500);
  };
  const open = () => {
    close();
    if (!address || !window.EventSource) return poll();
    heard = Date.now();
    source = new EventSource(address, { withCredentials: true });
    source.addEventListener("open", flowing);
    source.addEventListener("changed", changed);
    source.addEventListener("beat", flowing);
    source.addEventListener("away", () => { close(); poll(); });
    source.addEventListener("error", () => poll());
  };
  open();
  setInterval(() => { if (!source || source.readyState === 2 || Date.now() - heard > SILENT) open(); }, AGAIN);
  addEventListener("online", open);
  addEventListener("pagehide", close);
}
