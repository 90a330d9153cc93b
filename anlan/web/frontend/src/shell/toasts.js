// What just happened, said once at the bottom; errors stay until they are closed.
import htmx from "htmx.org/dist/htmx.esm.js";

const STAYS = 6000;
const region = () => document.getElementById("toasts");

export function toast(words, { mend = "", kind = "success" } = {}) {
  const line = document.createElement("div");
  line.className = `toast-line ${kind}`;
  line.setAttribute("role", kind === "error" ? "alert" : "status");
  const text = document.createElement("span");
  text.textContent = words;
  if (mend) {
    const small = document.createElement("small");
    small.textContent = mend;
    text.append(small);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.dataset.close = "";
  close.setAttribute("aria-label", "关闭");
  close.textContent = "✕";
  line.append(text, close);
  region().append(line);
  settle(line);
}

function settle(line) {
  if (line.dataset.settled) return;
  line.dataset.settled = "yes";
  if (!line.matches(".error, .warning")) setTimeout(() => line.remove(), STAYS);
}

addEventListener("click", (event) => event.target.closest?.("[data-close]")?.closest(".toast-line")?.remove());
const settleAll = () => document.querySelectorAll(".toast-line").forEach(settle);
settleAll();
addEventListener("htmx:afterSettle", settleAll);
addEventListener("htmx:oobAfterSwap", settleAll);

const MET = {
  403: ["您没有权限办理此事", "如确属您的职责，请联系本级管理员核对岗位。"],
  404: ["没有找到这项内容", "它可能已被并案，或不在您的可见范围。"],
  413: ["附件太大", "请减少照片数量或压缩后再传。"],
};

addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  if (xhr.getResponseHeader("X-Said")) return; // the answer carried its own words
  const [words, mend] = MET[xhr.status] ?? ["系统没有完成这次操作", "您填写的内容还在，请稍后再试一次。"];
  toast(words, { mend, kind: "error" });
});
addEventListener("htmx:sendError", () => toast("连不上服务器", { mend: "请检查网络。您填写的内容还在，恢复后再点一次即可。", kind: "error" }));
addEventListener("htmx:timeout", () => toast("服务器太久没有回应", { mend: "请稍后刷新，确认是否已经办成，再决定是否重试。", kind: "error" }));
addEventListener("anlan:toast", (event) => toast(event.detail.words, event.detail));
export { htmx };
