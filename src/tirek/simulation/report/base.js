// Data of the page, the reader's choices, words and numbers in their language, and elements.
const D = JSON.parse(document.getElementById("data").textContent);
const UNKNOWN = 65535;
const NB = "\u00a0";
const H = D.hospitals.length, K = D.kinds.length;
const steps = Math.round(D.hours / D.rowHours + 0.499999);
const LAST = Math.max((steps - 1) * D.rowHours, D.rowHours / 2);  // hour of the last drawn row
const state = { language: firstLanguage(), kind: K > 1 ? -1 : 0, row: 0, hospital: null, printing: false };

function firstLanguage() {
  const wanted = (navigator.languages || []).map((tag) => tag.slice(0, 2)).find((tag) => tag in D.messages);
  return wanted || D.language;
}

// ---- words and numbers -------------------------------------------------------------------------------------
function t(id, values = {}) {
  const words = D.messages[state.language][id];
  if (words === undefined) throw new Error(`no message "${id}" in ${state.language}`);
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
const say = (text) => text[state.language];
const DASH = "–";
const known = (x) => x !== null && x !== undefined && !Number.isNaN(x);

function num(x, digits = 0) {
  if (!known(x)) return DASH;
  const [whole, part] = Math.abs(x).toFixed(digits).split(".");
  const english = state.language === "en";
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, english ? "," : NB);
  const zero = Number(whole + "." + (part || 0)) === 0;
  return (x < 0 && !zero ? "−" : "") + grouped + (part ? (english ? "." : ",") + part : "");
}
const pct = (x, digits = 0) => (known(x) ? num(100 * x, digits) + NB + "%" : DASH);

function when(hour) {
  const at = new Date(Date.parse(D.start + "Z") + hour * 3600e3);
  const clock = String(at.getUTCHours()).padStart(2, "0") + ":" + String(at.getUTCMinutes()).padStart(2, "0");
  return day(hour) + ", " + clock;
}
function day(hour, year = false) {
  const at = new Date(Date.parse(D.start + "Z") + hour * 3600e3);
  const words = at.getUTCDate() + NB + t("month." + (at.getUTCMonth() + 1));
  return year ? t("date.with_year", { day: words, year: at.getUTCFullYear() }) : words;
}
// A figure by its name, with its unit: [value, unit].
function figure(name, value) {
  const [unit, scale, digits] = D.figures[general(name)] || [null, 1, 3];
  const shown = known(value) ? num(value * scale, Math.abs(value * scale) < 1000 ? digits : 0) : DASH;
  return [shown, t(unit ? "unit." + unit : "unit.unstated")];
}
// Figures of one urgency category share a name with a star: response_1_p90_minutes is response_*_p90_minutes.
const general = (name) => name.replace(/_([1-4])_/, "_*_");
const figureName = (name) =>
  (general(name) in D.figures ? t("figure." + general(name), { urgency: (/_([1-4])_/.exec(name) || [])[1] }) : name);
const withUnit = (name, value) => figure(name, value).join(NB);
const hospitalName = (h) => D.hospitals[h].names[state.language];
function kindName(k) {
  if (k < 0) return t("kind.all");
  const { parts, raw } = D.kinds[k];
  return parts.length ? parts.map((id) => t(id)).join(" · ") : raw;
}
const kindKey = (k = state.kind) => (k < 0 ? "" : D.kinds[k].key);
// Measures of the run (or of another policy) for the chosen kind; a single kind is the same as all of them.
const measuresOf = (policy = 0) => D.policies[policy].measures[kindKey()];

// ---- arrays ------------------------------------------------------------------------------------------------
function decode(text) {
  if (text === null) return null;
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => {
    const count = view.getUint16(2 * i, true);
    return count === UNKNOWN ? NaN : count;
  });
}
// Only lines with beds or patients are sent; the others have none of either.
function spread(text) {
  if (text === null) return null;
  const packed = decode(text), L = D.lines.length, out = new Float32Array((packed.length / L) * H * K);
  packed.forEach((value, i) => { out[Math.floor(i / L) * H * K + D.lines[i % L]] = value; });
  return out;
}
const occupied = spread(D.occupied), promised = spread(D.promised), staffed = spread(D.staffed);
const staffedAt = (row, h, k) => staffed[((D.staffedChanges ? row * H : 0) + h) * K + k];
const cache = new Map();

// Patients, staffed beds, promises and load of the chosen kind, each [steps x H] row by row; NaN unknown or absent.
// `none` marks hospitals with no bed of the kind at any time.
function beds() {
  if (cache.has(state.kind)) return cache.get(state.kind);
  const which = state.kind < 0 ? D.kinds.map((_, k) => k) : [state.kind];
  const make = () => new Float64Array(steps * H).fill(NaN);  // 190 of 200 must be 0.95 and no less
  const out = { occupied: make(), staffed: make(), promised: make(), load: make(), none: new Array(H).fill(true) };
  for (let row = 0; row < steps; row += 1) for (let h = 0; h < H; h += 1) {
    const i = row * H + h;
    for (const k of which) {
      const here = occupied[i * K + k], room = staffedAt(row, h, k);
      if (room !== 0) out.none[h] = false;
      if (!(room > 0) || Number.isNaN(here)) continue;
      out.occupied[i] = (out.occupied[i] || 0) + here;
      out.staffed[i] = (out.staffed[i] || 0) + room;
      if (promised && promised[i * K + k] >= 0) out.promised[i] = (out.promised[i] || 0) + promised[i * K + k];
    }
    out.load[i] = out.occupied[i] / out.staffed[i];
  }
  cache.set(state.kind, out);
  return out;
}
const STEPS = [["room", 0], ["filling", D.loadSteps[0]], ["nearly", D.loadSteps[1]], ["over", D.loadSteps[2]]];
const bounds = () => Object.fromEntries(D.loadSteps.map((load, i) => ["abc"[i], num(100 * load)]));
function stepOf(load, none = false) {
  if (none) return "none";
  if (!known(load)) return "unknown";
  return [...STEPS].reverse().find(([, from]) => load >= from)[0];
}
function median(row, load) {
  const values = [];
  for (let h = 0; h < H; h += 1) if (known(load[row * H + h])) values.push(load[row * H + h]);
  if (!values.length) return NaN;
  values.sort((a, b) => a - b);
  const half = (values.length - 1) / 2;
  return (values[Math.floor(half)] + values[Math.ceil(half)]) / 2;
}
function fullest(row, load) {
  let best = null;
  for (let h = 0; h < H; h += 1) {
    if (known(load[row * H + h]) && (best === null || load[row * H + h] > load[row * H + best])) best = h;
  }
  return best;
}

// ---- elements ----------------------------------------------------------------------------------------------
const $ = (id) => document.getElementById(id);
function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return node;
}
const el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const svg = (tag, attributes, ...children) =>
  fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
const put = (id, ...children) => $(id).replaceChildren(...children.flat(Infinity).filter((c) => c !== null && c !== undefined));

// A table from a caption, heads and rows of cells; a cell is text, or [number, unit].
function table(caption, heads, rows) {
  const cell = (value, i) => {
    if (i === 0) return el("th", { scope: "row" }, value);
    if (Array.isArray(value)) return el("td", { class: "number" }, value[0], " ", el("span", { class: "unit" }, value[1]));
    return el("td", { class: /^[\d−–]/.test(value) ? "number" : null }, value);
  };
  return el("table", null,
    caption ? el("caption", null, caption) : null,
    el("thead", null, el("tr", null, heads.map((head, i) => el("th", { scope: "col", class: i ? "number" : null }, head)))),
    el("tbody", null, rows.map((row) => el("tr", null, row.map(cell)))));
}
// Who made the data behind a chart; whose map it is stands under the map only.
function source(withMap = false) {
  const who = D.attribution.filter((line) => withMap || !/OpenStreetMap/.test(line));
  return t("source", { who: [...who, ...(who.some((line) => !/OpenStreetMap/.test(line)) ? [] : [t("source.run")])].join("; ") });
}
