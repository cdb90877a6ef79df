// A lane: [start_s, end_s, name] in order and without an overlap. Each function returns a new lane.
import { toMillisecond } from "./times.js";

const SAME_S = 0.0015; // edges nearer than this are one edge

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
  const [start, end, name] = span, least = 0.001;
  const at = toMillisecond(at_s);
  const rest = lane.filter((each) => each !== span);
  if (side === 0) {
    const before = rest.find((each) => Math.abs(each[1] - start) < SAME_S);
    const low = before ? before[0] + least : 0;
    const moved = Math.min(Math.max(at, low), end - least);
    const others = before ? rest.map((each) => (each === before ? [each[0], moved, each[2]] : each)) : erase(rest, moved, end);
    return sorted([...others, [toMillisecond(moved), end, name]]);
  }
  const after = rest.find((each) => Math.abs(each[0] - end) < SAME_S);
  const high = after ? after[1] - least : toMillisecond(duration_s);
  const moved = Math.max(Math.min(at, high), start + least);
  const others = after ? rest.map((each) => (each === after ? [moved, each[1], each[2]] : each)) : erase(rest, start, moved);
  return sorted([...others, [start, toMillisecond(moved), name]]);
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
