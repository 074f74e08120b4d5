import { z } from 'zod';

/** A whole number, also as text: templates quote numbers. */
export const wholeNumber = z.union([z.number().int().min(0), z.string().regex(/^\d+$/).transform(Number)]);

/** A boolean, also as the text `true` or `false`. */
export const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

/** Text, also from a bare number or boolean of a template. */
export const text = z.union([z.string(), z.number().transform(String), z.boolean().transform(String)]);

/** Tags of a resource. */
export const tags = z.array(z.strictObject({ key: z.string(), value: text }));

/** A parameter that may be given, but only empty: its effect is not implemented. */
export const emptyList = z.array(z.never());

/** Where a task's network interface would stand. Processes share the machine's network: kept for describe calls. */
export const networkConfiguration = z.strictObject({
  awsvpcConfiguration: z.strictObject({
    subnets: z.array(z.string()).min(1),
    securityGroups: z.array(z.string()).exactOptional(),
    assignPublicIp: z.enum(['ENABLED', 'DISABLED']).exactOptional(),
  }),
});

/** What a task's or service's network interface would be. */
export type NetworkConfiguration = z.output<typeof networkConfiguration>;

/** Which capacity providers share the tasks, in which proportion. */
export const capacityProviderStrategy = z.array(
  z.strictObject({
    capacityProvider: z.string(),
    weight: wholeNumber.exactOptional(),
    base: wholeNumber.exactOptional(),
  }),
);

/** Which capacity providers share the tasks, in which proportion. */
export type CapacityProviderStrategy = z.output<typeof capacityProviderStrategy>;

/** `EC2` is a valid word, and is refused when a task would start: instances come by capacity providers alone. */
export const launchType = z.enum(['FARGATE', 'EC2', 'EXTERNAL']);
