// The same demand under other policies: one small chart each on one scale, and a table of figures.
function drawCompare() {
  $("compare-section").hidden = D.policies.length < 2;
  if (D.policies.length < 2) return;
  const key = kindKey(), bands = D.policies.map((policy) => bandOf(policy.bands[key]));
  const most = Math.ceil(Math.max(1, ...bands.flatMap((band) => (band ? band.most.filter(known) : []))) * 2) / 2;
  put("multiples", D.policies.map((policy, i) => smallChart(policy, bands[i], most, i)));
  const [own, other] = [measuresOf(0), measuresOf(1)];
  put("compare-title", other && known(own.overflow_patient_days) && known(other.overflow_patient_days) ? t("compare.title", {
    policy: say(D.policies[0].name), days: num(own.overflow_patient_days), load: pct(own.max_load),
    other: say(D.policies[1].name), otherDays: num(other.overflow_patient_days), otherLoad: pct(other.max_load) }) : t("compare.title_unknown"));
  put("compare-source", t("compare.caption"), " ", source());
  const rows = D.compared.filter((name) => D.policies.some((policy) => known(compared(policy, name))))
    .map((name) => [figureName(name), ...D.policies.map((policy) => figure(name, compared(policy, name)))]);
  put("compare-table", table(t("compare.table", { kind: kindName(state.kind) }), [t("head.figure"), ...D.policies.map((policy) => say(policy.name))], rows));
}
// A measure of the chosen kind, else a figure that the run recorded of all patients.
function compared(policy, name) {
  const measures = policy.measures[kindKey()] || {};
  return name in measures ? measures[name] : policy.figures[name];
}
// Loads of a band, unpacked from thousandths.
const bandOf = (band) => band && Object.fromEntries(Object.entries(band).map(([name, text]) => [name, Array.from(decode(text), (x) => x / 1000)]));

function smallChart(policy, band, most, i) {
  const width = 320, height = 190, box = { left: 48, right: width - 8, top: 8, bottom: height - 26 };
  const title = el("h3", null, say(policy.name));
  if (!band) return el("div", null, title, el("p", { class: "caption" }, t("compare.no_kind")));
  const hours = Math.max(LAST, (band.most.length - 1) * policy.rowHours);
  const x = scale(0, hours, box.left, box.right), y = scale(0, most, box.bottom, box.top);
  const measures = policy.measures[kindKey()];
  const about = t("compare.about", { load: pct(measures.max_load), days: num(measures.overflow_patient_days), jain: num(measures.jain_peak, 3) });
  const area = areaBetween(band.high, band.low, x, y, policy.rowHours);
  return el("figure", null, title,
    svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${say(policy.name)}. ${about}`, id: `multiple-${i}` },
      svg("path", { class: "band", d: area }), loadAxis(box, y, most, 0.5), timeAxis(box, x, hours),
      svg("path", { class: "worst", d: line(band.most, x, y, policy.rowHours) }),
      svg("path", { class: "median", d: line(band.median, x, y, policy.rowHours) })),
    el("figcaption", null, about));
}
// The area between two lines, in pieces where both are known.
function areaBetween(high, low, x, y, rowHours) {
  let path = "", piece = [];
  const close = () => {
    if (piece.length > 1) {
      const there = piece.map((row) => `${x(row * rowHours).toFixed(1)},${y(high[row]).toFixed(1)}`);
      const back = piece.reverse().map((row) => `${x(row * rowHours).toFixed(1)},${y(low[row]).toFixed(1)}`);
      path += `M${there.join("L")}L${back.join("L")}Z`;
    }
    piece = [];
  };
  high.forEach((value, row) => (known(value) && known(low[row]) ? piece.push(row) : close()));
  close();
  return path;
}
