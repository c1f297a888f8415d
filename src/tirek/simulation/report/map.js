// Hospitals on a map by their load at the chosen time; shape and colour say the step, size the staffed beds.
const map = { marks: [], place: null, width: 0, height: 0 };

function projection(width) {
  const lats = D.hospitals.map((p) => p.lat), lons = D.hospitals.map((p) => p.lon);
  const [south, north, west, east] = [Math.min(...lats), Math.max(...lats), Math.min(...lons), Math.max(...lons)];
  const squeeze = Math.cos(((south + north) / 2) * Math.PI / 180);
  const wide = Math.max((east - west) * squeeze, 0.02), high = Math.max(north - south, 0.02);
  const pad = 44, most = state.printing ? 480 : Math.min(680, Math.max(340, window.innerHeight * 0.8));
  const unit = Math.min((width - 2 * pad) / wide, (most - 2 * pad) / high);
  const height = Math.max(260, high * unit + 2 * pad);
  const x = (lon) => width / 2 + (lon - (west + east) / 2) * squeeze * unit;
  const y = (lat) => height / 2 - (lat - (south + north) / 2) * unit;
  return { x, y, height, kmPixels: unit / 111.195 };
}
function background(place, width) {
  const roads = D.outline.map((flat) => {
    let path = "";
    for (let i = 0; i < flat.length; i += 2) path += `${i ? "L" : "M"}${place.x(flat[i + 1]).toFixed(1)},${place.y(flat[i]).toFixed(1)}`;
    return path;
  });
  const km = [200, 100, 50, 20, 10, 5, 2, 1, 0.5].find((d) => d * place.kmPixels < width * 0.25) || 0.2;
  const long = km * place.kmPixels, base = place.height - 14;
  return [
    svg("path", { class: "road", d: roads.join("") }),
    svg("path", { d: `M12,${base - 5}V${base}H${12 + long}V${base - 5}`, fill: "none", stroke: "currentColor" }),
    svg("text", { x: 18 + long, y: base + 1, class: "halo" }, num(km, km < 1 ? 1 : 0) + NB + t("unit.km")),
    svg("text", { x: width - 14, y: 22, "text-anchor": "end", class: "halo soft" }, t("map.north") + " ↑"),
  ];
}
function drawMap() {
  const width = widthOf("map"), place = projection(width), { none } = beds();
  Object.assign(map, { place, width, height: place.height });
  const most = Math.max(...Array.from({ length: H }, (_, h) => bedsMost(h)), 1);
  const order = Array.from({ length: H }, (_, h) => h).sort((a, b) => bedsMost(b) - bedsMost(a));
  const crowd = Math.max(9, Math.min(20, width / 8 / Math.sqrt(H) + 5));
  map.marks = [];
  const layer = svg("g"), labels = svg("g", { "aria-hidden": "true" });
  for (const h of order) {
    const r = none[h] ? 2 : Math.max(5, crowd * Math.sqrt(bedsMost(h) / most));
    const group = svg("g", {
      class: "hit", transform: `translate(${place.x(D.hospitals[h].lon).toFixed(1)},${place.y(D.hospitals[h].lat).toFixed(1)})`,
      onclick: () => chooseHospital(state.hospital === h ? null : h),
    }, svg("title"), svg("path", { class: "mark" }));
    map.marks[h] = { group, r, x: place.x(D.hospitals[h].lon), y: place.y(D.hospitals[h].lat) };
    layer.append(group);
  }
  map.labels = labels;
  $("map").classList.add("framed");
  map.picture = canvas("map", width, place.height, "", background(place, width), layer, labels);
}
function bedsMost(h) {
  let most = 0;
  const { staffed: room } = beds();
  for (let row = 0; row < steps; row += 1) if (room[row * H + h] > most) most = room[row * H + h];
  return most;
}
const bedLine = (row, h) => {
  const { occupied: here, staffed: room, load, none } = beds(), i = row * H + h;
  if (none[h]) return t("hospital.no_such_beds", { hospital: hospitalName(h) });
  if (!known(load[i])) return t("hospital.unknown", { hospital: hospitalName(h) });
  return t("hospital.line", {
    hospital: hospitalName(h), load: pct(load[i]), patients: num(here[i]), beds: num(room[i]), step: t("step." + stepOf(load[i])),
  });
};
function moveMap() {
  const { load, none } = beds(), row = state.row, counts = { room: 0, filling: 0, nearly: 0, over: 0, unknown: 0, none: 0 };
  map.marks.forEach((one, h) => {
    const step = stepOf(load[row * H + h], none[h]);
    counts[step] += 1;
    const [title, shape] = one.group.children;
    title.textContent = bedLine(row, h);
    shape.setAttribute("class", `mark step-${step}${state.hospital === h ? " is-chosen" : ""}`);
    shape.setAttribute("d", SHAPES[step](one.r));
  });
  labelMap(row, load);
  const total = H - counts.none;
  map.picture.setAttribute("aria-label", t("map.label", { when: when(row * D.rowHours), over: counts.over, nearly: counts.nearly, total }));
  drawLegend(counts, total);
  const worst = state.hospital !== null ? state.hospital : fullest(row, load);
  put("hospital-line", worst === null ? t("map.nothing_known") : el("span", null,
    el("strong", null, t(state.hospital === null ? "map.fullest" : "map.chosen")), " ", bedLine(row, worst), " ",
    el("span", { class: "unit hint" }, state.hospital === null ? t("map.hint") : "")));
}
// Write the load beside the fullest hospitals, as many as fit with no overlap.
function labelMap(row, load) {
  const taken = map.marks.map((m) => ({ left: m.x - m.r, right: m.x + m.r, top: m.y - m.r, bottom: m.y + m.r, own: m }));
  const order = map.marks.map((_, h) => h).filter((h) => known(load[row * H + h]) && (H <= 25 || load[row * H + h] >= 1))
    .sort((a, b) => load[row * H + b] - load[row * H + a]);
  const nodes = [];
  for (const h of order) {
    const m = map.marks[h], text = pct(load[row * H + h]), wide = 7.4 * text.length + 2;
    const spots = [[m.r + 4, 4, "start"], [-m.r - 4, 4, "end"], [0, -m.r - 6, "middle"], [0, m.r + 15, "middle"]];
    for (const [dx, dy, anchor] of spots) {
      const left = m.x + dx - (anchor === "end" ? wide : anchor === "middle" ? wide / 2 : 0);
      const box = { left, right: left + wide, top: m.y + dy - 12, bottom: m.y + dy + 3 };
      const inside = box.left > 2 && box.right < map.width - 2 && box.top > 2 && box.bottom < map.height - 24;
      const free = taken.every((b) => b.own === m || b.right < box.left || b.left > box.right || b.bottom < box.top || b.top > box.bottom);
      if (!inside || !free) continue;
      taken.push(box);
      nodes.push(svg("text", { class: "halo strong", x: m.x + dx, y: m.y + dy, "text-anchor": anchor }, text));
      break;
    }
  }
  map.labels.replaceChildren(...nodes);
}
function drawLegend(counts, total) {
  const row = (step) => el("tr", null,
    el("td", null, svg("svg", { viewBox: "-12 -12 24 24", "aria-hidden": "true" }, mark(step, 9))),
    el("th", { scope: "row" }, t("step." + step), el("br"), el("span", { class: "unit" }, t("range." + step, bounds()))),
    el("td", { class: "number" }, num(counts[step])));
  const steps_ = ["over", "nearly", "filling", "room", ...(counts.unknown ? ["unknown"] : []), ...(counts.none ? ["none"] : [])];
  put("legend", el("caption", null, t("legend.caption", { total: num(total) })), el("tbody", null, steps_.map(row)));
}
function mapTable() {
  const { occupied: here, staffed: room, promised: due, load, none } = beds(), row = state.row;
  const order = Array.from({ length: H }, (_, h) => h).sort((a, b) => (load[row * H + b] || 0) - (load[row * H + a] || 0));
  const heads = ["hospital", "load", "patients", "beds", ...(promised ? ["promised"] : []), "step"].map((id) => t("head." + id));
  const rows = order.map((h) => {
    const i = row * H + h;
    return [hospitalName(h), pct(load[i]), num(here[i]), num(room[i]), ...(promised ? [num(due[i])] : []), t("step." + stepOf(load[i], none[h]))];
  });
  put("map-table", table(t("table.map_caption", { when: when(row * D.rowHours), kind: kindName(state.kind) }), heads, rows));
}
function drawMapText() {
  const measures = measuresOf();
  const { load, none } = beds();
  const peak = peakRow();
  let over = 0, total = 0;
  for (let h = 0; h < H; h += 1) { if (load[peak * H + h] >= 1) over += 1; if (!none[h]) total += 1; }
  put("map-title", measures.peakHour === null ? t("map.title_unknown")
    : t("map.title", { when: when(peak * D.rowHours), over: num(over), total: num(total), network: pct(measures.peak_load) }));
  put("map-source", t("map.caption"), " ", source(true));
}
const peakRow = () => Math.min(steps - 1, Math.round((measuresOf().peakHour || 0) / D.rowHours));
