// The lanes below the signal: labels drawn by hand, below them those in the file, and suggestions.
import { plotWidth, changesApart, toX } from "./signal.js";
import { TASKS, TITLES, namedAs, onDraw, state } from "./state.js";
import { elapsed } from "./times.js";

const STRIPS = { hand: "", file: "in the file", suggested: "suggested" };
const strips = {}; // task: {hand, file, suggested}
const at = (id) => document.getElementById(id);

export function start() {
  at("lanes").replaceChildren(changeStrip(), ...TASKS.map(lane));
  onDraw(drawLanes);
}

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function changeStrip() {
  const row = element("div", "row changes");
  row.id = "changes";
  row.title = "Changes of posture or movement";
  return row;
}

function lane(task) {
  const box = element("div", "lane");
  box.dataset.task = task;
  strips[task] = {};
  for (const [kind, caption] of Object.entries(STRIPS)) {
    const row = element("div", `row strip-row ${kind}`);
    row.append(element("p", "caption", caption || TITLES[task]));
    const strip = element("div", "strip");
    strip.dataset.task = task;
    strip.dataset.kind = kind;
    row.append(strip);
    strips[task][kind] = strip;
    box.append(row);
  }
  return box;
}

export function spansOf(task, kind) {
  if (kind === "hand") return state.moving?.task === task ? state.moving.lane : state.lanes[task];
  return kind === "file" ? state.about.lanes[task].within : state.suggested[task];
}

function drawLanes() {
  for (const task of TASKS) {
    strips[task].hand.closest(".lane").classList.toggle("is-active", task === state.task);
    for (const kind of Object.keys(STRIPS)) {
      const strip = strips[task][kind], spans = spansOf(task, kind);
      strip.closest(".row").hidden = kind !== "hand" && !spans.length;
      fill(strip, spans, task, kind);
    }
  }
  drawChanges();
  const cursor = at("cursor"), x = toX(state.cursor_s);
  cursor.hidden = x < 0 || x > plotWidth();
  cursor.style.left = `${strips.posture.hand.offsetLeft + x}px`;
  const clock = state.clock.text(state.cursor_s, 1);
  at("readout").textContent = elapsed(state.cursor_s, 2) + (clock ? ` \u00b7 ${clock}` : "");
}

function fill(strip, spans, task, kind) {
  const { from_s, to_s } = state.view, width = plotWidth(), marks = [];
  let filled_px = -1;
  for (const [start, end, name, confidence] of spans) {
    if (end <= from_s) continue;
    if (start >= to_s) break;
    const left = Math.max(toX(start), -4), right = Math.min(toX(end), width + 4);
    if (right < filled_px + 0.5) continue; // hidden by the one before
    filled_px = right;
    const mark = element("span", "span"), colour = namedAs(task, name);
    place(mark, left, Math.max(right - left, 1));
    mark.style.setProperty("--light", colour?.light ?? "#8a8a8a");
    mark.style.setProperty("--dark", colour?.dark ?? "#9a9a9a");
    if (right - left > 24) {
      const isWide = confidence !== undefined && right - left > 7 * name.length + 60;
      const text = element("span", "text", isWide ? `${name} ${Math.round(100 * confidence)} %` : name);
      text.style.marginLeft = `${Math.max(0, -left)}px`;
      mark.append(text);
    }
    mark.classList.toggle("is-unsure", confidence !== undefined && confidence < 0.7);
    marks.push(mark);
  }
  const { selection } = state;
  if (selection?.task === task && (selection.kind === kind || (selection.kind === "drawn" && kind === "hand"))) {
    const frame = element("span", `frame ${selection.kind}`);
    place(frame, toX(selection.start_s), Math.max(toX(selection.end_s) - toX(selection.start_s), 2));
    marks.push(frame);
  }
  strip.replaceChildren(...marks);
}

function place(mark, left, width) {
  mark.style.left = `${left.toFixed(2)}px`;
  mark.style.width = `${width.toFixed(2)}px`;
}

function drawChanges() {
  const { from_s, to_s } = state.view, offset = strips.posture.hand.offsetLeft;
  const shown = changesApart() ? state.about.changes.filter((at_s) => at_s >= from_s && at_s <= to_s) : [];
  at("changes").replaceChildren(...shown.map((at_s) => {
    const mark = element("i", "");
    mark.style.left = `${offset + toX(at_s)}px`;
    return mark;
  }));
}
