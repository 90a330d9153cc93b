// The chart of a stream: its values, where it was silent, its limits, its alarms and works.
import { BarChart, LineChart } from "echarts/charts";
import { DataZoomComponent, GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([BarChart, LineChart, DataZoomComponent, GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim() || undefined;

// How far it is to the next limit is what people look for: it stands on the chart.
function next(told, most) {
  const above = told.limits.map((each) => each.value).filter((value) => value > most);
  return above.length ? Math.min(...above) + (Math.min(...above) - most) * 0.1 : null;
}

function option(told) {
  const alarms = told.alarms.map((each) => [
    { xAxis: each.from, name: each.grade, itemStyle: { color: "rgba(200, 40, 40, 0.12)" } }, { xAxis: each.to },
  ]);
  const works = told.works.map((each) => [
    { xAxis: each.from, name: "维护", itemStyle: { color: "rgba(120, 120, 120, 0.12)" } }, { xAxis: each.to },
  ]);
  return {
    animation: false,
    grid: { left: 56, right: 72, top: 24, bottom: 64 },
    tooltip: { trigger: "axis", renderMode: "richText", confine: true },
    xAxis: { type: "time", min: told.since, max: told.until },
    yAxis: { type: "value", scale: !told.bars, name: told.unit, max: (shown) => next(told, shown.max) },
    dataZoom: [{ type: "inside" }, { type: "slider", height: 18, bottom: 12 }],
    series: [{
      name: told.name,
      type: told.bars ? "bar" : "line",
      data: told.points,
      showSymbol: false,
      connectNulls: false,
      lineStyle: { width: 1.5 },
      color: colour("--accent"),
      markLine: {
        symbol: "none",
        data: told.limits.map((each) => ({ yAxis: each.value, name: each.name, label: { formatter: `${each.name} ${each.value}` } })),
        lineStyle: { type: "dashed" },
      },
      markArea: { label: { position: "insideTop" }, data: [...alarms, ...works] },
    }],
  };
}

// Drawn once, and followed while somebody looks at it: a gauge says more as time goes on.
async function told(box) {
  try {
    const answer = await fetch(box.dataset.series, { headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

function follow(box) {
  let chart = null;
  const look = async () => {
    const series = await told(box);
    if (series) box.dataset.points = series.points.length;
    if (series?.points.length) {
      if (!chart) {
        box.textContent = "";
        chart = echarts.init(box, null, { renderer: "svg" });
        new ResizeObserver(() => chart.resize()).observe(box);
      }
      chart.setOption(option(series));
    } else if (!chart) box.textContent = series ? "这段时间没有数据。" : "过程线暂时取不到，请稍后再试。";
  };
  look();
  if (box.dataset.every) setInterval(() => { if (!document.hidden) look(); }, Number(box.dataset.every) * 1000);
}

for (const box of document.querySelectorAll("[data-series]")) follow(box);
