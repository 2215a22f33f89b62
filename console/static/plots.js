// Draw each <div class="plot" data-plot='{"x": […], "series": [{"label": …, "values": […]}], "unit": "%"}'> by uPlot.
"use strict";

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const draw = (place) => {
  const { x, series, unit = "" } = JSON.parse(place.dataset.plot);
  const inks = ["--accent", "--warn", "--info", "--bad", "--good", "--soft"].map(colour);
  const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line") } };
  const language = document.documentElement.lang;
  const days = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
  place.replaceChildren();
  new uPlot({
    width: Math.max(place.clientWidth, 240),
    height: 220,
    cursor: { drag: { x: false, y: false } },
    axes: [
      { ...axis, values: (_, ticks) => ticks.map((tick) => days.format(new Date(tick * 1000))) },
      { ...axis, values: (_, ticks) => ticks.map((tick) => tick.toLocaleString(language) + unit) },
    ],
    series: [
      { label: "", value: (_, at) => (at == null ? "" : days.format(new Date(at * 1000))) },
      ...series.map((one, n) => ({
        label: one.label, stroke: inks[n % inks.length], width: 2, dash: n ? [6, 2 + 2 * n] : undefined,
        value: (_, value) => (value == null ? "–" : value.toLocaleString(language) + unit),
      })),
    ],
  }, [x, ...series.map((one) => one.values)], place);
};
const all = () => document.querySelectorAll("[data-plot]").forEach(draw);
all();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", all);
let waiting;
addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(all, 150); });
