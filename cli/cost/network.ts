import { MONTH_HOURS, priced } from './row.ts';
import type { IdleRule } from './rules.ts';

/** Interface endpoints are paid by zone, gateway endpoints not at all. */
export const endpointRule: IdleRule = ({ logicalId, properties }) => {
  if ((properties.VpcEndpointType ?? 'Gateway') === 'Gateway') return [];
  const zones = (properties.SubnetIds as readonly unknown[] | undefined)?.length ?? 1;
  return [priced(logicalId, 'interfaceEndpoint', zones * MONTH_HOURS, `${zones} zone${zones === 1 ? '' : 's'}`)];
};

export const natRule: IdleRule = ({ logicalId }) => [priced(logicalId, 'natGateway', MONTH_HOURS)];

/** The address of a NAT gateway, or one that nothing uses: both are paid. */
export const addressRule: IdleRule = ({ logicalId }) => [priced(logicalId, 'publicAddress', MONTH_HOURS)];

export const keyRule: IdleRule = ({ logicalId }) => [priced(logicalId, 'kmsKey', 1)];

export const secretRule: IdleRule = ({ logicalId }) => [priced(logicalId, 'secret', 1)];
