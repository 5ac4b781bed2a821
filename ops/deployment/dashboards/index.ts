import { LegendDisplayMode, LegendPlacement, VizLegendOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import { DashboardBuilder, DatasourceVariableBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Dashboard, Panel } from './dashboard.ts';
import { messaging } from './messaging.ts';
import { services } from './services.ts';
import { shop } from './shop.ts';
import { workers } from './workers.ts';

const dashboards: Readonly<Record<string, Dashboard>> = { shop, services, messaging, workers };

function panelOf({ title, description, unit, queries, isFigure }: Panel) {
  const legend = new VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom);
  const base = isFigure ? new StatBuilder() : new TimeseriesBuilder().min(0).legend(legend);
  const panel = base.title(title).description(description).unit(unit).span(12).height(8);
  panel.datasource({ type: 'prometheus', uid: '$datasource' });
  queries.forEach(({ expression, legend }, index) => {
    const refId = String.fromCharCode('A'.charCodeAt(0) + index);
    panel.withTarget(new DataqueryBuilder().expr(expression).legendFormat(legend).refId(refId));
  });
  return panel;
}

/** Every dashboard as Grafana reads it, by the name of its file. */
export function renderDashboards(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(dashboards).map(([name, { title, rows }]) => {
      const dashboard = new DashboardBuilder(`Durable checkout: ${title}`)
        .uid(`durable-checkout-${name}`)
        .tags(['durable-checkout'])
        .time({ from: 'now-3h', to: 'now' })
        .refresh('30s')
        .timezone('browser')
        .readonly()
        .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'));
      let id = 0;
      for (const [row, panels] of Object.entries(rows)) {
        dashboard.withRow(new RowBuilder(row));
        for (const panel of panels) {
          id += 1;
          dashboard.withPanel(panelOf(panel).id(id));
        }
      }
      return [name, `${JSON.stringify(dashboard.build(), null, 2)}\n`];
    }),
  );
}

/** Every query of the dashboards, by the dashboard and the panel that it is of. */
export const dashboardQueries = (): readonly { readonly panel: string; readonly expression: string }[] =>
  Object.values(dashboards).flatMap(({ title, rows }) =>
    Object.values(rows)
      .flat()
      .flatMap((panel) => panel.queries.map(({ expression }) => ({ panel: `${title}: ${panel.title}`, expression }))),
  );
