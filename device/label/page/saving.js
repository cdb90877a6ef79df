// Saving: at once after each change, tried again until it is done, and never over another's work.
//
// What is not saved yet also lies in the browser's own storage, and is offered after a reload.
import { announce, edit, onEdit, setLanes, state } from "./state.js";

const LOOK_MS = 2000, FIRST_RETRY_MS = 500, LONGEST_RETRY_MS = 8000, DEAD_MS = 6000;
const LOCKED = "open the address that edgekit label printed";
const at = (id) => document.getElementById(id);
let version = "", saved = null; // on disk, as far as this page knows
let sending = null; // {lanes, version}: sent again as it is until it is answered, for the answer alone may be lost
let theirs = null; // what another wrote
let retry_ms = FIRST_RETRY_MS, retrying = 0, problem = "", savedAt = null, draft = null;

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const isSaved = () => same(state.lanes, saved);
const clock = (date) => date.toTimeString().slice(0, 8);
const dayAndClock = (date) => (date.toDateString() === new Date().toDateString() ? clock(date) : `${date.toDateString()}, ${clock(date)}`);

export async function start() {
  const answer = await fetch("/labels");
  if (!answer.ok) throw new Error((await answer.json()).problem);
  const labels = await answer.json();
  [version, saved] = [labels.version, labels.lanes];
  setLanes(labels.lanes);
  offerDraft();
  onEdit(() => {
    keepDraft();
    save();
    show();
  });
  at("keep-mine").addEventListener("click", keepMine);
  at("take-theirs").addEventListener("click", takeTheirs);
  at("restore").addEventListener("click", restore);
  at("discard").addEventListener("click", () => forget(draft));
  setInterval(look, LOOK_MS);
  window.addEventListener("focus", look);
  window.addEventListener("online", look);
  window.addEventListener("beforeunload", (event) => { if (!isSaved()) event.preventDefault(); });
  show();
}

async function save() {
  clearTimeout(retrying);
  if (sending?.isUnderWay || theirs) return;
  if (!sending) {
    if (isSaved()) return;
    sending = { lanes: state.lanes, version };
  }
  sending.isUnderWay = true;
  show();
  try {
    const { lanes, version: of } = sending;
    const answer = await fetch("/labels", { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ lanes, version: of }) });
    await answered(answer);
  } catch {
    failed("no connection to edgekit label");
  }
  show();
}

async function answered(answer) {
  if (answer.status === 401) return failed(LOCKED);
  const fields = await answer.json();
  if (answer.ok) {
    [version, saved] = [fields.version, fields.lanes];
    const isNewest = same(state.lanes, sending.lanes);
    sending = null;
    retry_ms = FIRST_RETRY_MS;
    problem = "";
    savedAt = new Date();
    if (isNewest) forgetOwn();
    else save();
  } else if (answer.status === 409) {
    sending = null;
    conflict(fields);
  } else failed(fields.problem, answer.status === 422 || answer.status === 413);
}

function failed(text, isFinal = false) {
  problem = text;
  sending.isUnderWay = false;
  if (isFinal) { // the same would be refused again: the next change is another request
    sending = null;
    return;
  }
  retrying = setTimeout(save, retry_ms);
  retry_ms = Math.min(2 * retry_ms, LONGEST_RETRY_MS);
}

// Whether another program changed the file, and whether the server is back.
async function look() {
  keepDraft();
  if (document.hidden || sending?.isUnderWay || theirs) return;
  try {
    const answer = await fetch("/version");
    const fields = answer.status === 401 ? { problem: LOCKED } : await answer.json();
    if (!answer.ok) problem = fields.problem;
    else if (sending || !isSaved()) save();
    else {
      problem = "";
      if (fields.version !== version) await readAgain();
    }
  } catch {
    problem = "no connection to edgekit label";
  }
  show();
}

async function readAgain() {
  const answer = await fetch("/labels"), labels = await answer.json();
  if (!answer.ok) {
    problem = labels.problem;
    return;
  }
  if (!isSaved()) return conflict(labels);
  if (same(labels.lanes, saved)) [version, saved] = [labels.version, labels.lanes];
  else {
    [version, saved] = [labels.version, labels.lanes];
    setLanes(labels.lanes, true);
    announce("The labels were changed elsewhere, and are shown as they are now");
  }
}

function conflict(labels) {
  if (same(labels.lanes, state.lanes)) {
    [version, saved] = [labels.version, labels.lanes];
    forgetOwn();
    return;
  }
  theirs = labels;
}

function keepMine() {
  [version, saved, theirs] = [theirs.version, theirs.lanes, null];
  save();
  show();
}

function takeTheirs() {
  [version, saved] = [theirs.version, theirs.lanes];
  theirs = null;
  setLanes(saved, true); // undo brings mine back
  forgetOwn();
  show();
}

function show() {
  at("conflict").hidden = !theirs;
  const isDone = isSaved() && !sending;
  let text = savedAt ? `saved ${clock(savedAt)}` : state.about ? "nothing to save yet" : "loading";
  if (isDone && problem) text = `${problem}`;
  else if (theirs) text = "not saved: changed elsewhere";
  else if (!isDone) text = problem ? `not saved: ${problem}. Trying again; it is kept in this browser` : "saving";
  if (at("saved").textContent !== text) at("saved").textContent = text;
  at("dot").className = theirs || problem ? "dot bad" : isDone && savedAt ? "dot good" : "dot";
}

// The draft: {lanes, version, sent, at, alive}, one a tab.

const prefix = () => `edgekit-label ${state.about.id} `;

function tab() {
  let word = sessionStorage.getItem("edgekit-label-tab");
  if (!word) sessionStorage.setItem("edgekit-label-tab", word = String(Math.random()).slice(2));
  return word;
}

function keepDraft() {
  if (isSaved()) return;
  const kept = { lanes: state.lanes, version, sent: sending?.lanes ?? null, at: Date.now(), alive: Date.now() };
  try {
    localStorage.setItem(prefix() + tab(), JSON.stringify(kept));
  } catch { /* full, or switched off: the page itself still has it */ }
}

function forgetOwn() {
  try { localStorage.removeItem(prefix() + tab()); } catch { /* switched off */ }
}

function offerDraft() {
  let newest = null;
  try {
    for (const key of Object.keys(localStorage).filter((each) => each.startsWith(prefix()))) {
      const kept = read(key);
      const isOwn = key.startsWith(prefix() + tab());
      if (!kept || same(kept.lanes, saved)) localStorage.removeItem(key);
      else if (!isOwn && Date.now() - kept.alive < DEAD_MS) setTimeout(offerDraft, DEAD_MS); // of another tab, perhaps
      else if (!newest || kept.at > newest.at) newest = { ...kept, key };
    }
  } catch { return; }
  if (!newest || draft) return;
  draft = setAside(newest);
  const isChanged = draft.version !== version && !same(draft.sent, saved);
  at("draft-text").textContent = `Labels of ${dayAndClock(new Date(draft.at))} were not saved before their page closed.`
    + (isChanged ? " The file was changed since: restoring them replaces what is in it." : "");
  at("draft").hidden = false;
}

// Under a key of its own, because this tab's next draft would take its place.
function setAside(kept) {
  if (kept.key !== prefix() + tab()) return kept;
  const key = `${kept.key} ${kept.at}`;
  localStorage.setItem(key, localStorage.getItem(kept.key));
  localStorage.removeItem(kept.key);
  return { ...kept, key };
}

function read(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(key));
    const isLane = (lane) => Array.isArray(lane) && lane.every((span) => Array.isArray(span) && span.length === 3);
    return isLane(kept.lanes.posture) && isLane(kept.lanes.placement) ? kept : null;
  } catch {
    return null;
  }
}

function restore() {
  const { lanes } = draft;
  forget(draft);
  edit(lanes);
}

function forget(kept) {
  try { localStorage.removeItem(kept.key); } catch { /* switched off */ }
  draft = null;
  at("draft").hidden = true;
}
