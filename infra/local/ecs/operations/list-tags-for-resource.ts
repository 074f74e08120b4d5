import { z } from 'zod';
import { operation } from '../../service.ts';
import type { Ecs } from '../ecs.ts';
import { taggedResource } from '../tagged.ts';

const input = z.strictObject({ resourceArn: z.string() });

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTagsForResource.html */
export const listTagsForResource = operation('ListTagsForResource', input, (ecs: Ecs, { resourceArn }) => ({
  tags: taggedResource(ecs, resourceArn).tags,
}));
