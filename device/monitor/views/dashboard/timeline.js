// Draw a night in lanes. Times are per cent of the width, heights are pixels, as in the report.
const LANE = 34, BLOCK = 20, THIN = 9, AXIS = 26;
const SVG = "http://www.w3.org/2000/svg";

export function draw(figure, night) {
  const lanes = night.alarms ? [...night.lanes, "alarms"] : night.lanes;
  const height = LANE * lanes.length;
  const names = part("svg", { class: "gutter", height: height + AXIS, "aria-hidden": "true" });
  const field = part("svg", { class: "field", height: height + AXIS, "aria-hidden": "true" });
  lanes.forEach((name, lane) => names.append(part("text", { x: 0, y: middle(lane) + 4 }, name)));
  for (const [from, to] of night.gaps)
    field.append(part("rect", { class: "gap", x: `${from}%`, width: `${to - from}%`, height }));
  for (let lane = 0; lane <= lanes.length; lane++)
    field.append(part("line", { class: "rule", x2: "100%", y1: lane * LANE, y2: lane * LANE }));
  for (const [x, text, minor] of night.ticks) {
    field.append(part("line", { class: "tick", x1: `${x}%`, x2: `${x}%`, y2: height }));
    field.append(part("text", { class: minor ? "hour minor" : "hour", x: `${x}%`, y: height + 18 }, text));
  }
  night.blocks.forEach((block, index) => {
    const before = night.blocks[index - 1];
    if (before && Math.abs(before.x + before.width - block.x) < 0.01)
      field.append(part("line", {
        class: "joint", x1: `${block.x}%`, x2: `${block.x}%`, y1: middle(before.lane), y2: middle(block.lane),
      }));
  });
  for (const block of night.blocks) {
    const known = typeof block.code === "number";
    const tall = known ? BLOCK : THIN;
    const mark = part("rect", {
      class: known ? "mark" : `mark ${block.code}`, x: `${block.x}%`, width: `${block.width}%`,
      y: middle(block.lane) - tall / 2, height: tall, rx: 2.5,
    });
    if (known) {
      mark.style.setProperty("--light", night.colours[block.code].light);
      mark.style.setProperty("--dark", night.colours[block.code].dark);
    }
    mark.append(part("title", {}, block.title));
    field.append(mark);
  }
  for (const alarm of night.alarms ?? []) {
    const width = Math.max(alarm.width, 0.02); // at 0 nothing is drawn, no outline either
    const tall = alarm.is_answered ? BLOCK : THIN / 2;
    const mark = part("rect", {
      class: "alarm", x: `${alarm.x}%`, width: `${width}%`, y: middle(lanes.length - 1) - tall / 2, height: tall,
    });
    mark.append(part("title", {}, alarm.title));
    field.append(mark);
  }
  figure.replaceChildren(names, field);
  figure.setAttribute("aria-label", `Posture through the night, ${night.interval}; ` +
    night.facts.map(([name, value]) => `${name.toLowerCase()} ${value}`).join("; "));
  figure.hidden = false;
}

const middle = (lane) => lane * LANE + LANE / 2;

function part(name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}
