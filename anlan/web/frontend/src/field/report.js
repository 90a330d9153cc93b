// Report in three taps: photo, place (found by itself), what. Works without a signal.
import { get, put, remove } from "./store.js";
import { enqueue, send } from "./queue.js";
import { Strip } from "./photos.js";
import { areaAt, position } from "./place.js";
import { drawQueue } from "./waiting.js";
import { offer } from "./offer.js";

const KEPT = ["area", "place", "clause", "title", "description", "body", "body_name", "item", "lon", "lat", "accuracy", "words"];

export class Report {
  constructor(form, reference) {
    this.form = form;
    this.reference = reference;
    this.person = Number(form.dataset.person);
    this.origin = form.elements.origin.value;
    // What was begun at one thing is not continued at another.
    this.draft = `${this.person}|${form.elements.item.value}`;
    this.before = new Strip(form.querySelector("[data-photos=FOUND]"), "FOUND", () => this.changed());
    this.after = new Strip(form.querySelector("[data-photos=AFTER]"), "AFTER", () => this.changed());
    form.addEventListener("input", () => this.changed());
    form.addEventListener("change", (event) => this.chosen(event.target));
    form.addEventListener("submit", (event) => this.submit(event));
    form.querySelector("[data-locate]").addEventListener("click", () => this.locate());
    form.querySelector("[data-fix-now]").addEventListener("click", () => this.fixNow(true));
    form.querySelector("[data-not-now]").addEventListener("click", () => this.fixNow(false));
    this.clauseSearch();
    this.areaSearch();
    this.bodySearch();
  }

  field(name) { return this.form.elements[name]; }

  async begin() {
    const draft = await get("drafts", this.draft);
    if (draft) this.restore(draft);
    if (!this.field("lon").value) await this.locate();
    this.showGrade();
  }

  // --- where ---------------------------------------------------------------------------------

  async locate() {
    const said = this.form.querySelector("[data-where]");
    said.textContent = "正在定位…";
    const spot = await position();
    if (spot.trouble) {
      said.textContent = `${spot.trouble}，请在下面选择网格或村社区`;
      this.form.querySelector("[data-choose-area]").open = true;
      return;
    }
    this.field("lon").value = spot.lon;
    this.field("lat").value = spot.lat;
    this.field("accuracy").value = spot.accuracy;
    const area = await areaAt(spot, this.reference);
    if (area) this.setArea(area, spot.accuracy);
    else said.textContent = `已定位（精度${spot.accuracy}米），请选择网格或村社区`;
    this.changed();
  }

  setArea(area, accuracy) {
    const choice = this.field("area");
    if (![...choice.options].some((option) => option.value === area.code)) choice.add(new Option(area.name, area.code));
    choice.value = area.code;
    this.where(area.label ?? area.name, accuracy, area.guessed);
  }

  where(name, accuracy, guessed) {
    const parts = [name];
    if (accuracy) parts.push(`精度${accuracy}米`);
    if (guessed) parts.push("无网络，按最近位置估计");
    this.form.querySelector("[data-where]").textContent = parts.join(" · ");
  }

  // --- what ----------------------------------------------------------------------------------

  chosen(target) {
    if (target.name === "area") this.where(target.selectedOptions[0].textContent.trim(), null, false);
    if (target.name === "clause") this.showGrade();
  }

  clauseNow() {
    const key = this.form.querySelector("input[name=clause]:checked")?.value;
    return this.reference.clauses.find((clause) => clause.key === key);
  }

  showGrade() {
    const clause = this.clauseNow();
    const box = this.form.querySelector("[data-grade]");
    box.hidden = !clause;
    if (!clause) return;
    const major = clause.grade === "MAJOR";
    const chip = box.querySelector(".grade");
    chip.className = `grade ${major ? "major" : "general"}`;
    chip.textContent = major ? "▲ 重大" : "■ 一般";
    box.querySelector("[data-reason]").textContent = `依据：${clause.standard}${clause.article}，${clause.text}`;
    const title = this.field("title");
    if (!title.value || title.dataset.proposed === title.value) {
      title.value = [clause.chip, clause.text].filter(Boolean).join("：").slice(0, 60);
      title.dataset.proposed = title.value;
    }
  }

  clauseSearch() {
    const input = this.form.querySelector("[data-clause-search]");
    const list = this.form.querySelector("[data-clause-found]");
    input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    input.addEventListener("input", (event) => {
      event.stopPropagation();
      const words = input.value.trim().split(/\s+/).filter(Boolean);
      const found = words.length ? this.reference.clauses.filter((clause) => words.every((word) => `${clause.chip}${clause.text}${clause.sectorLabel}${clause.standard}`.includes(word))) : [];
      list.replaceChildren(...found.slice(0, 12).map((clause) => this.clauseChoice(clause)));
    });
  }

  areaSearch() {
    const input = this.form.querySelector("[data-area-search]");
    offer(input, this.form.querySelector("[data-area-found]"), (word) => this.reference.areas.filter((area) => area.label.includes(word)), (area) => area.label, (area) => {
      this.setArea(area);
      this.form.querySelector("[data-choose-area]").open = false;
      this.changed();
    });
  }

  bodySearch() {
    const input = this.form.querySelector("[data-body-search]");
    if (!input) return;
    const unlisted = this.form.querySelector("[data-unlisted]");
    input.addEventListener("input", () => {
      this.field("body").value = "";
      this.field("unlisted").checked = false;
      unlisted.hidden = !input.value.trim();
    });
    const fits = (body, word) => body.name.includes(word) || body.initials.startsWith(word.toLowerCase());
    offer(input, this.form.querySelector("[data-body-found]"), (word) => this.reference.bodies.filter((body) => fits(body, word)), (body) => body.name, (body) => {
      this.field("body").value = body.id;
      input.value = body.name;
      unlisted.hidden = true;
      this.changed();
    });
  }

  clauseChoice(clause) {
    const label = document.createElement("label");
    label.className = "choice";
    const input = document.createElement("input");
    Object.assign(input, { type: "radio", name: "clause", value: clause.key });
    const text = document.createElement("span");
    text.textContent = clause.text;
    const source = document.createElement("small");
    source.textContent = `${clause.grade === "MAJOR" ? "重大" : "一般"} · ${clause.sectorLabel} · ${clause.standard}${clause.article}`;
    text.append(source);
    label.append(input, text);
    return label;
  }

  fixNow(on) {
    this.form.classList.toggle("fix-now", on);
    this.field("deed").value = on ? "rectify_now" : "report";
    if (on) this.form.querySelector("[data-photos=AFTER]").scrollIntoView({ behavior: "smooth", block: "center" });
  }

  // --- keep and send -------------------------------------------------------------------------

  values() {
    const values = Object.fromEntries(KEPT.map((name) => [name, this.value(name)]));
    const unlisted = this.field("unlisted")?.checked ? "1" : "";
    return { ...values, unlisted, deed: this.field("deed").value, found_at: this.foundAt };
  }

  value(name) {
    if (name === "clause") return this.clauseNow()?.key ?? "";
    return this.field(name)?.value ?? "";
  }

  changed() {
    this.foundAt ??= new Date().toISOString();
    this.relieve();
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.keep(), 400);
  }

  keep() {
    return put("drafts", { person: this.draft, origin: this.origin, fields: this.values(), photos: [...this.before.photos, ...this.after.photos], foundAt: this.foundAt });
  }

  restore(draft) {
    this.origin = draft.origin;
    this.field("origin").value = draft.origin;
    this.foundAt = draft.foundAt;
    for (const [name, value] of Object.entries(draft.fields)) {
      if (name === "clause") this.pickClause(value);
      else if (name === "area") { if (value) this.setArea(this.reference.areas.find((area) => area.code === value) ?? { code: value, name: value }); }
      else if (name === "unlisted") { if (value && this.field(name)) { this.field(name).checked = true; this.form.querySelector("[data-unlisted]").hidden = false; } }
      else if (this.field(name) && value) this.field(name).value = value;
    }
    this.before.put(draft.photos);
    this.after.put(draft.photos);
    if (draft.fields.deed === "rectify_now") this.fixNow(true);
    this.form.querySelector("[data-restored]").hidden = false;
  }

  pickClause(key) {
    if (!key) return;
    const chip = this.form.querySelector(`input[name=clause][value="${CSS.escape(key)}"]`);
    if (chip) { chip.checked = true; return; }
    const clause = this.reference.clauses.find((each) => each.key === key);
    if (!clause) return;
    const choice = this.clauseChoice(clause);
    choice.querySelector("input").checked = true;
    this.form.querySelector("[data-clause-found]").replaceChildren(choice);
  }

  lacks() {
    const values = this.values();
    if (!this.before.photos.length) return ["photos", "请先拍一张现场照片"];
    if (!values.area) return ["area", "请选择所在的网格或村社区"];
    if (values.body_name.trim() && !values.body && !this.unlisted()) return ["body", "没有选中名册里的单位：请在名称下面点选；名册里没有的，勾选“名册里没有”，名称会记在位置里"];
    if (!values.clause && !values.title.trim()) return ["clause", "请选择隐患类型，或写明是什么隐患"];
    if (values.deed === "rectify_now" && !this.after.photos.length) return ["after", "当场整改要再拍一张整改后的照片"];
    return null;
  }

  // A complaint stays no longer than what it complains of.
  relieve() {
    if (!this.complained) return;
    const lack = this.lacks();
    if (!lack || lack[1] !== this.complained) this.complain(null);
  }

  // The firm typed is in no list, and whoever reports knows it. An item brings its firm along.
  unlisted() { return this.field("unlisted")?.checked || Boolean(this.value("item")); }

  async submit(event) {
    event.preventDefault();
    if (this.sending) return;
    const lack = this.lacks();
    this.complain(lack);
    if (lack) return;
    this.sending = true;
    this.busy(0);
    clearTimeout(this.saving);
    const report = { origin: this.origin, person: this.person, fields: this.values(), photos: [...this.before.photos, ...this.after.photos] };
    try {
      await enqueue(report); // first into the phone, then on its way: nothing can be lost between
      const outcome = await send(report, (share) => this.busy(share));
      await this.finished(report, outcome);
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
    clearTimeout(this.saving);
    this.form.hidden = true;
    const done = document.querySelector(outcome.sent ? "[data-done=sent]" : "[data-done=later]");
    done.hidden = false;
    if (outcome.sent) {
      done.querySelector("[data-number]").textContent = outcome.sent.number;
      done.querySelector("[data-next]").textContent = outcome.sent.next;
      done.querySelector("a[data-page]").href = outcome.sent.url;
    } else {
      const why = { offline: "现在没有网络", "signed-out": "登录已过期，请重新登录", server: "服务器暂时没有回应", "somebody-else": "当前登录的不是本人" };
      done.querySelector("[data-why]").textContent = why[outcome.later];
      const worker = await navigator.serviceWorker?.getRegistration();
      await worker?.sync?.register("anlan-reports").catch(() => {}); // not every browser has it
    }
    scrollTo(0, 0);
    await drawQueue(this.person);
  }

  complain(lack) {
    this.form.querySelectorAll(".trouble").forEach((line) => line.remove());
    this.complained = lack?.[1];
    if (!lack) return;
    const [name, words] = lack;
    const line = document.createElement("p");
    line.className = "trouble";
    line.setAttribute("role", "alert");
    line.textContent = words;
    const place = (name && this.form.querySelector(`[data-field="${name}"]`)) || this.form.querySelector("[data-field=all]");
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
