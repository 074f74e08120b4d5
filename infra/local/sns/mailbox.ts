import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Notification } from './notification.ts';

/** The sender that SNS's e-mails have. */
const SENDER = 'AWS Notifications <no-reply@sns.amazonaws.com>';
const SLUG_LENGTH = 60;
/** 60 Base64 characters, with `=?UTF-8?B?` and `?=` 72: the limit of an encoded word is 75. */
const ENCODED_WORD_BYTES = 45;

/** Puts an e-mail into the mailbox folder, one file each, in order of time. The file appears whole or not at all. */
export function putMail(directory: string, to: string, notification: Notification): void {
  mkdirSync(directory, { recursive: true });
  const time = notification.timestamp.replaceAll(/[:.]/g, '-');
  const name = `${time}-${slug(notification.subject ?? 'notification')}-${notification.messageId.slice(0, 8)}.eml`;
  const unfinished = join(directory, `.${name}.part`);
  writeFileSync(unfinished, mailText(to, notification));
  renameSync(unfinished, join(directory, name));
}

/** The mail as RFC 5322 has it. A line break in a subject or an address cannot become a header. */
export function mailText(to: string, notification: Notification): string {
  const subject = notification.subject ?? 'AWS Notification Message';
  return [
    `From: ${SENDER}`,
    `To: ${oneLine(to)}`,
    `Subject: ${encodeHeader(oneLine(subject))}`,
    `Date: ${new Date(notification.timestamp).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${notification.messageId}@sns.local>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    notification.message.replaceAll(/\r?\n/g, '\r\n'),
    '',
  ].join('\r\n');
}

/** RFC 2047 for what is not ASCII: encoded words of at most 75 characters each, no character torn apart. */
function encodeHeader(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const words: string[] = [''];
  for (const character of text) {
    const longer = (words.at(-1) ?? '') + character;
    if (Buffer.byteLength(longer) > ENCODED_WORD_BYTES) words.push(character);
    else words[words.length - 1] = longer;
  }
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`).join('\r\n ');
}

function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').trim();
}

function slug(text: string): string {
  const words = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_LENGTH);
  return words.replaceAll(/^-|-$/g, '') || 'notification';
}
