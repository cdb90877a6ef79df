// What the server says, put on the page. Text only: nothing that comes in is ever markup.
import { draw as drawFigure } from "./figure.js";
import { draw as drawNight } from "./timeline.js";

const STALE_S = 5, LOST_MS = 7000, AGAIN_MS = 3000;
const at = (id) => document.getElementById(id);
const say = (id, text) => { if (at(id).textContent !== text) at(id).textContent = text; };
const percent = (share) => `${Math.round(100 * share)} %`;
let heard = performance.now(), over = false, locked = false, quiet_s = 0, known = false;

connect();
setInterval(judge, 1000);

// For as long as the page is open: a monitor that was started again is found by itself.
function connect() {
  const live = new EventSource("/live");
  live.addEventListener("open", readLast);
  live.addEventListener("state", (message) => {
    hear();
    known = true;
    const state = JSON.parse(message.data);
    quiet_s = state.quiet_s;
    show(state);
    judge();
  });
  live.addEventListener("beat", (message) => {
    hear();
    quiet_s = JSON.parse(message.data).quiet_s;
    judge();
  });
  live.addEventListener("over", () => { over = true; judge(); });
  live.addEventListener("error", () => { // a browser tries again by itself, but not after a refusal
    if (live.readyState !== EventSource.CLOSED) return;
    fetch("/night").then((answer) => { locked = answer.status === 401; }).catch(() => {}).finally(judge);
    setTimeout(connect, AGAIN_MS);
  });
}

async function readLast() {
  try {
    showLast(await (await fetch("/night")).json());
  } catch {
    say("last-day", "It could not be read.");
  }
}

function hear() {
  heard = performance.now();
  over = locked = false;
}

function show(state) {
  say("clock", state.clock + (state.is_clock_assumed ? " (assumed)" : ""));
  say("recorded", state.recorded);
  say("rate", `${state.rate_hz} Hz`);
  const { gaps, clipped, stuck } = state.health;
  say("gaps", String(gaps));
  const faults = Object.entries({ clipped, stuck, ...state.faults }).filter(([, count]) => count > 0);
  say("faults", faults.map(([kind, count]) => `${kind} ${count}`).join(", ") || "none");
  say("source", state.source);
  say("model", state.model);
  if (state.events.length) at("event-list").replaceChildren(...state.events.map(event));
  if (state.decided) decide(state.decided);
  at("alarm").hidden = !state.alarm;
  for (const [part, text] of Object.entries(state.alarm ?? {})) say(`alarm-${part}`, text);
}

function decide(decided) {
  drawFigure(decided);
  const worn = decided.state === "worn";
  const name = decided.name;
  say("posture", name);
  document.title = `${name[0].toUpperCase()}${name.slice(1)}: tonight`;
  say("since", `since ${decided.since}, for ${decided.held}`);
  say("confidence", worn ? percent(decided.confidence) : "–");
  say("supine", decided.supine_percent === null ? "–" : `${Math.round(decided.supine_percent)} %`);
  say("angle", decided.angle_deg === null || !worn ? "–" : `${Math.round(decided.angle_deg)}°`);
  say("placement", decided.state === "off" ? "nowhere" : `${decided.placement}, ${percent(decided.placement_confidence)} sure`);
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

// What is old must not look like now.
function judge() {
  const silent_ms = performance.now() - heard;
  let told = "";
  if (locked) told = "A new night, a new token: open the dashboard's new address.";
  else if (over) told = "The monitor has ended. What is shown is the last that it said; one that starts again is followed.";
  else if (silent_ms > LOST_MS) told = `No connection to the monitor for ${Math.round(silent_ms / 1000)} s. It may have ended, or the network is down.`;
  else if (quiet_s > STALE_S) told = known
    ? `No samples for ${Math.round(quiet_s)} s. What is shown is the last that is known.`
    : `Still waiting for the first sample, for ${Math.round(quiet_s)} s.`;
  say("stale", told);
  at("stale").hidden = !told;
  document.body.classList.toggle("is-stale", Boolean(told));
  say("linked", locked ? "locked" : over ? "ended" : silent_ms > LOST_MS ? "not connected" : told ? "no samples" : known ? "live" : "waiting");
  at("link").className = told ? "dot bad" : known ? "dot good" : "dot";
}

function showLast(night) {
  if (!night) {
    say("last-day", "No finished night yet: this one will stand here tomorrow.");
    return;
  }
  say("last-day", `${night.day}, ${night.interval} (${night.name})`);
  drawNight(at("last-chart"), night);
  at("last-alarms").hidden = !night.alarms;
  at("last-facts").replaceChildren(...night.facts.flatMap(([name, value]) => {
    const term = document.createElement("dt"), told = document.createElement("dd");
    term.textContent = name;
    told.textContent = value;
    return [term, told];
  }));
}
