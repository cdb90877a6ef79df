// The keyboard alone does all of it; a button in focus keeps Enter and Space for itself.
import { toTime } from "./signal.js";
import * as edits from "./state.js";
import { moveEdge } from "./spans.js";

const { state } = edits;
const FINE = 200, FAR = 20; // steps of the cursor across the view
const at = (id) => document.getElementById(id);

export function start() {
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("input, textarea, select")) {
      if (event.key === "Escape") at("chart").focus();
      return;
    }
    const isOnChart = event.target === document.body || at("chart").contains(event.target);
    const does = act(event, isOnChart);
    if (!does) return;
    event.preventDefault();
    does();
  });
  at("zoom-in").addEventListener("click", () => edits.zoom(0.5));
  at("zoom-out").addEventListener("click", () => edits.zoom(2));
  at("whole").addEventListener("click", whole);
  at("back").addEventListener("click", () => edits.pan(-0.8));
  at("on").addEventListener("click", () => edits.pan(0.8));
  at("next-unlabelled").addEventListener("click", edits.selectUnlabelled);
  at("undo").addEventListener("click", edits.undo);
  at("redo").addEventListener("click", edits.redo);
}

const whole = () => edits.setView(0, state.about.duration_s);

// What a key does; null where it is the browser's.
function act(event, isOnChart) {
  const { key } = event;
  if (event.ctrlKey || event.metaKey) {
    if (key.toLowerCase() === "z") return event.shiftKey ? edits.redo : edits.undo;
    return key.toLowerCase() === "y" ? edits.redo : null;
  }
  if (isOnChart) {
    const moves = {
      ArrowLeft: () => move(event, -1), ArrowRight: () => move(event, 1), ArrowUp: () => lane(-1), ArrowDown: () => lane(1),
      Enter: startOrEnd, " ": startOrEnd, Home: () => edits.moveCursor(0), End: () => edits.moveCursor(state.about.duration_s),
      PageUp: () => edits.pan(-0.8), PageDown: () => edits.pan(0.8),
    };
    if (moves[key]) return moves[key];
  }
  if (event.altKey) return null;
  if (/^\d$/.test(key)) return () => digit(Number(key));
  const does = {
    "+": () => edits.zoom(0.5), "=": () => edits.zoom(0.5), "-": () => edits.zoom(2), f: whole,
    n: () => change(1), p: () => change(-1), ".": () => edits.step(state.selection, 1), ",": () => edits.step(state.selection, -1),
    "[": () => edge(0), "]": () => edge(1), u: edits.selectUnlabelled, s: suggestion, a: accept,
    Delete: edits.remove, Backspace: edits.remove, Escape: () => edits.select(null), "/": () => at("new-name").focus(),
    "?": () => { at("help").open = true; at("help").scrollIntoView(); },
  };
  return does[key.length === 1 ? key.toLowerCase() : key] ?? null;
}

function move(event, direction) {
  const { from_s, to_s } = state.view;
  const step_s = event.altKey ? 1 / state.about.rate_hz : (to_s - from_s) / (event.shiftKey ? FAR : FINE);
  const isSeen = state.cursor_s >= from_s && state.cursor_s <= to_s;
  edits.moveCursor((isSeen || state.anchor_s !== null ? state.cursor_s : toTime(0)) + direction * step_s);
}

function lane(direction) {
  const { TASKS, TITLES } = edits;
  const index = Math.min(Math.max(TASKS.indexOf(state.task) + direction, 0), TASKS.length - 1);
  if (state.selection) edits.select(null);
  state.task = TASKS[index];
  edits.announce(`Lane: ${TITLES[state.task]}`);
  edits.draw();
}

function startOrEnd() {
  if (state.anchor_s === null) {
    edits.select(null);
    state.anchor_s = state.cursor_s;
    edits.announce("Span started: move to its end");
    edits.draw();
  } else {
    state.anchor_s = null;
    edits.announce(state.selection ? "Span ended: choose its label" : "The span has no length");
    edits.draw();
  }
}

function digit(number) {
  const named = state.names[state.task][(number + 9) % 10];
  if (named) edits.applyName(named.name);
  else edits.announce(`No label has the digit ${number}`);
}

function change(direction) {
  const { changes } = state.about, at_s = state.cursor_s;
  const next_s = direction > 0 ? changes.find((each) => each > at_s + 0.001) : changes.findLast((each) => each < at_s - 0.001);
  if (next_s !== undefined) edits.moveCursor(next_s);
  else edits.announce(direction > 0 ? "No later change" : "No earlier change");
}

function edge(side) {
  const { selection, cursor_s, about } = state;
  if (!selection) return;
  const span = [selection.start_s, selection.end_s, selection.name];
  span[side] = cursor_s;
  if (!(span[1] > span[0])) return;
  if (selection.kind !== "hand") {
    edits.selectRange(selection.task, span[0], span[1]);
    return;
  }
  const lane = state.lanes[selection.task];
  const old = lane.find((each) => each[0] === selection.start_s && each[1] === selection.end_s);
  if (!old) return;
  edits.editLane(selection.task, moveEdge(lane, old, side, cursor_s, about.duration_s));
  edits.selectHandAt(selection.task, side === 0 ? old[1] - 0.0005 : old[0] + 0.0005);
}

function suggestion() {
  const { selection } = state;
  edits.selectSuggestion(selection?.kind === "suggested" ? selection.end_s : state.cursor_s);
}

export function accept() {
  const { selection } = state;
  if (selection?.kind === "suggested" || selection?.kind === "file") edits.applyName(selection.name);
  else edits.announce("No suggestion is selected: S selects the next");
}
