// The selection and its labels, the suggestions, and the list of all labels.
import { accept } from "./keys.js";
import * as edits from "./state.js";
import { put, total_s, uncovered } from "./spans.js";
import { duration, elapsed, parse } from "./times.js";

const { state } = edits;
const MOST_ROWS = 500;
const KINDS = { drawn: "Not labelled yet", hand: "", file: "In the file", suggested: "Suggested" };
const at = (id) => document.getElementById(id);
const setText = (id, text) => { if (at(id).textContent !== text) at(id).textContent = text; };
let drawnChips = "", drawnList = null, drawnTask = "";

export function start() {
  edits.onDraw(drawPanel);
  at("delete").addEventListener("click", edits.remove);
  at("accept").addEventListener("click", accept);
  at("chips").addEventListener("click", (event) => {
    const chip = event.target.closest("button");
    if (!chip) return;
    if (chip.id === "other") {
      document.body.classList.add("is-typing");
      at("new-name").focus();
      return;
    }
    edits.applyName(chip.dataset.name);
    if (event.detail) at("chart").focus({ preventScroll: true }); // a mouse or finger; keys stay where they are
  });
  at("typed").addEventListener("submit", type);
  at("show-times").addEventListener("click", () => {
    const isShown = document.body.classList.toggle("shows-times");
    at("show-times").setAttribute("aria-expanded", String(isShown));
  });
  at("edges").addEventListener("submit", setEdges);
  for (const id of ["from", "to"]) at(id).addEventListener("change", setEdges);
  at("accept-all").addEventListener("click", () => {
    const least = at("least").valueAsNumber;
    if (least >= 0 && least <= 100) edits.acceptAll(state.task, least / 100);
  });
  at("least").addEventListener("input", drawSuggested);
  at("list").addEventListener("click", fromList);
}

function type(event) {
  event.preventDefault();
  const name = at("new-name").value.normalize("NFC").replace(/\s+/g, " ").replace(/\p{C}/gu, "").trim();
  if (!name) return;
  at("new-name").value = "";
  document.body.classList.remove("is-typing");
  edits.know(state.task, name);
  if (state.selection) edits.applyName(name);
  else edits.announce(`${name} can be chosen now`);
  at("chart").focus({ preventScroll: true });
  edits.draw();
}

function setEdges(event) {
  event.preventDefault();
  const { selection, about } = state;
  const start_s = parse(at("from").value), end_s = parse(at("to").value);
  const isSpan = start_s >= 0 && end_s > start_s && start_s < about.duration_s;
  for (const id of ["from", "to"]) at(id).setAttribute("aria-invalid", String(!isSpan));
  if (!isSpan || !selection) return;
  const stop_s = Math.min(end_s, about.duration_s);
  if (selection.kind !== "hand") {
    edits.select(null);
    edits.selectRange(selection.task, start_s, stop_s);
    return;
  }
  const lane = state.lanes[selection.task].filter((each) => each[0] !== selection.start_s);
  edits.editLane(selection.task, put(lane, start_s, stop_s, selection.name));
  edits.selectHandAt(selection.task, (start_s + stop_s) / 2);
}

function drawPanel() {
  drawSelection();
  drawChips();
  drawSuggested();
  drawList();
  at("undo").disabled = !edits.canUndo();
  at("redo").disabled = !edits.canRedo();
  const { from_s, to_s } = state.view;
  at("chart").setAttribute("aria-label", `${state.about.name}, ${elapsed(from_s, 0)} to ${elapsed(to_s, 0)}, cursor at ${elapsed(state.cursor_s)}`);
}

function drawSelection() {
  const { selection } = state;
  at("edges").hidden = at("show-times").hidden = !selection;
  at("delete").hidden = selection?.kind !== "hand";
  at("accept").hidden = selection?.kind !== "suggested" && selection?.kind !== "file";
  document.body.classList.toggle("has-selection", Boolean(selection));
  if (!selection) {
    setText("selection-text", state.anchor_s === null ? "Drag along a lane, or tap it, to select a span." : "Span started: move to its end.");
    return;
  }
  const { task, start_s, end_s, kind, name, confidence } = selection;
  const sure = confidence === undefined ? "" : `, ${Math.round(100 * confidence)} % sure`;
  setText("selection-text", `${[KINDS[kind], name].filter(Boolean).join(": ")}${sure} (${task}, ${duration(end_s - start_s)})`);
  for (const [id, at_s] of [["from", start_s], ["to", end_s]]) {
    if (document.activeElement !== at(id)) {
      at(id).value = elapsed(at_s);
      at(id).setAttribute("aria-invalid", "false");
    }
  }
}

// Chips are made anew only for other names, so that none is replaced under a finger.
function drawChips() {
  const chosen = state.selection?.task === state.task ? state.selection.name : null;
  const key = JSON.stringify([state.task, state.names[state.task]]);
  if (key !== drawnChips) {
    drawnChips = key;
    const focused = document.activeElement?.dataset?.name;
    at("chips").replaceChildren(...state.names[state.task].map(chipOf), other());
    at("chips").setAttribute("aria-label", `Labels: ${edits.TITLES[state.task]}`);
    at("known-names").replaceChildren(...state.names[state.task].map(({ name }) => Object.assign(document.createElement("option"), { value: name })));
    if (focused) [...at("chips").children].find((chip) => chip.dataset.name === focused)?.focus();
  }
  for (const chip of at("chips").children) {
    if (chip.dataset.name === undefined) continue;
    const isChosen = chip.dataset.name === chosen, wasChosen = chip.getAttribute("aria-pressed") === "true";
    chip.setAttribute("aria-pressed", String(isChosen));
    if (isChosen && !wasChosen) at("chips").scrollLeft = chip.offsetLeft - at("chips").offsetLeft - 20;
  }
}

function chipOf({ name, light, dark }, index) {
  const chip = part("button", "");
  chip.type = "button";
  chip.className = "chip";
  chip.dataset.name = name;
  chip.style.setProperty("--light", light);
  chip.style.setProperty("--dark", dark);
  if (index < 10) chip.append(part("kbd", String((index + 1) % 10)));
  chip.append(part("span", name));
  return chip;
}

// On a phone the field for another label is behind this chip.
function other() {
  const chip = part("button", state.names[state.task].length ? "other\u2026" : "type a label\u2026");
  Object.assign(chip, { type: "button", className: "chip", id: "other" });
  return chip;
}

function part(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function drawSuggested() {
  const { state: progress, share, problem } = state.suggestions, by = state.about.suggested_by;
  at("suggested").hidden = progress === "none";
  const all = state.suggested[state.task], least = at("least").valueAsNumber / 100;
  const texts = {
    deciding: `${by} is deciding: ${Math.round(100 * share)} %.`,
    failed: `${by} could not decide: ${problem}`,
    ready: `By ${by}: ${all.length} in the lane ${edits.TITLES[state.task].toLowerCase()}. Tap one to accept it, or choose another label for it.`,
  };
  setText("suggested-text", texts[progress] ?? "");
  at("suggested-all").hidden = progress !== "ready" || !all.length;
  const open = all.filter(([start, end, , confidence]) => confidence >= least && uncovered(state.lanes[state.task], start, end).length);
  setText("accept-all", `Accept ${open.length}`);
  at("accept-all").disabled = !open.length;
}

function drawList() {
  if (drawnList === state.lanes && drawnTask === state.task) return;
  [drawnList, drawnTask] = [state.lanes, state.task];
  const { duration_s } = state.about;
  const totals = edits.TASKS.filter((task) => state.lanes[task].length).map((task) => {
    const byName = new Map();
    for (const [start, end, name] of state.lanes[task]) byName.set(name, (byName.get(name) ?? 0) + end - start);
    const each = [...byName].map(([name, seconds]) => `${name} ${duration(seconds)}`).join(", ");
    return `${edits.TITLES[task]}: ${duration(total_s(state.lanes[task]))} of ${duration(duration_s)} (${each}).`;
  });
  setText("totals", totals.join(" ") || "None yet.");
  const rows = edits.TASKS.flatMap((task) => state.lanes[task].map((span) => [task, ...span])).sort((a, b) => a[1] - b[1]);
  at("list").hidden = !rows.length;
  at("list").tBodies[0].replaceChildren(...rows.slice(0, MOST_ROWS).map(([task, start, end, name]) => {
    const row = document.createElement("tr");
    Object.assign(row.dataset, { task, at: (start + end) / 2 });
    const go = part("button", elapsed(start)), away = part("button", "Delete");
    for (const button of [go, away]) button.type = "button";
    go.className = "link";
    away.className = "link delete";
    away.setAttribute("aria-label", `Delete ${name}, ${elapsed(start)} to ${elapsed(end)}`);
    const cells = [go, part("span", elapsed(end)), part("span", name), away].map((content) => {
      const cell = document.createElement("td");
      cell.append(content);
      return cell;
    });
    row.append(...cells);
    return row;
  }));
  if (rows.length > MOST_ROWS) at("totals").append(` The first ${MOST_ROWS} of ${rows.length} are listed.`);
}

function fromList(event) {
  const button = event.target.closest("button"), row = event.target.closest("tr");
  if (!button || !row) return;
  edits.selectHandAt(row.dataset.task, Number(row.dataset.at));
  const { selection } = state;
  if (!selection) return;
  if (button.classList.contains("delete")) edits.remove();
  else {
    state.cursor_s = selection.start_s;
    edits.show(selection.start_s, selection.end_s);
  }
}
