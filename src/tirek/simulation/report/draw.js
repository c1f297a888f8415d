// What every chart shares: scales, axes, the shapes of the four steps of load.
const SHAPES = {
  room: (r) => `M${-r},0A${r},${r} 0 1 0 ${r},0A${r},${r} 0 1 0 ${-r},0Z`,
  filling: (r) => { const s = r * 0.88; return `M${-s},${-s}H${s}V${s}H${-s}Z`; },
  nearly: (r) => { const s = r * 1.2; return `M0,${-s}L${s},0L0,${s}L${-s},0Z`; },
  over: (r) => { const s = r * 1.25; return `M0,${-s}L${s},${s * 0.8}H${-s}Z`; },
  unknown: (r) => SHAPES.room(r),
  none: () => SHAPES.room(2),
};
const mark = (step, r, attributes = {}) => svg("path", { class: "mark step-" + step, d: SHAPES[step](r), ...attributes });

// Charts are drawn at the width they are seen at, so that their letters keep their size; on paper that is A4.
const PAPER = { map: 440, other: 680 };
const widthOf = (id) => (state.printing ? PAPER[id] || PAPER.other : Math.max(280, Math.round($(id).clientWidth || 640)));
function canvas(id, width, height, label, ...children) {
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label }, children);
  put(id, picture);
  return picture;
}
const scale = (from, to, low, high) => (x) => low + ((x - from) / (to - from || 1)) * (high - low);

// Round steps for an axis from 0 to about `most`, about `count` of them.
function ticks(most, count = 5) {
  const rough = (most || 1) / count, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999);
  return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, i) => i * step);
}

// Axes of load against time. `box` is {left, right, top, bottom}; returns nodes.
function loadAxis(box, y, most, every = null) {
  const step = every || (most > 1.5 ? 0.5 : 0.25);
  const nodes = [];
  for (let value = 0; value <= most + 1e-9; value += step) {
    const full = Math.abs(value - 1) < 1e-9;
    nodes.push(svg("line", { class: full ? "full-line" : "grid", x1: box.left, x2: box.right, y1: y(value), y2: y(value) }));
    nodes.push(svg("text", { class: full ? "strong" : "soft", x: box.left - 6, y: y(value) + 4, "text-anchor": "end" }, pct(value)));
  }
  return nodes;
}
function timeAxis(box, x, hours) {
  const room = Math.max(2, Math.floor((box.right - box.left) / 110));
  const days = hours / 24;
  const step = days <= 4 ? [3, 6, 12, 24].find((s) => hours / s <= room) || 24
    : 24 * ([1, 2, 3, 5, 7, 14, 28, 56, 112].find((s) => days / s <= room) || 365);
  const start = new Date(Date.parse(D.start + "Z"));
  const first = (Math.ceil(start.getUTCHours() / Math.min(step, 24)) * Math.min(step, 24) - start.getUTCHours());
  const nodes = [];
  for (let hour = first; hour <= hours; hour += step) {
    const anchor = x(hour) + 40 > box.right ? "end" : hour === first ? "start" : "middle";
    nodes.push(svg("line", { class: "grid", x1: x(hour), x2: x(hour), y1: box.bottom, y2: box.bottom + 5 }));
    nodes.push(svg("text", { class: "soft", x: x(hour), y: box.bottom + 19, "text-anchor": anchor }, step < 24 ? when(hour) : day(hour)));
  }
  return nodes;
}
// Path of values by row; a gap where unknown.
function line(values, x, y, rowHours) {
  let path = "", pen = false;
  values.forEach((value, row) => {
    if (!known(value)) { pen = false; return; }
    path += `${pen ? "L" : "M"}${x(row * rowHours).toFixed(1)},${y(value).toFixed(1)}`;
    pen = true;
  });
  return path;
}
const column = (values, h) => Array.from({ length: steps }, (_, row) => values[row * H + h]);
function topOf(load) {
  let most = 1;
  for (const value of load) if (value > most) most = value;
  return Math.ceil(most * 4 + 0.01) / 4;
}
