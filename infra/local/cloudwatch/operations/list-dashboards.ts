import { z } from 'zod';
import { operation } from '../../service.ts';
import { dashboardArn } from '../resources/dashboard.ts';
import type { CloudwatchContext } from './context.ts';

/** The dashboards that the template has. */
export const listDashboards = operation(
  'ListDashboards',
  z.strictObject({ DashboardNamePrefix: z.string().default(''), NextToken: z.string().optional() }),
  ({ dashboards }: CloudwatchContext, { DashboardNamePrefix }) => ({
    DashboardEntries: dashboards
      .list()
      .filter(({ name }) => name.startsWith(DashboardNamePrefix))
      .map(({ name, body, modifiedAt }) => ({
        DashboardName: name,
        DashboardArn: dashboardArn(name),
        LastModified: new Date(modifiedAt),
        Size: Buffer.byteLength(body),
      })),
  }),
);
