// What is labelled, what is seen and what is selected; every change goes through here.
import * as spans from "./spans.js";
import { Clock, elapsed, toMillisecond } from "./times.js";

const MOST_UNDONE = 500;
const SHORTEST_VIEW_SAMPLES = 20;

export const TASKS = ["posture", "placement"];
export const TITLES = { posture: "Posture or activity", placement: "Placement" };

export const state = {
  about: null,
  clock: null,
  lanes: { posture: [], placement: [] }, // drawn by hand; replaced, never changed in place
  suggested: { posture: [], placement: [] }, // [start_s, end_s, name, confidence]
  suggestions: { state: "none", share: 0, problem: "" },
  names: { posture: [], placement: [] }, // {name, light, dark}, in the order of their digits
  task: "posture",
  view: { from_s: 0, to_s: 1 },
  cursor_s: 0,
  anchor_s: null, // where a span was started by the keyboard
  moving: null, // {task, lane}: a lane whose edge is being dragged, as it will be
  selection: null, // {task, start_s, end_s, kind: "drawn" | "hand" | "file" | "suggested", name}
};
const past = [], future = [];
const listeners = { edit: [], draw: [] };
let isDrawDue = false;

export const onEdit = (listener) => listeners.edit.push(listener);
export const onDraw = (listener) => listeners.draw.push(listener);

export function draw() {
  if (isDrawDue) return;
  isDrawDue = true;
  requestAnimationFrame(() => {
    isDrawDue = false;
    for (const listener of listeners.draw) listener();
  });
}

export function announce(text) {
  document.getElementById("announced").textContent = text;
}

export function begin(about) {
  state.about = about;
  state.clock = new Clock(about);
  state.view = { from_s: 0, to_s: about.duration_s };
  for (const task of TASKS) state.names[task] = [...about.lanes[task].names];
}

// The lanes as they are on disk, at the start or after another program's change.
export function setLanes(lanes, isUndoable = false) {
  if (isUndoable) remember();
  state.lanes = lanes;
  for (const task of TASKS) for (const [, , name] of lanes[task]) know(task, name);
  state.selection = state.anchor_s = null;
  draw();
}

export function edit(lanes) {
  if (lanes === state.lanes) return;
  remember();
  state.lanes = lanes;
  for (const task of TASKS) for (const [, , name] of lanes[task]) know(task, name);
  changed();
}

export function editLane(task, lane) {
  if (lane !== state.lanes[task]) edit({ ...state.lanes, [task]: lane });
}

function remember() {
  past.push(state.lanes);
  if (past.length > MOST_UNDONE) past.shift();
  future.length = 0;
}

function changed() {
  for (const listener of listeners.edit) listener();
  draw();
}

export const canUndo = () => past.length > 0;
export const canRedo = () => future.length > 0;
export const undo = () => goTo(past, future, "Undone");
export const redo = () => goTo(future, past, "Done again");

function goTo(from, to, text) {
  if (!from.length) return;
  to.push(state.lanes);
  state.lanes = from.pop();
  state.selection = state.anchor_s = null;
  announce(text);
  changed();
}

// Names

export function know(task, name) {
  const known = state.names[task];
  if (known.some((each) => each.name === name)) return;
  const typed = state.about.lanes[task].typed;
  known.push({ name, ...typed[known.length % typed.length] });
}

export const namedAs = (task, name) => state.names[task].find((each) => each.name === name);

export function applyName(given) {
  const { selection } = state, name = given.trim();
  if (!selection) {
    announce("Nothing is selected");
    return false;
  }
  const { task, start_s, end_s, kind } = selection;
  know(task, name);
  editLane(task, spans.put(state.lanes[task], start_s, end_s, name));
  announce(`${name}, ${elapsed(start_s)} to ${elapsed(end_s)}`);
  state.anchor_s = null;
  if (kind === "suggested") selectSuggestion(end_s);
  else selectHandAt(task, (start_s + end_s) / 2);
  return true;
}

export function remove() {
  const { selection } = state;
  if (!selection) return;
  if (selection.kind === "hand") {
    editLane(selection.task, spans.erase(state.lanes[selection.task], selection.start_s, selection.end_s));
    announce(`${selection.name} deleted`);
  }
  select(null);
}

// Selection

export function select(selection) {
  state.selection = selection;
  state.anchor_s = null;
  if (selection) state.task = selection.task;
  draw();
}

export function selectRange(task, start_s, end_s) {
  const [from, to] = [start_s, end_s].map((at_s) => toMillisecond(Math.min(Math.max(at_s, 0), state.about.duration_s)));
  state.selection = to > from ? { task, start_s: from, end_s: to, kind: "drawn", name: "" } : null;
  state.task = task;
  draw();
}

export function selectSpan(task, kind, span) {
  select({ task, start_s: span[0], end_s: span[1], kind, name: span[2], confidence: span[3] });
}

export function selectHandAt(task, at_s) {
  const span = spans.spanAt(state.lanes[task], at_s);
  if (span) selectSpan(task, "hand", span);
  else select(null);
}

// From one change to the next, as far as nothing is labelled.
export function selectBetweenChanges(task, at_s) {
  const { changes, duration_s, gaps } = state.about;
  const edges = [0, ...changes, ...gaps.flat(), duration_s].sort((a, b) => a - b);
  for (const [start, end] of state.lanes[task]) edges.push(start, end);
  const start_s = Math.max(...edges.filter((edge) => edge <= at_s));
  const end_s = Math.min(...edges.filter((edge) => edge > at_s));
  if (end_s < Infinity) {
    select(null);
    selectRange(task, start_s, end_s);
  }
}

export function selectUnlabelled() {
  const { duration_s } = state.about, { task } = state;
  const after_s = state.selection ? state.selection.end_s - 0.001 : state.cursor_s;
  const gaps = state.about.gaps.map(([start, end]) => [start, end, ""]);
  const covered = [...state.lanes[task], ...state.about.lanes[task].within, ...gaps].sort((a, b) => a[0] - b[0]);
  const stretch = spans.uncovered(covered, after_s, duration_s)[0] ?? spans.uncovered(covered, 0, duration_s)[0];
  if (!stretch) {
    announce(`All of it is labelled in ${TITLES[task].toLowerCase()}`);
    return;
  }
  select(null);
  const change = state.about.changes.find((at_s) => at_s > stretch[0] + 0.01 && at_s < stretch[1]);
  selectRange(task, stretch[0], change ?? stretch[1]);
  state.cursor_s = state.selection.start_s;
  show(state.selection.start_s, state.selection.end_s);
}

// The next suggestion of the lane that is not wholly labelled yet.
export function selectSuggestion(after_s) {
  const { task } = state;
  const open = state.suggested[task].filter(([start, end]) => spans.uncovered(state.lanes[task], start, end).length);
  const span = open.find(([start]) => start >= after_s - 0.001) ?? open[0];
  if (!span) {
    select(null);
    announce("No suggestion is left in this lane");
    return;
  }
  selectSpan(task, "suggested", span);
  state.cursor_s = span[0];
  show(span[0], span[1]);
}

export function acceptAll(task, least) {
  let lane = state.lanes[task], count = 0;
  for (const [start, end, name, confidence] of state.suggested[task]) {
    if (confidence < least) continue;
    const free = spans.uncovered(lane, start, end);
    count += free.length > 0;
    for (const [from, to] of free) lane = spans.put(lane, from, to, name);
  }
  editLane(task, lane);
  announce(`${count} suggestions accepted`);
}

export function step(selected, direction) { // to the next or previous label of the lane
  const lane = state.lanes[state.task];
  const at_s = selected ? selected.start_s : state.cursor_s;
  const span = direction > 0 ? lane.find(([start]) => start > at_s + 0.0005) : lane.findLast(([start]) => start < at_s - 0.0005);
  if (!span) return;
  selectSpan(state.task, "hand", span);
  state.cursor_s = span[0];
  show(span[0], span[1]);
}

// View

export function setView(from_s, to_s) {
  const { duration_s, rate_hz } = state.about;
  const least_s = Math.min(duration_s, SHORTEST_VIEW_SAMPLES / rate_hz);
  const width_s = Math.min(Math.max(to_s - from_s, least_s), duration_s);
  const middle_s = (from_s + to_s) / 2;
  const start_s = Math.min(Math.max(middle_s - width_s / 2, 0), duration_s - width_s);
  state.view = { from_s: start_s, to_s: start_s + width_s };
  draw();
}

export function zoom(factor, about_s = null) {
  const { from_s, to_s } = state.view;
  const still_s = about_s ?? (state.cursor_s >= from_s && state.cursor_s <= to_s ? state.cursor_s : (from_s + to_s) / 2);
  const { duration_s, rate_hz } = state.about;
  const width_s = Math.min(Math.max((to_s - from_s) * factor, Math.min(duration_s, SHORTEST_VIEW_SAMPLES / rate_hz)), duration_s);
  const start_s = still_s - (width_s * (still_s - from_s)) / (to_s - from_s);
  setView(start_s, start_s + width_s);
}

export function pan(share) {
  const { from_s, to_s } = state.view, by_s = share * (to_s - from_s);
  setView(from_s + by_s, to_s + by_s);
}

// Move, and if it must zoom out, so that this range is seen.
export function show(start_s, end_s) {
  const { from_s, to_s } = state.view, width_s = to_s - from_s;
  if (start_s >= from_s && end_s <= to_s) draw();
  else if (end_s - start_s < 0.9 * width_s) setView((start_s + end_s - width_s) / 2, (start_s + end_s + width_s) / 2);
  else setView(start_s - 0.1 * (end_s - start_s), end_s + 0.1 * (end_s - start_s));
}

export function moveCursor(at_s) {
  state.cursor_s = toMillisecond(Math.min(Math.max(at_s, 0), state.about.duration_s));
  const { from_s, to_s } = state.view, width_s = to_s - from_s;
  if (state.cursor_s < from_s || state.cursor_s > to_s) {
    const start_s = state.cursor_s - (state.cursor_s < from_s ? 0.1 : 0.9) * width_s;
    setView(start_s, start_s + width_s);
  }
  if (state.anchor_s !== null) {
    const anchor_s = state.anchor_s;
    selectRange(state.task, Math.min(anchor_s, state.cursor_s), Math.max(anchor_s, state.cursor_s));
  }
  draw();
}
