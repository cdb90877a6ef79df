// A lane: [start_s, end_s, name] in order and without an overlap. Each function returns a new lane.
import { toMillisecond } from "./times.js";

const SAME_S = 0.0005; // edges nearer than this are one: times are whole milliseconds
const LEAST_S = 0.001; // of a span

// What was there gives way; a neighbour of the same name is joined.
export function put(lane, start_s, end_s, name) {
  let from = toMillisecond(start_s), to = toMillisecond(end_s);
  if (!(to > from)) return lane;
  const rest = [];
  for (const span of erase(lane, from, to)) {
    const touches = span[2] === name && span[1] >= from - SAME_S && span[0] <= to + SAME_S;
    if (touches) {
      from = Math.min(from, span[0]);
      to = Math.max(to, span[1]);
    } else rest.push(span);
  }
  return sorted([...rest, [from, to, name]]);
}

export function erase(lane, start_s, end_s) {
  const from = toMillisecond(start_s), to = toMillisecond(end_s);
  return lane.flatMap((span) => {
    const [start, end, name] = span;
    if (end <= from || start >= to) return [span];
    return [[start, from, name], [to, end, name]].filter(([a, b]) => b > a);
  });
}

// Move an edge of a span; the neighbour that touches it there follows, any other gives way.
export function moveEdge(lane, span, side, at_s, duration_s) {
  const [start, end, name] = span, rest = lane.filter((each) => each !== span);
  const neighbour = rest.find((each) => Math.abs(each[1 - side] - span[side]) < SAME_S);
  const low = side === 1 ? start + LEAST_S : neighbour ? neighbour[0] + LEAST_S : 0;
  const high = side === 0 ? end - LEAST_S : neighbour ? neighbour[1] - LEAST_S : duration_s;
  const moved = toMillisecond(Math.min(Math.max(at_s, low), high));
  const now = side === 0 ? [moved, end, name] : [start, moved, name];
  if (!neighbour) return sorted([...erase(rest, now[0], now[1]), now]);
  const other = side === 0 ? [neighbour[0], moved, neighbour[2]] : [moved, neighbour[1], neighbour[2]];
  return sorted([...rest.filter((each) => each !== neighbour), other, now]);
}

export const spanAt = (lane, at_s) => lane.find(([start, end]) => start <= at_s && at_s < end) ?? null;

// The stretches between `from_s` and `to_s` that no span covers.
export function uncovered(lane, from_s, to_s) {
  const free = [];
  let at_s = from_s;
  for (const [start, end] of lane) {
    if (end <= from_s) continue;
    if (start >= to_s) break;
    if (start > at_s + SAME_S) free.push([at_s, start]);
    at_s = Math.max(at_s, end);
  }
  if (to_s > at_s + SAME_S) free.push([at_s, to_s]);
  return free;
}

export const total_s = (lane) => lane.reduce((sum, [start, end]) => sum + end - start, 0);

const sorted = (lane) => lane.sort((a, b) => a[0] - b[0]);
