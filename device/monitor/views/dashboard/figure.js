// The figure in the bed, seen from the head end: it rolls with the torso angle, the shorter way.
const BED_Y = 181, ACROSS = 70, DEEP = 31; // of the mattress; half the body's width and depth
const HEAD = 26; // below the middle of the head: where the pillow holds it
const ROLL_MS = 900;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const at = (id) => document.getElementById(id);
let shown_deg = null, began = 0, from_deg = 0, turn_deg = 0;

export function draw(decided) {
  const lying = decided.state === "worn" && decided.has_body && decided.angle_deg !== null;
  const scene = at("scene");
  scene.style.setProperty("--light", decided.colour.light);
  scene.style.setProperty("--dark", decided.colour.dark);
  at("lying").toggleAttribute("hidden", !lying);
  at("standing").toggleAttribute("hidden", decided.state === "off" || lying);
  at("away").toggleAttribute("hidden", decided.state !== "off");
  at("pillow").toggleAttribute("hidden", decided.state === "worn" && !decided.has_body);
  scene.setAttribute("aria-label", describe(decided, lying));
  if (lying) rollTo(decided.angle_deg);
  else {
    shown_deg = null;
    bolster(16);
  }
}

function bolster(height) {
  const pillow = at("pillow"), width = 150 - 0.5 * height;
  pillow.setAttribute("x", (180 - width / 2).toFixed(1));
  pillow.setAttribute("width", width.toFixed(1));
  pillow.setAttribute("y", (BED_Y + 3 - height).toFixed(1));
  pillow.setAttribute("height", height.toFixed(1));
}

function describe(decided, lying) {
  if (decided.state === "off") return "An empty bed: the sensor is off the body";
  if (decided.state === "upright") return "A person upright, out of bed";
  if (!lying) return `A person: ${decided.name}`;
  return `A person in bed seen from the head end: ${decided.name}, torso at ${Math.round(decided.angle_deg)} degrees`;
}

function rollTo(angle_deg) {
  if (shown_deg === null || still.matches) {
    turn_deg = 0;
    pose(angle_deg);
    return;
  }
  from_deg = shown_deg;
  turn_deg = ((angle_deg - from_deg + 540) % 360) - 180;
  if (Math.abs(turn_deg) < 0.2) return;
  const first = began === 0;
  began = performance.now();
  if (first) requestAnimationFrame(step);
}

function step(now) {
  const part = Math.min(Math.max((now - began) / ROLL_MS, 0), 1);
  if (shown_deg === null || turn_deg === 0) {
    began = 0;
    return;
  }
  pose(from_deg + turn_deg * (1 - (1 - part) ** 3));
  if (part < 1) requestAnimationFrame(step);
  else began = 0;
}

// Stomach up at 90 degrees, to the right of the picture at 0: the wearer's own right.
function pose(angle_deg) {
  shown_deg = ((angle_deg % 360) + 360) % 360;
  const roll = ((90 - shown_deg) * Math.PI) / 180;
  const half = Math.hypot(ACROSS * Math.sin(roll), DEEP * Math.cos(roll));
  const turning = at("turning");
  turning.setAttribute("transform", `translate(180 ${(BED_Y - half).toFixed(2)}) rotate(${(90 - shown_deg).toFixed(2)})`);
  const plump = BED_Y + 3 - (BED_Y - half + HEAD * 0.85); // it fills what is between head and bed
  bolster(Math.max(plump, 12));
  turning.dataset.deg = shown_deg.toFixed(1);
}
