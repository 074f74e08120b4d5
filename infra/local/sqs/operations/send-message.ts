import { z } from 'zod';
import { operation } from '../../service.ts';
import { checkDraft } from '../draft.ts';
import { draftOf, sendEntry, sentEntry } from '../send-entry.ts';
import type { SqsStore } from '../store.ts';

/** Sends one message; it is stored when the answer leaves. */
export const sendMessage = operation(
  'SendMessage',
  z.strictObject({ QueueUrl: z.string(), ...sendEntry.shape }),
  async ({ queues, messages, change }: SqsStore, input, call) => {
    const queue = queues.byUrl(input.QueueUrl);
    const draft = draftOf(input);
    checkDraft(queue, draft);
    const [messageId] = await change(() => messages.send(queue, [draft], call.principal));
    return sentEntry(input, draft, messageId ?? '');
  },
);
