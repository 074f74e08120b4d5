import { z } from 'zod';
import { operation } from '../../service.ts';
import type { Ecs } from '../ecs.ts';
import { tags } from '../input-types.ts';
import { taggedResource } from '../tagged.ts';

const input = z.strictObject({ resourceArn: z.string(), tags: tags.min(1) });

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TagResource.html */
export const tagResource = operation('TagResource', input, (ecs: Ecs, { resourceArn, tags: added }) => {
  const resource = taggedResource(ecs, resourceArn);
  const newKeys = new Set(added.map(({ key }) => key));
  resource.setTags([...resource.tags.filter(({ key }) => !newKeys.has(key)), ...added]);
  return {};
});
