// Load of every hospital over time: all thin, the median and the fullest bold, one chosen by the reader.
const curves = { x: null, y: null, box: null };

function drawCurves() {
  const { load } = beds(), measures = measuresOf(), worst = measures.worstHospital;
  const width = widthOf("curves"), height = width < 500 ? 300 : 400;
  const box = { left: 52, right: width - (width < 500 ? 12 : 150), top: 14, bottom: height - 30 };
  const most = topOf(load), x = scale(0, LAST, box.left, box.right), y = scale(0, most, box.bottom, box.top);
  Object.assign(curves, { x, y, box, most });
  const middle = Array.from({ length: steps }, (_, row) => median(row, load));
  curves.middle = middle;
  const path = (h, name) => svg("path", { class: name, d: line(column(load, h), x, y, D.rowHours) });
  const lines = Array.from({ length: H }, (_, h) => h).filter((h) => h !== worst).map((h) => path(h, "thin"));
  if (worst !== null) lines.push(path(worst, "worst"));
  lines.push(svg("path", { class: "median", d: line(middle, x, y, D.rowHours) }));
  if (state.hospital !== null && state.hospital !== worst) lines.push(path(state.hospital, "chosen"));
  curves.cursor = svg("line", { class: "cursor", y1: box.top, y2: box.bottom });
  curves.dots = svg("g");
  canvas("curves", width, height, t("curves.label"), loadAxis(box, y, most), timeAxis(box, x, LAST), lines,
    curves.cursor, curves.dots, width < 500 ? [] : endLabels(box, worst),
    svg("rect", { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top, fill: "transparent",
      onpointermove: pointAt, onpointerdown: pointAt, onclick: (event) => { const h = nearestTo(event); if (h !== null) chooseHospital(h); } }));
  put("curves-title", worst === null ? t("map.title_unknown") : t("curves.title", {
    hospital: hospitalName(worst), load: pct(measures.max_load), when: when(measures.worstHour),
    median: pct(middle[peakRow()]) }), measures.worstHour === 0 ? ". " + t("curves.at_start") : "");
  put("curves-source", t("curves.caption", { hours: num(D.rowHours, D.rowHours % 1 ? 1 : 0) }), " ", source());
  moveCurves();
}
const short = (name) => (name.length > 20 ? name.slice(0, 18).trimEnd() + "…" : name);

// Names at the right ends of the bold lines, moved apart where they would touch.
function endLabels(box, worst) {
  const { load } = beds(), rows = [...Array(steps).keys()].reverse();
  const last = (values) => { const row = rows.find((r) => known(values[r])); return row === undefined ? null : values[row]; };
  const wanted = [[t("curves.median"), last(curves.middle), "strong"]];
  if (worst !== null) wanted.push([short(hospitalName(worst)), last(column(load, worst)), "strong"]);
  if (state.hospital !== null && state.hospital !== worst) wanted.push([short(hospitalName(state.hospital)), last(column(load, state.hospital)), ""]);
  const placed = wanted.filter(([, value]) => value !== null).map(([text, value, name]) => ({ text, name, y: curves.y(value) }));
  placed.sort((a, b) => a.y - b.y);
  for (let i = 1; i < placed.length; i += 1) placed[i].y = Math.max(placed[i].y, placed[i - 1].y + 17);
  const under = placed.length ? placed[placed.length - 1].y - box.bottom : 0;
  return placed.map(({ text, name, y }) => svg("text", { class: name, x: box.right + 8, y: y + 4 - Math.max(0, under) }, text));
}
function hourAt(event) {
  const frame = event.currentTarget.ownerSVGElement, at = frame.getBoundingClientRect();
  const px = ((event.clientX - at.left) / at.width) * frame.viewBox.baseVal.width;
  const py = ((event.clientY - at.top) / at.height) * frame.viewBox.baseVal.height;
  const hour = ((px - curves.box.left) / (curves.box.right - curves.box.left)) * LAST;
  return [Math.max(0, Math.min(steps - 1, Math.round(hour / D.rowHours))), py];
}
function nearestTo(event) {
  const [row, py] = hourAt(event), { load } = beds();
  let best = null, near = 14;
  for (let h = 0; h < H; h += 1) {
    const off = Math.abs(curves.y(load[row * H + h]) - py);
    if (off < near) { near = off; best = h; }
  }
  return best;
}
function pointAt(event) {
  const [row] = hourAt(event);
  curves.hover = nearestTo(event);
  setRow(row);
}
function moveCurves() {
  const { load } = beds(), row = state.row, { x, y } = curves;
  const at = x(row * D.rowHours);
  curves.cursor.setAttribute("x1", at);
  curves.cursor.setAttribute("x2", at);
  const top = fullest(row, load), shown = [["curves.at_fullest", top], ["curves.at_chosen", state.hospital], ["curves.at_pointer", curves.hover]];
  const seen = new Set(), parts = [el("strong", null, when(row * D.rowHours)), ". ", t("curves.at_median", { load: pct(curves.middle[row]) })];
  const dots = [];
  for (const [id, h] of shown) {
    if (h === null || h === undefined || seen.has(h)) continue;
    seen.add(h);
    const value = load[row * H + h];
    parts.push(" ", t(id, { hospital: hospitalName(h), load: pct(value) }));
    if (known(value)) dots.push(mark(stepOf(value), 6, { transform: `translate(${at},${y(value)})` }));
  }
  curves.dots.replaceChildren(...dots);
  put("curves-readout", ...parts);
}
function curvesTable() {
  const { load, occupied: here, staffed: room } = beds(), perDay = Math.max(1, Math.round(24 / D.rowHours)), rows = [];
  for (let row = 0; row < steps; row += D.hours <= 96 ? Math.max(1, Math.round(3 / D.rowHours)) : perDay) {
    const top = fullest(row, load);
    let patients = 0, total = 0, high = 0, over = 0;
    for (let h = 0; h < H; h += 1) {
      const value = load[row * H + h];
      if (!known(value)) continue;
      patients += here[row * H + h]; total += room[row * H + h];
      high += value >= 0.95; over += value > 1;
    }
    rows.push([when(row * D.rowHours), pct(total ? patients / total : NaN), pct(median(row, load)), pct(top === null ? NaN : load[row * H + top]),
      top === null ? DASH : hospitalName(top), num(high), num(over)]);
  }
  const heads = ["time", "network", "median", "fullest", "fullest_name", "high", "over"].map((id) => t("head." + id));
  put("curves-table", table(t("table.curves_caption", { kind: kindName(state.kind) }), heads, rows));
  $("curves-table").classList.add("tall");
}
