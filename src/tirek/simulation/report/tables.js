// The finding at the top, the figures under it, the measures, the reasons of some placements, notes and method.
function drawTop() {
  const m = D.policies[0].measures[""], other = D.policies[1] && D.policies[1].measures[""];
  put("eyebrow", [say(D.title), say(D.policy), day(0) === day(D.hours - 0.001) ? day(0, true) : `${day(0, true)} – ${day(D.hours - 0.001, true)}`].join(" · "));
  put("finding", !known(m.max_load) ? t("finding.unknown")
    : other && known(other.overflow_patient_days) ? t("finding.compared", {
      days: num(m.overflow_patient_days), other: say(D.policies[1].name), otherDays: num(other.overflow_patient_days) })
    : m.overflow_patient_days > 0 ? t("finding.over", { days: num(m.overflow_patient_days, m.overflow_patient_days < 10 ? 1 : 0), load: pct(m.max_load) })
    : t("finding.room", { load: pct(m.max_load) }));
  put("lead", t("lead", { hospitals: num(m.hospitals), all: num(H), beds: num(m.beds), zone: D.zone, offset: D.offset }));
  // Where the whole network is full there is nothing to even out: say so instead of promising more.
  const full = [...D.kinds.keys()].map((k) => [kindName(k), D.policies[0].measures[kindKey(k)]])
    .filter(([, of]) => known(of.peak_load) && of.peak_load >= 1).sort((a, b) => b[1].overflow_patient_days - a[1].overflow_patient_days);
  const worst = full.slice(0, 4).map(([name, of]) => `${name} (${pct(of.peak_load)})`).join("; ");
  $("banner").hidden = !full.length;
  put("banner", m.peak_load >= 1 ? t("banner.full", { load: pct(m.peak_load), when: when(m.peakHour) })
    : full.length ? t("banner.kinds", { kinds: worst, count: num(full.length), all: num(K) }) : "");
  document.title = `${say(D.title)} · Tirek`;
}
function drawTiles() {
  const m = measuresOfAll(), other = D.policies[1];
  const against = (name) => (other && known(compareValue(other, name)) ? t("tiles.against", { policy: say(other.name), value: withUnit(name, compareValue(other, name)) }) : "");
  const tile = (name, value, about) => el("div", null, el("dt", null, figureName(name)),
    el("dd", { class: "value" }, figure(name, value)[0], " ", el("small", null, figure(name, value)[1])),
    el("dd", { class: "about" }, about), against(name) ? el("dd", { class: "about" }, against(name)) : null);
  const figures = D.policies[0].figures;
  const tiles = [
    tile("overflow_patient_days", m.overflow_patient_days, t("tiles.overflow")),
    tile("max_load", m.max_load, m.worstHospital === null ? t("unknown.reason") : t(m.worstHour ? "tiles.worst" : "tiles.worst_start", { hospital: hospitalName(m.worstHospital), when: when(m.worstHour) })),
    tile("jain_peak", m.jain_peak, m.peakHour === null ? t("unknown.reason") : t("tiles.peak", { when: when(m.peakHour), load: pct(m.peak_load) })),
    tile("days_over", m.days_over, t("tiles.days_over")),
  ];
  for (const name of ["redirected_pct", "extra_km_mean", "extra_minutes_mean", "response_1_p90_minutes"]) {
    if (known(figures[name])) tiles.push(tile(name, figures[name], t("about." + name)));
  }
  put("tiles", tiles);
  $("tiles").style.setProperty("--columns", tiles.length % 3 === 0 ? 3 : 4);
}
const measuresOfAll = () => D.policies[0].measures[""];
const compareValue = (policy, name) => (name in policy.measures[""] ? policy.measures[""][name] : policy.figures[name]);

function drawMeasures() {
  const kinds = K > 1 ? [-1, ...D.kinds.keys()] : [0];
  const of = (k) => D.policies[0].measures[kindKey(k)];
  // Few kinds stand side by side; many are read down, kinds without a hospital left out.
  const some = kinds.filter((k) => of(k).hospitals);
  put("measures", K <= 3
    ? table(t("measures.caption"), [t("head.measure"), ...kinds.map(kindName)], D.measured.map((name) => [figureName(name), ...kinds.map((k) => figure(name, of(k)[name]))]))
    : table(t("measures.caption"), [t("head.kind"), ...D.measured.map(figureName)], some.map((k) => [kindName(k), ...D.measured.map((name) => figure(name, of(k)[name]))])));
  const rest = Object.entries(D.policies[0].figures).filter(([name]) => !(name in of(kinds[0])) && name !== "imbalance_pct");
  put("recorded", rest.length ? table(t("recorded.caption"), [t("head.figure"), t("head.value")], rest.map(([name, value]) => [figureName(name), figure(name, value)])) : "");
}
function drawSamples() {
  $("samples-section").hidden = !D.samples.length;
  const minutes = (value) => num(value) + NB + t("unit.minutes");
  const card = (one) => el("li", null,
    el("p", { class: "when" }, `${when(one.hour)} · ${one.patient} · ${kindName(one.kind)}`),
    el("p", { class: "to" }, `→ ${hospitalName(one.hospital)}`),
    el("p", null, t("samples.line", { minutes: minutes(one.minutes), before: pct(one.before), after: pct(one.after) })),
    el("p", null, say(one.reason)),
    one.others.length ? el("p", { class: "when" }, t("samples.others")) : null,
    el("ul", null, one.others.map((other) => el("li", null, t(other.rule ? "samples.other_ruled" : "samples.other", {
      hospital: hospitalName(other.hospital), minutes: minutes(other.minutes),
      cost: known(other.cost) ? `${other.cost < 0 ? "" : "+"}${minutes(other.cost)}` : DASH, rule: other.rule ? ruleName(other.rule) : "" })))));
  const apart = Math.max(1, Math.ceil(D.samples.length / 6)), first = D.samples.filter((_, i) => i % apart === 0);
  const rest = D.samples.filter((_, i) => i % apart);
  put("samples", first.map(card));
  $("samples-more").hidden = !rest.length;
  put("samples-more-title", t("samples.more", { count: num(rest.length) }));
  put("samples-rest", rest.map(card));
}
const ruleName = (rule) => (`rule.${rule}` in D.messages[state.language] ? t("rule." + rule) : rule);

function drawNotes() {
  put("notes", D.notes.length ? D.notes.map((note) => el("li", null, say(note))) : el("li", null, t("notes.none")));
  const method = ["load", "steps", "unknown", "peak", "evenness", "overflow", "neighbour", "rows", "privacy"];
  put("method", method.map((id) => el("li", null, t("method." + id, { reach: num(D.reachKm), hours: num(D.rowHours, D.rowHours % 1 ? 1 : 0), ...bounds() }))));
  const value = (one) => (typeof one === "boolean" ? t(one ? "yes" : "no") : one === null ? DASH : String(one));
  const rows = Object.entries(D.settings).map(([name, one]) => [name, value(one)]);
  put("settings", rows.length ? table("", [t("head.setting"), t("head.value")], rows) : el("p", null, t("settings.none")));
  put("foot", t("foot", { version: D.version }));
}
