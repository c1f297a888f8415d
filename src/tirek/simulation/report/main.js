// The reader's choices: language, kind of beds, hospital, time; each redraws what depends on it and nothing else.
let playing = null;

function setRow(row) {
  state.row = Math.max(0, Math.min(steps - 1, row));
  const now = when(state.row * D.rowHours);
  $("time").value = state.row;
  $("time").setAttribute("aria-valuetext", now);
  put("now", now);
  moveMap();
  moveCurves();
  if ($("map-table-box").open) mapTable();
}
function chooseHospital(h) {
  state.hospital = h;
  $("hospital").value = h === null ? "" : h;
  drawCurves();
  moveMap();
}
function play(on) {
  clearInterval(playing);
  playing = null;
  if (on) {
    if (state.row >= steps - 1) setRow(0);
    const stride = Math.max(1, Math.round(3 / D.rowHours));
    playing = setInterval(() => { setRow(state.row + stride); if (state.row >= steps - 1) play(false); }, 160);
  }
  put("play", t(on ? "map.pause" : "map.play"));
  $("play").setAttribute("aria-pressed", on);
}
function drawChoices() {
  document.documentElement.lang = state.language;
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
  for (const button of document.querySelectorAll("[data-language]")) button.setAttribute("aria-pressed", button.dataset.language === state.language);
  $("chooser").hidden = K < 2;
  put("kind", [...(K > 1 ? [-1] : []), ...D.kinds.keys()].map((k) => el("option", { value: k, selected: k === state.kind }, kindName(k))));
  const order = [...Array(H).keys()].sort((a, b) => hospitalName(a).localeCompare(hospitalName(b), state.language));
  put("hospital", el("option", { value: "" }, t("hospital.nobody")), order.map((h) => el("option", { value: h, selected: h === state.hospital }, hospitalName(h))));
  $("time").max = steps - 1;
}
function drawAll() {
  drawChoices();
  drawTop();
  drawTiles();
  drawMap();
  drawMapText();
  drawCurves();
  drawCompare();
  drawCalls();
  drawResponses();
  drawMeasures();
  drawSamples();
  drawNotes();
  curvesTable();
  play(playing !== null);
  setRow(state.row);
  mapTable();
}
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => { state.language = button.dataset.language; drawAll(); });
}
$("kind").addEventListener("change", () => { state.kind = Number($("kind").value); drawAll(); });
$("hospital").addEventListener("change", () => chooseHospital($("hospital").value === "" ? null : Number($("hospital").value)));
$("time").addEventListener("input", () => { play(false); setRow(Number($("time").value)); });
$("play").addEventListener("click", () => play(playing === null));
$("to-peak").addEventListener("click", () => { play(false); setRow(peakRow()); });
$("map-table-box").addEventListener("toggle", mapTable);
let resized = null, lastWidth = window.innerWidth;
window.addEventListener("resize", () => {
  if (window.innerWidth === lastWidth) return;
  lastWidth = window.innerWidth;
  clearTimeout(resized);
  resized = setTimeout(drawAll, 150);
});
window.addEventListener("beforeprint", () => { state.printing = true; drawAll(); });
window.addEventListener("afterprint", () => { state.printing = false; drawAll(); });
state.row = peakRow();
drawAll();
