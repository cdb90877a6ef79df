// Mouse and touch: lanes are drawn on, the signal and the overview are moved.
import { spansOf } from "./lanes.js";
import { plotWidth, toTime, toX } from "./signal.js";
import * as edits from "./state.js";
import { moveEdge, spanAt } from "./spans.js";

const { state } = edits;
const TAP_PX = 6, SNAP_PX = 8, EDGE_PX = 6, THUMB_PX = 22;
const at = (id) => document.getElementById(id);
const pointers = new Map(); // on the signal: id to x
let drag = null, pinch_px = 0;

export function start() {
  for (const strip of document.querySelectorAll(".strip")) strip.addEventListener("pointerdown", press);
  const signal = at("signal").querySelector("canvas");
  signal.addEventListener("pointerdown", hold);
  signal.addEventListener("pointermove", moveSignal);
  for (const over of ["pointerup", "pointercancel"]) signal.addEventListener(over, release);
  at("chart").addEventListener("wheel", wheel, { passive: false });
  at("overview").addEventListener("pointerdown", grasp);
  at("lanes").addEventListener("pointermove", hover);
}

const timeAt = (event, element) => toTime(event.clientX - element.getBoundingClientRect().left);

// The nearest change or edge of another span, where it is near enough.
function snapped(at_s, task, except = null) {
  const reach_s = (SNAP_PX / plotWidth()) * (state.view.to_s - state.view.from_s);
  let best_s = at_s, least_s = reach_s;
  const near = (edge_s) => {
    const away_s = Math.abs(edge_s - at_s);
    if (away_s < least_s) [best_s, least_s] = [edge_s, away_s];
  };
  for (const change_s of state.about.changes) near(change_s);
  for (const kind of ["hand", "file", "suggested"]) {
    for (const span of spansOf(task, kind)) {
      if (except && kind === "hand" && span[0] === except[0] && span[1] === except[1]) continue;
      near(span[0]);
      near(span[1]);
    }
  }
  for (const end_s of [0, state.about.duration_s]) near(end_s);
  return best_s;
}

// The edge of a hand-made label under the pointer: {span, side}.
function edgeAt(task, event, element) {
  const x = event.clientX - element.getBoundingClientRect().left, at_s = toTime(x);
  const reach = (span) => (event.pointerType === "mouse" || !isSelected(task, span) ? EDGE_PX : THUMB_PX);
  for (const span of state.lanes[task]) {
    const wide = toX(span[1]) - toX(span[0]), most = Math.min(reach(span), Math.max(wide / 3, 2));
    const isTouch = event.pointerType !== "mouse" && !isSelected(task, span);
    if (isTouch) continue; // a finger selects first; then the edges of the selected one are wide
    for (const side of [0, 1]) {
      const away = Math.abs(x - toX(span[side])), isInside = side === 0 ? at_s >= span[0] : at_s <= span[1];
      if (away <= (isInside ? most : reach(span) / 2)) return { span, side };
    }
  }
  return null;
}

const isSelected = (task, span) => state.selection?.kind === "hand" && state.selection.task === task
  && state.selection.start_s === span[0] && state.selection.end_s === span[1];

function press(event) {
  if (event.button > 0 || drag) return;
  const strip = event.currentTarget, { task, kind } = strip.dataset;
  const begin_s = timeAt(event, strip);
  drag = {
    strip, task, kind, begin_s, x: event.clientX, id: event.pointerId, isMoved: false, selection: state.selection,
    edge: kind === "hand" ? edgeAt(task, event, strip) : null, lane: state.lanes[task],
  };
  strip.setPointerCapture(event.pointerId);
  strip.addEventListener("pointermove", drawSpan);
  for (const over of ["pointerup", "pointercancel", "lostpointercapture"]) strip.addEventListener(over, drop);
  if (event.pointerType === "mouse") event.preventDefault();
  at("chart").focus({ preventScroll: true });
}

function drawSpan(event) {
  if (!drag || event.pointerId !== drag.id) return;
  if (!drag.isMoved && Math.abs(event.clientX - drag.x) < TAP_PX) return;
  drag.isMoved = true;
  if (drag.kind !== "hand") return;
  const here_s = snap(event, timeAt(event, drag.strip), drag.task, drag.edge?.span);
  if (drag.edge) {
    const { span, side } = drag.edge;
    const lane = moveEdge(drag.lane, span, side, here_s, state.about.duration_s);
    state.moving = { task: drag.task, lane }; // shown; one edit when it is dropped
    edits.selectSpan(drag.task, "hand", spanAt(lane, side === 0 ? span[1] - 0.0005 : span[0] + 0.0005));
  } else {
    const from_s = snap(event, drag.begin_s, drag.task);
    edits.selectRange(drag.task, Math.min(from_s, here_s), Math.max(from_s, here_s));
  }
  state.cursor_s = Math.min(Math.max(here_s, 0), state.about.duration_s);
}

const snap = (event, at_s, task, except) => (event.altKey ? at_s : snapped(at_s, task, except));

function drop(event) {
  if (!drag || event.pointerId !== drag.id) return;
  const { strip, task, kind, begin_s, isMoved, edge, lane, selection } = drag, { moving } = state;
  drag = state.moving = null;
  strip.removeEventListener("pointermove", drawSpan);
  for (const over of ["pointerup", "pointercancel", "lostpointercapture"]) strip.removeEventListener(over, drop);
  // Another's change, or a key, may have come meanwhile: then the edge stays where it was.
  if (event.type !== "pointerup" || (edge && state.lanes[task] !== lane)) edits.select(selection);
  else if (edge && moving) edits.editLane(task, moving.lane);
  else if (!isMoved) tap(task, kind, begin_s);
}

function tap(task, kind, at_s) {
  const span = spanAt(spansOf(task, kind), at_s);
  if (span) edits.selectSpan(task, kind, span);
  else if (kind === "hand") edits.selectBetweenChanges(task, at_s);
  state.cursor_s = Math.min(Math.max(at_s, 0), state.about.duration_s);
}

function hover(event) {
  const strip = event.target.closest?.(".strip");
  if (!strip || drag || event.pointerType !== "mouse") return;
  const isEdge = strip.dataset.kind === "hand" && edgeAt(strip.dataset.task, event, strip);
  strip.style.cursor = isEdge ? "ew-resize" : strip.dataset.kind === "hand" ? "crosshair" : "pointer";
}

// The signal: one pointer moves it along, two zoom.

function hold(event) {
  if (event.button > 0) return;
  pointers.set(event.pointerId, event.clientX);
  event.currentTarget.setPointerCapture(event.pointerId);
  pinch_px = apart();
  event.currentTarget.dataset.from = event.clientX;
}

function apart() {
  const [a, b] = pointers.values();
  return b === undefined ? 0 : Math.abs(a - b);
}

function moveSignal(event) {
  const before = pointers.get(event.pointerId);
  if (before === undefined) return;
  pointers.set(event.pointerId, event.clientX);
  const left = event.currentTarget.getBoundingClientRect().left;
  if (pointers.size === 1) edits.pan((before - event.clientX) / plotWidth());
  else if (pointers.size === 2) {
    const [a, b] = pointers.values(), now = apart();
    edits.pan((before - event.clientX) / 2 / plotWidth());
    if (pinch_px > 10 && now > 10) edits.zoom(pinch_px / now, toTime((a + b) / 2 - left));
    pinch_px = now;
  }
}

function release(event) {
  const isTap = pointers.size === 1 && event.type === "pointerup" && Math.abs(event.clientX - Number(event.currentTarget.dataset.from)) < TAP_PX;
  pointers.delete(event.pointerId);
  pinch_px = apart();
  if (isTap) edits.moveCursor(timeAt(event, event.currentTarget));
  at("chart").focus({ preventScroll: true });
}

function wheel(event) {
  if (Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey) {
    const by = event.deltaX || event.deltaY;
    edits.pan(pixels(event, by) / plotWidth());
  } else {
    edits.zoom(1.0015 ** pixels(event, event.deltaY), timeAt(event, at("signal").querySelector("canvas")));
  }
  event.preventDefault();
}

const pixels = (event, delta) => Math.max(-400, Math.min(400, event.deltaMode === 1 ? 30 * delta : delta));

function grasp(event) {
  if (event.button > 0) return;
  const box = at("overview"), strip = box.querySelector("canvas");
  const go = (moved) => {
    const { left, width } = strip.getBoundingClientRect();
    const middle_s = ((moved.clientX - left) / width) * state.about.duration_s;
    const half_s = (state.view.to_s - state.view.from_s) / 2;
    edits.setView(middle_s - half_s, middle_s + half_s);
  };
  const end = () => {
    box.removeEventListener("pointermove", go);
    for (const over of ["pointerup", "pointercancel"]) box.removeEventListener(over, end);
  };
  box.setPointerCapture(event.pointerId);
  box.addEventListener("pointermove", go);
  for (const over of ["pointerup", "pointercancel"]) box.addEventListener(over, end);
  go(event);
}
