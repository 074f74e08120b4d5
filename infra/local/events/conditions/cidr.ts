import { BlockList, isIP } from 'node:net';
import { describeValue, patternError } from '../pattern-error.ts';
import type { Operator } from './field-conditions.ts';

/** `{"cidr": "10.0.0.0/24"}` or an IPv6 block: the value is an address inside it. */
export const cidr: Operator = (operand, path) => {
  const [, address = '', digits = ''] =
    /^([0-9a-fA-F:.]+)\/(\d{1,3})$/.exec(typeof operand === 'string' ? operand : '') ?? [];
  const family = familyOf(address);
  const prefixLength = Number(digits);
  if (!family || digits === '' || prefixLength > (family === 'ipv4' ? 32 : 128)) {
    throw patternError(path, 'an address block such as "10.0.0.0/24" or "2001:db8::/32"', describeValue(operand));
  }
  const block = new BlockList();
  block.addSubnet(address, prefixLength, family);
  return (leaf) => {
    const leafFamily = typeof leaf === 'string' ? familyOf(leaf) : undefined;
    return leafFamily === family && block.check(String(leaf), leafFamily);
  };
};

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  if (version === 0) return undefined;
  return version === 4 ? 'ipv4' : 'ipv6';
}
