import { type Clock, sleep } from '../clock.ts';
import type { Call, WireRequest, WireResponse, WireService } from '../http/wire.ts';
import { brokenAnswer, discard, faultAnswer } from './fault-answer.ts';
import type { RequestRule } from './fault-script.ts';
import type { RecordFault } from './record-faults.ts';
import { type NamedRequest, nameRequest, rewriteInput } from './request-name.ts';
import { isWithin, occasionsOf } from './rule-counter.ts';

export interface FaultyWireOptions {
  readonly rules: readonly RequestRule[];
  readonly clock: Clock;
  /** The role behind an access key ID. */
  readonly principalArn: (accessKeyId: string) => string;
  readonly record: RecordFault;
}

/** Puts the rules about requests before a service; one that no rule names stays as it is. */
export function faultyWire(options: FaultyWireOptions): (service: WireService, name?: string) => WireService {
  const { clock, principalArn, record } = options;
  const rules = options.rules.map((rule) => ({ ...rule, takes: occasionsOf(rule) }));

  return function withFaults(wire, name = wire.signingNames[0] ?? '') {
    const own = rules.filter(({ on }) => on.service === name);
    if (own.length === 0) return wire;

    function choose(named: NamedRequest, call: Call, answer?: string) {
      const principal = principalArn(call.principal);
      return own.find(
        ({ on, takes }) =>
          (on.answer === undefined) === (answer === undefined) &&
          on.operation === named.operation &&
          isWithin(on.resource, named.resource) &&
          isWithin(on.principal, principal) &&
          isWithin(on.answer, answer ?? '') &&
          takes(),
      );
    }

    async function carryOut(rule: RequestRule, named: NamedRequest, call: Call): Promise<WireResponse> {
      const action = rule.do;
      record(rule.name, { service: name, operation: named.operation, resource: named.resource });
      const { request } = named;
      if (action.kind === 'delay') {
        await sleep(clock, action.milliseconds, call.signal);
        return wire.handle(request, call);
      }
      if (action.kind === 'rewrite') return wire.handle(await rewriteInput(request, action.members), call);
      if (action.applied) discard(await wire.handle(request, call));
      return action.kind === 'hang-up' ? brokenAnswer() : faultAnswer(name, request, call, action);
    }

    /** Rules that depend on the answer come when it is there. */
    async function handleAndLook(named: NamedRequest, call: Call): Promise<WireResponse> {
      const answer = await wire.handle(named.request, call);
      if (!own.some(({ on }) => on.answer !== undefined)) return answer;
      const rule = choose(named, call, typeof answer.body === 'string' ? answer.body : '');
      if (rule === undefined) return answer;
      record(rule.name, { service: name, operation: named.operation, resource: named.resource });
      discard(answer);
      return rule.do.kind === 'answer' ? faultAnswer(name, named.request, call, rule.do) : brokenAnswer();
    }

    async function handle(request: WireRequest, call: Call): Promise<WireResponse> {
      const named = await nameRequest(name, request);
      const rule = choose(named, call);
      return rule === undefined ? handleAndLook(named, call) : carryOut(rule, named, call);
    }

    return { signingNames: wire.signingNames, handle };
  };
}
