// Draws the charts of datasette-dashboards without inline scripts and without eval, which the Content-Security-Policy refuses.
const embed = window.vegaEmbed;
window.vegaEmbed = (element, spec) => {
  const rows = spec.data.values;
  if (!rows || rows.length === 0) {
    element.textContent = element.dataset.empty;
    return;
  }
  // ast: expressions are interpreted, not compiled.
  // The plugin declares the schema of an older Vega-Lite than it brings.
  return embed(element, { ...spec, $schema: undefined }, { mode: "vega-lite", ast: true, actions: false, renderer: "svg" });
};
window.enableChartTooltip = (slug) => {
  document.getElementById(`chart-tooltip-${slug}`).hidden = false;
};
const { charts, instance } = JSON.parse(document.getElementById("charts").textContent);
for (const [slug, chart] of Object.entries(charts)) {
  renderChart(slug, chart, "", instance).catch(() => {
    const element = document.getElementById(`chart-${slug}`);
    element.textContent = element.dataset.failed;
  });
}
