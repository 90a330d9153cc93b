// The phone at the scene: report, what is near, and what still waits in the phone.
import { Patrol } from "./field/patrol.js";
import { Report } from "./field/report.js";
import { sortByDistance } from "./field/near.js";
import { drawQueue, keepTrying } from "./field/waiting.js";

const EMPTY = { areas: [], clauses: [], bodies: [] };

async function reference() {
  try {
    const answer = await fetch("/field/reference/", { headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : EMPTY;
  } catch {
    return EMPTY;
  }
}

async function begin() {
  const desk = document.querySelector("[data-person]");
  const person = Number(desk?.dataset.person);
  const form = document.querySelector("form[data-report]");
  if (form) {
    const report = new Report(form, await reference());
    await report.begin();
    form.dataset.ready = "yes";
  }
  const round = document.querySelector("form[data-patrol]");
  if (round) {
    await new Patrol(round, await reference()).begin();
    round.dataset.ready = "yes";
  }
  document.querySelectorAll("[data-near]").forEach((list) => sortByDistance(list));
  if (person) {
    await drawQueue(person);
    await keepTrying(person);
  }
}

begin();
