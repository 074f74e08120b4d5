import { z } from 'zod';
import { operation } from '../../service.ts';
import { dashboardArn } from '../resources/dashboard.ts';
import type { CloudwatchContext } from './context.ts';

/** A dashboard as the template has it. */
export const getDashboard = operation(
  'GetDashboard',
  z.strictObject({ DashboardName: z.string().min(1) }),
  ({ dashboards }: CloudwatchContext, { DashboardName }) => {
    const { name, body } = dashboards.get(DashboardName);
    return { DashboardArn: dashboardArn(name), DashboardBody: body, DashboardName: name };
  },
);
