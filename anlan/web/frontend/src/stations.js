// The chart of a stream: its values, where it was silent, its limits, its alarms and works.
import { BarChart, LineChart } from "echarts/charts";
import { DataZoomComponent, GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([BarChart, LineChart, DataZoomComponent, GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim() || undefined;

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
    yAxis: { type: "value", scale: !told.bars, name: told.unit },
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

async function draw(box) {
  const answer = await fetch(box.dataset.series, { headers: { Accept: "application/json" } });
  if (!answer.ok) {
    box.textContent = "过程线暂时取不到，请稍后再试。";
    return;
  }
  const told = await answer.json();
  if (!told.points.length) {
    box.textContent = "这段时间没有数据。";
    return;
  }
  const chart = echarts.init(box, null, { renderer: "svg" });
  chart.setOption(option(told));
  new ResizeObserver(() => chart.resize()).observe(box);
}

for (const box of document.querySelectorAll("[data-series]")) draw(box);
