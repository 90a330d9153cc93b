// The reports that still wait in this phone, shown plainly, with what to do about each.
import { put, remove } from "./store.js";
import { flush, send, waiting } from "./queue.js";

const WHY = { offline: "没有网络", "signed-out": "请重新登录", server: "服务器没有回应", "somebody-else": "请用上报人的账号登录" };

export async function drawQueue(person) {
  const box = document.getElementById("queue");
  if (!box) return;
  const reports = await waiting(person);
  box.hidden = reports.length === 0;
  box.querySelector("[data-count]").textContent = reports.length;
  box.querySelector("[data-list]").replaceChildren(...reports.map((report) => line(report, person)));
}

function line(report, person) {
  const item = document.createElement("li");
  const text = document.createElement("span");
  text.className = "grow";
  const at = new Date(report.queuedAt).toLocaleString("zh-CN", { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hour12: false });
  text.textContent = report.label || report.fields.title || "未命名的隐患";
  const more = document.createElement("small");
  more.className = report.state === "refused" ? "trouble" : "soft";
  more.textContent = report.state === "refused" ? `${report.refused.words}。${report.refused.mend ?? ""}` : `${at} · ${report.photos.length}张照片 · 等待发送`;
  text.append(document.createElement("br"), more);
  item.append(text, button("重发", async (pressed) => {
    pressed.disabled = true;
    const outcome = await send(report);
    if (outcome.later) more.textContent = `${WHY[outcome.later]}，仍在手机里`;
    else await drawQueue(person);
    pressed.disabled = false;
  }), ...(report.draft && report.state === "refused" ? [button("修改", () => reopen(report))] : []), button("删除", async () => {
    if (!confirm("这条上报还没有发送。删除后无法找回，确定删除吗？")) return;
    await remove("reports", report.origin);
    await drawQueue(person);
  }));
  return item;
}

// What was refused goes back into its form, with everything that was filled in.
async function reopen(report) {
  await put("drafts", { person: report.draft, origin: report.origin, fields: report.fields, photos: report.photos });
  await remove("reports", report.origin);
  location.assign(report.address);
}

function button(words, deed) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-quiet btn-small";
  made.textContent = words;
  made.addEventListener("click", () => deed(made));
  return made;
}

// Tries again whenever there is hope: on opening, when the signal returns, and now and then.
export function keepTrying(person) {
  const attempt = async () => {
    await flush(person, (report, outcome) => {
      if (outcome.sent) dispatchEvent(new CustomEvent("anlan:toast", { detail: { words: `已补发：${outcome.sent.number}` } }));
    });
    await drawQueue(person);
  };
  addEventListener("online", attempt);
  setInterval(() => navigator.onLine && attempt(), 30000);
  return attempt();
}
