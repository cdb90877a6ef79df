// The label page: ask for the recording, then draw it; text only, nothing that comes in is ever markup.
import * as keys from "./keys.js";
import * as lanes from "./lanes.js";
import * as panel from "./panel.js";
import * as pointer from "./pointer.js";
import * as saving from "./saving.js";
import * as signal from "./signal.js";
import { TASKS, begin, draw, know, state } from "./state.js";
import { duration } from "./times.js";

const ASK_MS = 700;
const at = (id) => document.getElementById(id);

try {
  await start();
} catch (error) {
  at("name").textContent = "It could not be read";
  at("facts").textContent = `${error.message}. Is edgekit label still running? Then reload this page.`;
  at("saved").textContent = "not loaded";
}

async function start() {
  const answer = await fetch("/recording");
  if (!answer.ok) throw new Error(`The server answers ${answer.status}`);
  begin(await answer.json());
  const { about, clock } = state;
  document.title = `Label ${about.name}`;
  at("name").textContent = about.name;
  at("facts").textContent = [
    about.subject && `subject ${about.subject}`, duration(about.duration_s), `${Math.round(100 * about.rate_hz) / 100} Hz`,
    about.gaps.length && `${about.gaps.length} gap${about.gaps.length > 1 ? "s" : ""}`,
    clock.isKnown && `from ${new Date(1000 * clock.local_s(0)).toISOString().slice(0, 16).replace("T", " ")}`,
  ].filter(Boolean).join(", ");
  at("file").textContent = about.saved_in;
  at("next").textContent = about.next_command;
  at("note").textContent = about.note;
  at("note").hidden = !about.note;
  for (const task of TASKS) for (const [, , name] of about.lanes[task].within) know(task, name);
  lanes.start();
  pointer.start();
  keys.start();
  panel.start();
  await saving.start();
  await signal.start();
  at("chart").focus({ preventScroll: true });
  document.body.dataset.ready = "yes";
  performance.mark("drawn");
  if (about.suggested_by) askSuggestions();
}

async function askSuggestions() {
  try {
    state.suggestions = await (await fetch("/suggestions")).json();
    if (state.suggestions.state === "ready") {
      for (const task of TASKS) {
        state.suggested[task] = state.suggestions.lanes[task];
        for (const [, , name] of state.suggested[task]) know(task, name);
      }
    }
    draw();
    if (state.suggestions.state !== "deciding") return;
  } catch { /* asked again below */ }
  setTimeout(askSuggestions, ASK_MS);
}
