import { chartRoles, chartSchema } from './chart.ts';
import { withRoles } from './compose.ts';
import { renderDashboards } from './dashboards/index.ts';

/** Files that are written from the tables of the code: how each is made from what it was before. */
export const generatedFiles: Readonly<Record<string, (before: string) => string>> = {
  'docker-compose.yml': withRoles,
  'deploy/chart/files/roles.json': chartRoles,
  'deploy/chart/values.schema.json': chartSchema,
  ...Object.fromEntries(
    Object.entries(renderDashboards()).map(([name, text]) => [`deploy/observe/dashboards/${name}.json`, () => text]),
  ),
};
