// What the ambulance station did: calls received, served and waiting, and minutes to arrival by urgency category.
const sum = (row) => (row.some(known) ? row.reduce((total, value) => total + (value || 0), 0) : null);

function drawCalls() {
  $("calls-section").hidden = !D.calls;
  if (!D.calls) return;
  const received = D.calls.received.map(sum), served = D.calls.served.map(sum), waiting = D.calls.waiting.map(sum);
  const at = (row) => (D.calls.binHours < 24 ? when(row * D.calls.binHours) : day(row * D.calls.binHours));
  const top = received.reduce((best, value, row) => ((value || 0) > (received[best] || 0) ? row : best), 0);
  const per = t(D.calls.binHours < 24 ? "calls.per_hour" : "calls.per_day");
  put("calls-title", t("calls.title", { when: at(top), received: num(received[top]), served: num(served[top]) }));
  bars("calls", received, served, t("calls.label"), per);
  put("calls-source", t("calls.caption", { per }), " ", source());
  const longest = waiting.reduce((best, value, row) => ((value || 0) > (waiting[best] || 0) ? row : best), 0);
  put("waiting-title", waiting.some(known) ? t("calls.waiting_title", { when: at(longest), waiting: num(waiting[longest]) }) : t("calls.waiting_unknown"));
  bars("waiting", null, waiting, t("calls.waiting_label"), "");
  put("waiting-source", t("calls.waiting_caption"), " ", source());
  const heads = [t("head.time"), t("head.received"), t("head.served"), t("head.waiting"), ...[1, 2, 3, 4].map((u) => t("head.received_urgency", { urgency: u }))];
  put("calls-table", table(t("table.calls"), heads, received.map((value, row) =>
    [at(row), num(value), num(served[row]), num(waiting[row]), ...D.calls.received[row].map((one) => num(one))])));
  $("calls-table").classList.add("tall");
}
// Bars of a part within a whole; `whole` may be absent.
function bars(id, whole, part, label, unit) {
  const width = widthOf(id), height = whole ? 260 : 180, box = { left: 58, right: width - 8, top: 26, bottom: height - 30 };
  const steps_ = ticks(Math.max(1, ...(whole || part).filter(known)), 4), most = steps_[steps_.length - 1];
  const hours = part.length * D.calls.binHours;
  const x = scale(0, hours, box.left, box.right), y = scale(0, most, box.bottom, box.top);
  const wide = Math.max(1, (x(D.calls.binHours) - x(0)) * 0.8);
  const bar = (value, row, name) => (known(value) ? svg("rect", { class: name, x: x(row * D.calls.binHours), y: y(value), width: wide, height: box.bottom - y(value) }) : svg("text", { class: "soft", x: x((row + 0.4) * D.calls.binHours), y: box.bottom - 5, "text-anchor": "middle" }, DASH));
  canvas(id, width, height, label,
    steps_.map((value) => [svg("line", { class: "grid", x1: box.left, x2: box.right, y1: y(value), y2: y(value) }),
      svg("text", { class: "soft", x: box.left - 6, y: y(value) + 4, "text-anchor": "end" }, num(value, value % 1 ? 1 : 0))]).flat(),
    svg("text", { class: "soft", x: 0, y: 14 }, t("unit.calls") + (unit ? " " + unit : "")),
    timeAxis(box, x, hours), whole ? whole.map((value, row) => bar(value, row, "bar-all")) : [],
    part.map((value, row) => bar(value, row, "bar-part")));
}
function drawResponses() {
  $("responses-section").hidden = !D.responses.length;
  if (!D.responses.length) return;
  const late = D.responses.filter((one) => known(one.p90_minutes) && one.p90_minutes > one.target_minutes);
  const all = D.responses.filter((one) => known(one.p90_minutes));
  put("responses-title", !all.length ? t("responses.title_unknown") : late.length
    ? t("responses.title_late", { urgencies: late.map((one) => one.urgency).join(", ") }) : t("responses.title_kept"));
  const width = widthOf("responses"), narrow = width < 500, rowHigh = 64, left = narrow ? 8 : 190, height = D.responses.length * rowHigh + 34;
  const most = Math.max(...D.responses.map((one) => Math.max(one.target_minutes, one.p90_minutes || 0))) * (narrow ? 1.5 : 1.2);
  const axis = ticks(most, 5), x = scale(0, axis[axis.length - 1], left, width - 24);
  const nodes = axis.map((value) => [svg("line", { class: "grid", x1: x(value), x2: x(value), y1: 0, y2: height - 28 }),
    svg("text", { class: "soft", x: x(value), y: height - 10, "text-anchor": value ? "middle" : "start" }, num(value) + NB + t("unit.minutes"))]).flat();
  D.responses.forEach((one, row) => nodes.push(...responseRow(one, row * rowHigh, left, x, narrow)));
  canvas("responses", width, height, t("responses.label"), nodes);
  put("responses-source", t("responses.caption"), " ", source());
  const heads = ["urgency", "target", "calls", "mean", "p90", "within"].map((id) => t("head." + id));
  const min = (value) => [num(value, 1), t("unit.minutes")];
  put("responses-table", table(t("table.responses"), heads, D.responses.map((one) =>
    [t("urgency", { urgency: one.urgency }), min(one.target_minutes), num(one.calls), min(one.mean_minutes), min(one.p90_minutes), pct(one.within)])));
}
function responseRow(one, top, left, x, narrow) {
  const name = t("urgency", { urgency: one.urgency }), about = known(one.p90_minutes)
    ? t("responses.within", { within: pct(one.within), target: num(one.target_minutes) }) : t("responses.unknown");
  const bar = top + 24, nodes = narrow ? [svg("text", { x: left, y: top + 15, class: "halo" }, `${name}: ${about}`)]
    : [svg("text", { x: 0, y: top + 26, class: "strong" }, name), svg("text", { x: 0, y: top + 45, class: "soft" }, about)];
  if (known(one.p90_minutes)) nodes.push(
    svg("rect", { class: "bar-all", x: left, y: bar, width: x(one.p90_minutes) - left, height: 18 }),
    svg("rect", { class: "bar-part", x: left, y: bar, width: x(one.mean_minutes) - left, height: 18 }),
    svg("text", { class: "halo", x: Math.max(x(one.p90_minutes), x(one.target_minutes)) + 8, y: bar + 14 }, t("responses.p90", { minutes: num(one.p90_minutes) })));
  nodes.push(svg("line", { class: "median", x1: x(one.target_minutes), x2: x(one.target_minutes), y1: bar - 6, y2: bar + 24 }));
  return nodes;
}
