// The signal on its canvas: what the server sent for this view, or meanwhile what is there already.
import { draw, onDraw, state } from "./state.js";
import { ticks } from "./times.js";

const OVERVIEW_BINS = 1500, MOST_PIXELS = 2; // of the screen in one of the page
const EMPTY = -32768;
const AXES = ["--x", "--y", "--z"];
const at = (id) => document.getElementById(id);
const canvas = at("signal").querySelector("canvas"), small = at("overview").querySelector("canvas");
let overview = null, detail = null, isAsking = false, lastProblem_ms = 0;

export const plotWidth = () => canvas.clientWidth;
export const toX = (at_s) => ((at_s - state.view.from_s) / (state.view.to_s - state.view.from_s)) * plotWidth();
export const toTime = (x) => state.view.from_s + (x / plotWidth()) * (state.view.to_s - state.view.from_s);

export async function start() {
  overview = await ask(0, state.about.duration_s, OVERVIEW_BINS);
  onDraw(drawSignal);
  new ResizeObserver(draw).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  draw();
}

async function ask(from_s, to_s, bins) {
  const answer = await fetch(`/signal?from=${from_s}&to=${to_s}&bins=${bins}`);
  if (!answer.ok) throw new Error(`signal: ${answer.status}`);
  const bytes = await answer.arrayBuffer();
  const end = new Uint8Array(bytes).indexOf(10);
  const head = JSON.parse(new TextDecoder().decode(bytes.slice(0, end)));
  const view = new DataView(bytes, end + 1), values = new Int16Array(view.byteLength / 2);
  for (let i = 0; i < values.length; i += 1) values[i] = view.getInt16(2 * i, true);
  return { ...head, values, isAll: from_s <= 0 && to_s >= state.about.duration_s };
}

// Ask for the view and half of it on either side, unless what is there is fine enough.
async function refine() {
  const { from_s, to_s } = state.view, width = plotWidth(), width_s = to_s - from_s;
  if (isAsking || !width || performance.now() - lastProblem_ms < 1000) return;
  const pixel_s = width_s / (width * density());
  const isFine = (drawn) => drawn && drawn.from_s <= from_s + 1e-6 && drawn.to_s >= to_s - 1e-6
    && (drawn.samples || ((drawn.to_s - drawn.from_s) / drawn.bins <= 1.3 * pixel_s));
  if (isFine(detail) || isFine(overview)) return;
  const before_s = Math.max(0, from_s - width_s / 2), after_s = Math.min(state.about.duration_s, to_s + width_s / 2);
  isAsking = true;
  try {
    detail = await ask(before_s, after_s, Math.ceil((after_s - before_s) / pixel_s));
  } catch {
    lastProblem_ms = performance.now(); // the state of the connection is shown by saving.js
    setTimeout(draw, 1100);
  } finally {
    isAsking = false;
  }
  draw();
}

const density = () => Math.min(window.devicePixelRatio || 1, MOST_PIXELS);

function fit(element) {
  const width = Math.round(element.clientWidth * density()), height = Math.round(element.clientHeight * density());
  if (element.width !== width || element.height !== height) [element.width, element.height] = [width, height];
  const paint = element.getContext("2d");
  paint.setTransform(1, 0, 0, 1, 0, 0);
  paint.clearRect(0, 0, width, height);
  return { paint, width, height };
}

function drawSignal() {
  refine();
  const { from_s, to_s } = state.view, style = getComputedStyle(document.documentElement);
  const { paint, width, height } = fit(canvas);
  const x = (at_s) => ((at_s - from_s) / (to_s - from_s)) * width;
  const [low_g, high_g] = state.about.range_g;
  const y = (g) => height * (1 - (g - low_g) / (high_g - low_g));
  paint.fillStyle = style.getPropertyValue("--plate");
  for (const [start, end] of state.about.gaps) {
    if (end > from_s && start < to_s) paint.fillRect(x(start), 0, Math.max(x(end) - x(start), 1), height);
  }
  const lines_g = gridLines(low_g, high_g);
  grid(paint, style, width, y, lines_g);
  band(paint, style, x, height);
  if (changesApart(width)) {
    paint.strokeStyle = style.getPropertyValue("--joint");
    paint.setLineDash([2 * density(), 4 * density()]);
    lines(paint, state.about.changes.filter((at_s) => at_s > from_s && at_s < to_s).map(x), height);
    paint.setLineDash([]);
  }
  const drawn = detail && detail.from_s <= from_s + 1e-6 && detail.to_s >= to_s - 1e-6 ? detail : overview;
  if (drawn !== overview && !covers(drawn)) trace(overview, paint, style, x, y);
  trace(drawn, paint, style, x, y);
  scale(paint, style, y, lines_g);
  drawOverview(style);
  drawAxis();
}

const covers = (drawn) => drawn.from_s <= state.view.from_s + 1e-6 && drawn.to_s >= state.view.to_s - 1e-6;

// Marks of changes are drawn where there is room to tell them apart.
export function changesApart(width = plotWidth()) {
  const { from_s, to_s } = state.view;
  return state.about.changes.filter((at_s) => at_s > from_s && at_s < to_s).length < width / (14 * density());
}

function gridLines(low_g, high_g) {
  const step = high_g - low_g > 12 ? 4 : high_g - low_g > 5 ? 2 : 1, all = [];
  for (let g = Math.ceil(low_g / step) * step; g <= high_g; g += step) all.push(g);
  return all;
}

function grid(paint, style, width, y, lines_g) {
  paint.lineWidth = density();
  for (const g of lines_g) {
    paint.strokeStyle = style.getPropertyValue(g === 0 ? "--joint" : "--rule");
    paint.beginPath();
    paint.moveTo(0, y(g));
    paint.lineTo(width, y(g));
    paint.stroke();
  }
}

// Above the signal, with a rim, so that it can be read.
function scale(paint, style, y, lines_g) {
  paint.font = `${11 * density()}px ui-sans-serif, system-ui, sans-serif`;
  paint.lineWidth = 3 * density();
  paint.strokeStyle = style.getPropertyValue("--paper");
  paint.fillStyle = style.getPropertyValue("--soft");
  for (const g of lines_g) {
    const text = `${String(g).replace("-", "\u2212")} g`, place = [4 * density(), y(g) - 6 * density()];
    paint.strokeText(text, ...place);
    paint.fillText(text, ...place);
  }
}

function band(paint, style, x, height) {
  const { selection } = state;
  if (!selection) return;
  paint.globalAlpha = 0.14;
  paint.fillStyle = style.getPropertyValue("--accent");
  paint.fillRect(x(selection.start_s), 0, x(selection.end_s) - x(selection.start_s), height);
  paint.globalAlpha = 1;
}

function lines(paint, places, height) {
  paint.lineWidth = density();
  paint.beginPath();
  for (const place of places) {
    paint.moveTo(place, 0);
    paint.lineTo(place, height);
  }
  paint.stroke();
}

function trace(drawn, paint, style, x, y) {
  paint.lineWidth = 1.3 * density();
  paint.lineJoin = "round";
  AXES.forEach((name, axis) => {
    paint.strokeStyle = paint.fillStyle = style.getPropertyValue(name);
    if (drawn.samples) traceSamples(drawn, axis, paint, x, y);
    else traceEnvelope(drawn, axis, paint, x, y);
  });
}

function traceSamples({ samples, values }, axis, paint, x, y) {
  let first = 0;
  for (const { start_s, rate_hz, count } of samples) {
    const from = first + axis * count, isWide = x(start_s + 1 / rate_hz) - x(start_s) > 7 * density();
    paint.beginPath();
    for (let i = 0; i < count; i += 1) paint.lineTo(x(start_s + i / rate_hz), y(values[from + i] / 1000));
    paint.stroke();
    for (let i = 0; isWide && i < count; i += 1) {
      paint.beginPath();
      paint.arc(x(start_s + i / rate_hz), y(values[from + i] / 1000), 2 * density(), 0, 7);
      paint.fill();
    }
    first += 3 * count;
  }
}

function traceEnvelope({ from_s, to_s, bins, values }, axis, paint, x, y) {
  const low = 2 * axis * bins, high = low + bins, step_s = (to_s - from_s) / bins, half = 0.6 * density();
  const first = Math.max(0, Math.floor((state.view.from_s - from_s) / step_s) - 1);
  const last = Math.min(bins, Math.ceil((state.view.to_s - from_s) / step_s) + 1);
  fillEnvelope(paint, values, low, high, first, last, (k) => x(from_s + (k + 0.5) * step_s), y, half);
}

function fillEnvelope(paint, values, low, high, first, last, x, y, half) {
  paint.globalAlpha = 0.85;
  for (let k = first; k < last; k += 1) {
    if (values[low + k] === EMPTY) continue;
    let end = k;
    while (end < last && values[low + end] !== EMPTY) end += 1;
    paint.beginPath();
    for (let i = k; i < end; i += 1) paint.lineTo(x(i), y(values[high + i] / 1000) - half);
    for (let i = end - 1; i >= k; i -= 1) paint.lineTo(x(i), y(values[low + i] / 1000) + half);
    paint.closePath();
    paint.fill();
    k = end;
  }
  paint.globalAlpha = 1;
}

function drawOverview(style) {
  const { paint, width, height } = fit(small);
  const { duration_s, range_g: [low_g, high_g] } = state.about, all = overview;
  const y = (g) => height * (1 - (g - low_g) / (high_g - low_g));
  if (all.samples) {
    AXES.forEach((name, axis) => {
      paint.strokeStyle = style.getPropertyValue(name);
      traceSamples(all, axis, paint, (at_s) => (at_s / duration_s) * width, y);
    });
  } else {
    AXES.forEach((name, axis) => {
      paint.fillStyle = style.getPropertyValue(name);
      fillEnvelope(paint, all.values, 2 * axis * all.bins, (2 * axis + 1) * all.bins, 0, all.bins,
        (k) => ((k + 0.5) / all.bins) * width, y, 0.5);
    });
  }
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches, lane = 4 * density();
  for (const [start, end, name] of state.lanes[state.task]) {
    const colour = state.names[state.task].find((each) => each.name === name);
    paint.fillStyle = isDark ? colour.dark : colour.light;
    paint.fillRect((start / duration_s) * width, height - lane, Math.max(((end - start) / duration_s) * width, 1), lane);
  }
  const brush = at("brush"), share = small.clientWidth / duration_s, { from_s, to_s } = state.view;
  brush.style.left = `${small.offsetLeft + from_s * share}px`;
  brush.style.width = `${Math.max((to_s - from_s) * share, 3)}px`;
  brush.hidden = to_s - from_s >= 0.999 * duration_s;
}

function drawAxis() {
  const width = plotWidth(), { from_s, to_s } = state.view;
  at("axis").replaceChildren(...ticks(from_s, to_s, width / 80, state.clock).map(({ at_s, text }) => {
    const tick = document.createElement("span");
    const x = canvas.offsetLeft + toX(at_s), room = Math.min(x, canvas.offsetLeft + width - x);
    tick.textContent = room < 3.5 * text.length ? "" : text; // it would be cut at the edge
    tick.style.left = `${x}px`;
    return tick;
  }));
}
