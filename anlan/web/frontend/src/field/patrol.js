// A round in a few taps: kind, place (found by itself), one tap an answer, a photo. Works offline.
import { get, put, remove } from "./store.js";
import { enqueue, send } from "./queue.js";
import { Strip } from "./photos.js";
import { areaAt, position } from "./place.js";
import { drawQueue } from "./waiting.js";
import { offer } from "./offer.js";

const ADDRESS = "/field/patrol/";
const WHY = { offline: "现在没有网络", "signed-out": "登录已过期，请重新登录", server: "服务器暂时没有回应", "somebody-else": "当前登录的不是本人" };
const SKIPPED = new Set(["csrfmiddlewaretoken", "photos", "origin"]);

export class Patrol {
  constructor(form, reference) {
    this.form = form;
    this.reference = reference;
    this.person = Number(form.dataset.person);
    this.origin = form.elements.origin.value;
    // What was begun at one thing is not continued at another.
    this.draft = `${this.person}|patrol|${form.elements.item_id.value}`;
    this.strip = new Strip(form.querySelector("[data-photos]"), "FOUND", () => this.changed());
    form.addEventListener("input", () => this.changed());
    form.addEventListener("change", (event) => this.chosen(event.target));
    form.addEventListener("submit", (event) => this.submit(event));
    form.querySelector("[data-locate]").addEventListener("click", () => this.locate());
    form.querySelector("[data-other-kind]").addEventListener("click", () => this.pick(false));
    this.searches();
  }

  field(name) { return this.form.elements[name]; }
  kind() { return this.form.querySelector("input[name=kind]:checked"); }

  async begin() {
    const draft = await get("drafts", this.draft);
    if (draft) this.restore(draft);
    this.show();
    if (!this.field("lon").value) await this.locate();
  }

  // --- what is asked ---------------------------------------------------------------------------

  chosen(target) {
    if (target.name === "kind" || target.name === "checklist") this.show();
    if (target.name === "area") this.where(target.selectedOptions[0].textContent.trim());
    if (target.name?.startsWith("answer-")) this.answered(target.closest("[data-question]"));
  }

  // Once it is picked, the other kinds make room for the questions.
  pick(done) {
    this.form.querySelector("[data-kinds]").classList.toggle("picked", done);
    this.form.querySelector("[data-other-kind]").hidden = !done;
  }

  show() {
    const kind = this.kind();
    this.pick(Boolean(kind));
    const asks = new Set((kind?.dataset.asks ?? "").split(" "));
    const lists = (kind?.dataset.lists ?? "").split(" ").filter(Boolean);
    this.form.querySelectorAll("[data-ask]").forEach((row) => { row.hidden = !asks.has(row.dataset.ask); });
    this.form.querySelectorAll("[data-kind]").forEach((part) => { part.hidden = part.disabled = part.dataset.kind !== kind?.value; });
    this.form.querySelector("textarea[data-opens]").hidden = !kind || !("opens" in kind.dataset);
    this.form.querySelector("[data-list-choice]").hidden = lists.length === 0;
    this.form.querySelectorAll("[data-list-chip]").forEach((chip) => { chip.hidden = !lists.includes(chip.dataset.listChip); });
    let list = this.form.querySelector("input[name=checklist]:checked");
    if (list?.value && !lists.includes(list.value)) {
      list = this.form.querySelector("[data-no-list] input");
      list.checked = true;
    }
    this.form.querySelectorAll("[data-checklist]").forEach((part) => { part.hidden = part.disabled = part.dataset.checklist !== list?.value; });
    this.form.querySelectorAll("[data-question]").forEach((question) => this.answered(question));
  }

  answered(question) {
    const no = question.querySelector("input[type=radio]:checked")?.value === "no";
    question.querySelector("[data-said-no]").hidden = !no;
    question.classList.toggle("open", !question.querySelector("input[type=radio]:checked"));
  }

  // --- where -----------------------------------------------------------------------------------

  async locate() {
    const said = this.form.querySelector("[data-where]");
    said.textContent = "正在定位…";
    const spot = await position();
    if (spot.trouble) {
      said.textContent = `${spot.trouble}，请选择网格或村社区`;
      this.form.querySelector("[data-choose-area]").open = true;
      return;
    }
    for (const name of ["lon", "lat", "accuracy"]) this.field(name).value = spot[name];
    const area = await areaAt(spot, this.reference);
    if (area) this.setArea(area, spot.accuracy);
    else said.textContent = `已定位（精度${spot.accuracy}米），请选择网格或村社区`;
  }

  setArea(area, accuracy) {
    const choice = this.field("area");
    if (![...choice.options].some((option) => option.value === area.code)) choice.add(new Option(area.name, area.code));
    choice.value = area.code;
    this.where([area.label ?? area.name, accuracy && `精度${accuracy}米`, area.guessed && "无网络，按最近位置估计"].filter(Boolean).join(" · "));
  }

  where(words) { this.form.querySelector("[data-where]").textContent = words; }

  searches() {
    const area = this.form.querySelector("[data-area-search]");
    offer(area, this.form.querySelector("[data-area-found]"), (word) => this.reference.areas.filter((each) => each.label.includes(word)), (each) => each.label, (each) => {
      this.setArea(each);
      this.form.querySelector("[data-choose-area]").open = false;
      this.changed();
    });
    const body = this.form.querySelector("[data-body-search]");
    body.addEventListener("input", () => { this.field("body").value = ""; });
    offer(body, this.form.querySelector("[data-body-found]"), (word) => this.reference.bodies.filter((each) => each.name.includes(word) || each.initials.startsWith(word.toLowerCase())), (each) => each.name, (each) => {
      this.field("body").value = each.id;
      body.value = each.name;
      this.changed();
    });
  }

  // --- keep and send ---------------------------------------------------------------------------

  values() {
    const values = {};
    for (const [name, value] of new FormData(this.form)) {
      if (SKIPPED.has(name) || typeof value !== "string") continue;
      values[name] = name in values ? `${values[name]},${value}` : value;
    }
    return values;
  }

  changed() {
    const begun = this.field("found_at");
    begun.value ||= new Date().toISOString();
    clearTimeout(this.saving);
    this.saving = setTimeout(() => put("drafts", { person: this.draft, origin: this.origin, fields: this.values(), photos: this.strip.photos }), 400);
  }

  restore(draft) {
    this.origin = this.field("origin").value = draft.origin;
    const { kind, checklist, area } = draft.fields;
    for (const [name, value] of [["kind", kind], ["checklist", checklist]]) {
      const choice = this.form.querySelector(`input[name=${name}][value="${CSS.escape(value ?? "")}"]`);
      if (choice) choice.checked = true;
    }
    this.show();
    if (area) this.setArea(this.reference.areas.find((each) => each.code === area) ?? { code: area, name: area });
    for (const input of this.form.querySelectorAll("input, select, textarea")) {
      const value = draft.fields[input.name];
      if (value === undefined || input.disabled || input.closest("fieldset:disabled")) continue;
      if (input.type === "radio") input.checked = input.value === value;
      else if (input.type === "checkbox") input.checked = value.split(",").includes(input.value);
      else if (input.type !== "file" && !SKIPPED.has(input.name)) input.value = value;
    }
    this.form.querySelectorAll("[data-needed]").forEach((row) => { row.hidden = !row.querySelector("input").value; });
    this.strip.put(draft.photos);
    this.form.querySelector("[data-restored]").hidden = false;
  }

  lacks() {
    if (!this.kind()) return ["kind", "请先选择做了什么"];
    if (!this.field("area").value) return ["area", "请选择所在的网格或村社区"];
    const left = [...this.form.querySelectorAll("fieldset[data-checklist]:enabled [data-question]")].filter((question) => !question.querySelector("input[type=radio]:checked"));
    if (left.length) {
      left[0].scrollIntoView({ behavior: "smooth", block: "center" });
      return ["answers", `检查表还有${left.length}项没有作答；不涉及的选“不涉及”`];
    }
    return null;
  }

  async submit(event) {
    event.preventDefault();
    if (this.sending) return;
    const lack = this.lacks();
    this.complain(lack);
    if (lack) return;
    this.sending = true;
    this.busy(0);
    clearTimeout(this.saving);
    const label = [this.kind().closest("label").textContent.trim(), this.field("body_name").value].filter(Boolean).join(" ");
    const report = { origin: this.origin, person: this.person, address: ADDRESS + location.search, draft: this.draft, label, fields: this.values(), photos: [...this.strip.photos] };
    try {
      await enqueue(report); // first into the phone, then on its way: nothing can be lost between
      await this.finished(report, await send(report, (share) => this.busy(share)));
    } catch (trouble) {
      this.complain([null, `手机存储出了问题，请不要关闭此页，稍后再点一次（${trouble.name}）`]);
    } finally {
      this.sending = false;
      this.busy(null);
    }
  }

  async finished(report, outcome) {
    if (outcome.refused) {
      // Back into the form: the writer mends it here, the queue need not hold it.
      await remove("reports", report.origin);
      const { words, mend, field } = outcome.refused;
      return this.complain([field, [words, mend].filter(Boolean).join("。")]);
    }
    await remove("drafts", this.draft);
    this.form.hidden = true;
    const done = document.querySelector(outcome.sent ? "[data-done=sent]" : "[data-done=later]");
    done.hidden = false;
    if (outcome.sent) {
      done.querySelector("[data-number]").textContent = outcome.sent.number;
      done.querySelector("[data-next]").textContent = outcome.sent.next;
      done.querySelector("a[data-page]").href = outcome.sent.url;
    } else {
      done.querySelector("[data-why]").textContent = WHY[outcome.later];
      const worker = await navigator.serviceWorker?.getRegistration();
      await worker?.sync?.register("anlan-reports").catch(() => {}); // not every browser has it
    }
    scrollTo(0, 0);
    await drawQueue(this.person);
  }

  complain(lack) {
    this.form.querySelectorAll(".trouble").forEach((line) => line.remove());
    if (!lack) return;
    const [name, words] = lack;
    const line = document.createElement("p");
    line.className = "trouble";
    line.setAttribute("role", "alert");
    line.textContent = words;
    const place = (name && this.form.querySelector(`fieldset:enabled [data-field="${name}"], [data-field="${name}"]:not(fieldset:disabled *)`)) || this.form.querySelector("[data-field=all]");
    place.hidden = false; // 再次原因 and 补录原因 are asked only when they are missing
    place.append(line);
    place.scrollIntoView({ behavior: "smooth", block: "center" });
  }

  busy(share) {
    const bar = this.form.querySelector("progress");
    bar.hidden = share === null;
    bar.value = share ?? 0;
    this.form.querySelectorAll("[data-send]").forEach((button) => { button.disabled = share !== null; });
  }
}
