import { z } from 'zod';
import { ACCOUNT_ID } from '../../account.ts';
import type { Clock } from '../../clock.ts';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import { checkDashboardBody } from '../dashboard-body.ts';
import type { DashboardStore } from '../dashboard-store.ts';

const properties = z.strictObject({
  DashboardName: z.string().min(1).max(255).optional(),
  DashboardBody: z.string().min(1),
});

/** Dashboards are global: their ARN has no region. */
export function dashboardArn(name: string): string {
  return `arn:aws:cloudwatch::${ACCOUNT_ID}:dashboard/${name}`;
}

/** AWS::CloudWatch::Dashboard: its body is checked and stored, and never drawn. `Ref` is the dashboard's name. */
export function dashboardProvider(dashboards: DashboardStore, clock: Clock): ResourceProvider {
  return resourceProvider('AWS::CloudWatch::Dashboard', properties, (wanted, resource) => {
    checkDashboardBody(wanted.DashboardBody);
    const name = wanted.DashboardName ?? resource.generatedName;
    dashboards.put({ name, body: wanted.DashboardBody, modifiedAt: clock.now() });
    return { ref: name };
  });
}
