// Put the server's states on the page, as text only: nothing that comes in is ever markup.
import { draw as drawFigure } from "./figure.js";
import { draw as drawNight } from "./timeline.js";

const STALE_S = 5, LOST_MS = 7000, AGAIN_MS = 3000, CHART_MS = 5000;
const at = (id) => document.getElementById(id);
const setText = (id, text) => { if (at(id).textContent !== text) at(id).textContent = text; };
let messageAt = performance.now(), over = false, locked = false, quiet_s = 0, known = false;

connect();
setInterval(updateWarning, 1000);
setInterval(readSoFar, CHART_MS);

// Tried again for as long as the page is open, so that it finds a monitor that is started again.
function connect() {
  const live = new EventSource("/live");
  live.addEventListener("open", () => { readLast(); readSoFar(); });
  live.addEventListener("state", (message) => {
    noteMessage();
    known = true;
    const state = JSON.parse(message.data);
    quiet_s = state.quiet_s;
    show(state);
    updateWarning();
  });
  live.addEventListener("beat", (message) => {
    noteMessage();
    quiet_s = JSON.parse(message.data).quiet_s;
    updateWarning();
  });
  live.addEventListener("over", () => { over = true; updateWarning(); });
  live.addEventListener("error", () => { // browsers reconnect, but not after a refusal
    if (live.readyState !== EventSource.CLOSED) return;
    fetch("/night").then((answer) => { locked = answer.status === 401; }).catch(() => {}).finally(updateWarning);
    setTimeout(connect, AGAIN_MS);
  });
}

async function readLast() {
  try {
    showLast(await (await fetch("/night")).json());
  } catch {
    setText("last-day", "It could not be read.");
  }
}

// What cannot be read now is read again soon: the chart stays as it was.
async function readSoFar() {
  if (over || document.hidden) return;
  const night = await fetch("/tonight").then((answer) => answer.json()).catch(() => null);
  if (!night) return;
  at("growing").hidden = false;
  setText("so-far-interval", night.interval);
  drawNight(at("so-far-chart"), night);
}

function noteMessage() {
  messageAt = performance.now();
  over = locked = false;
}

function show(state) {
  setText("clock", state.clock + (state.is_clock_assumed ? " (assumed)" : ""));
  setText("recorded", state.recorded);
  setText("rate", `${state.rate_hz} Hz`);
  const { gaps, clipped, stuck } = state.health;
  setText("gaps", String(gaps));
  const faults = Object.entries({ clipped, stuck, ...state.faults }).filter(([, count]) => count > 0);
  setText("faults", faults.map(([kind, count]) => `${kind} ${count}`).join(", ") || "none");
  setText("source", state.source);
  setText("model", state.model);
  at("simulated").hidden = !state.is_simulated;
  if (state.events.length) at("event-list").replaceChildren(...state.events.map(event));
  warn(state.warning);
  if (state.decided) decide(state.decided);
  at("alarm").hidden = !state.alarm;
  for (const [part, text] of Object.entries(state.alarm ?? {})) setText(`alarm-${part}`, text);
}

function decide(decided) {
  drawFigure(decided);
  const worn = decided.state === "worn";
  const name = decided.name;
  setText("posture", name);
  document.title = `${name[0].toUpperCase()}${name.slice(1)}: tonight`;
  setText("since", `since ${decided.since}, for ${decided.held}`);
  setText("confidence", worn ? decided.confidence : "–");
  setText("supine", decided.supine_percent === null ? "–" : `${Math.round(decided.supine_percent)} %`);
  setText("angle", decided.angle_deg === null || !worn ? "–" : `${Math.round(decided.angle_deg)}°`);
  setText("placement", decided.state === "off" ? "nowhere" : decided.placement);
}

// What makes the night's figures worth little, above all of them.
function warn([head, ...why]) {
  at("doubts").hidden = !head;
  setText("doubts-head", head ?? "");
  at("doubts-why").replaceChildren(...why.map((text) => {
    const item = document.createElement("li");
    item.textContent = text;
    return item;
  }));
}

function event({ clock, kind, detail }) {
  const item = document.createElement("li");
  const time = document.createElement("time"), what = document.createElement("span");
  time.textContent = clock;
  what.textContent = kind;
  item.append(time, what);
  if (detail) {
    const more = document.createElement("small");
    more.textContent = detail;
    item.append(more);
  }
  return item;
}

// Warn where the state is old, so that it is not taken for the present.
function updateWarning() {
  const silent_ms = performance.now() - messageAt;
  let warning = "";
  if (locked) warning = "A new night, a new token: open the dashboard's new address.";
  else if (over) warning = "The monitor has ended. This is its last state; the page follows a monitor that starts again.";
  else if (silent_ms > LOST_MS) warning = `No connection to the monitor for ${Math.round(silent_ms / 1000)} s. It may have ended, or the network is down.`;
  else if (quiet_s > STALE_S) warning = known
    ? `No samples for ${Math.round(quiet_s)} s. This is the last known state.`
    : `Still waiting for the first sample, for ${Math.round(quiet_s)} s.`;
  setText("stale", warning);
  at("stale").hidden = !warning;
  document.body.classList.toggle("is-stale", Boolean(warning));
  setText("linked", locked ? "locked" : over ? "ended" : silent_ms > LOST_MS ? "not connected" : warning ? "no samples" : known ? "live" : "waiting");
  at("link").className = warning ? "dot bad" : known ? "dot good" : "dot";
}

function showLast(night) {
  if (!night) {
    setText("last-day", "No finished night yet: this one will stand here tomorrow.");
    return;
  }
  setText("last-day", `${night.day}, ${night.interval} (${night.name})`);
  drawNight(at("last-chart"), night);
  at("last-alarms").hidden = !night.alarms;
  at("last-facts").replaceChildren(...night.facts.flatMap(([name, value]) => {
    const term = document.createElement("dt"), description = document.createElement("dd");
    term.textContent = name;
    description.textContent = value;
    return [term, description];
  }));
}
