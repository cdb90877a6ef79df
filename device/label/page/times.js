// Times as people read and type them: from the first sample, and on the wall's clock where it is known.
const STEPS_S = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400];

export const toMillisecond = (at_s) => Math.round(at_s * 1000) / 1000;

// 0:01:05, with as many decimals as are there, or `digits` of them.
export function elapsed(at_s, digits = null) {
  const ms = Math.round(at_s * 1000), whole = Math.floor(ms / 1000);
  const two = (number) => String(number).padStart(2, "0");
  let rest = (ms % 1000) ? `.${String(ms % 1000).padStart(3, "0").replace(/0+$/, "")}` : "";
  if (digits !== null) rest = digits ? `.${String(ms % 1000).padStart(3, "0").slice(0, digits)}` : "";
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}${rest}`;
}

export function duration(seconds) {
  if (seconds < 90) return `${Math.round(seconds * 10) / 10} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

// Seconds of 5, 1:05, 1:02:30.5; NaN for anything else.
export function parse(text) {
  const parts = text.trim().replace(",", ".").split(":");
  if (parts.length > 3 || !parts.every((part) => /^\d+(\.\d*)?$/.test(part))) return NaN;
  return parts.reduce((sum, part) => 60 * sum + Number(part), 0);
}

export class Clock {
  constructor({ start_utc_s, utc_offsets }) {
    this.start_s = start_utc_s;
    this.offsets = utc_offsets;
  }

  get isKnown() { return this.start_s !== null; }

  // Seconds of local time since 1970, of a time from the first sample.
  local_s(at_s) {
    const utc_s = this.start_s + at_s;
    if (!this.offsets) return utc_s - 60 * new Date(1000 * utc_s).getTimezoneOffset();
    const { from_s, offset_s } = this.offsets;
    let index = from_s.findLastIndex((from) => from <= utc_s);
    return utc_s + offset_s[Math.max(index, 0)];
  }

  text(at_s, digits = 0) {
    if (!this.isKnown) return "";
    return new Date(Math.floor(1000 * this.local_s(at_s) + 1e-3)).toISOString().slice(11, 19 + (digits ? 1 + digits : 0));
  }
}

// The ticks of an axis: [{at_s, text}], at round times of the clock that is shown.
export function ticks(from_s, to_s, most, clock) {
  const step_s = STEPS_S.find((step) => (to_s - from_s) / step <= most) ?? 86400 * Math.ceil((to_s - from_s) / most / 86400);
  const digits = step_s < 0.1 ? 2 : step_s < 1 ? 1 : 0;
  const ahead_s = clock.isKnown ? clock.local_s(from_s) - from_s : 0;
  const placed = [];
  for (let k = Math.ceil((from_s + ahead_s) / step_s); k * step_s - ahead_s <= to_s; k += 1) {
    const at_s = k * step_s - ahead_s;
    let text = clock.isKnown ? clock.text(at_s + 1e-6, digits) : elapsed(at_s, digits);
    if (step_s >= 60) text = text.slice(0, -3);
    placed.push({ at_s, text });
  }
  return placed;
}
