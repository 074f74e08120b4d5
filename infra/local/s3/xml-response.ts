import type { WireResponse } from '../http/wire.ts';
import { element, escapeXml } from '../http/xml.ts';
import type { S3Error } from './s3-error.ts';

/** Most texts hold nothing that XML writes in another way. */
const PLAIN = /^[\w !#$%()*+,\-./:;=?@[\\\]^`{|}~]*$/;
const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n';

const RAW = Symbol('XML');

/** Elements that are written already. */
export interface RawXml {
  readonly [RAW]: string;
}

export function rawXml(xml: string): RawXml {
  return { [RAW]: xml };
}

/**
 * A value as S3's XML: members become elements, a list repeats its element (S3's lists are flat), undefined is left
 * out. Control characters are written as numeric references, as S3 does, so that any key survives.
 */
export function s3Xml(members: object): string {
  return Object.entries(members)
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((item) => write(name, item)))
    .join('');
}

/** 200 with an XML document. */
export function xmlResponse(root: string, members: object, headers: Record<string, string> = {}): WireResponse {
  const body = PROLOG + element(root, s3Xml(members), { xmlns: NAMESPACE });
  return { status: 200, headers: { ...headers, 'content-type': 'application/xml' }, body };
}

/** 200 with an XML document whose root is one text. */
export function xmlTextResponse(root: string, text: string): WireResponse {
  const body = PROLOG + element(root, toText(text), { xmlns: NAMESPACE });
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}

/** An error as S3 answers it. */
export function errorResponse(error: S3Error, requestId: string, resource: string): WireResponse {
  const members = { Code: error.code, Message: error.message, ...error.details, Resource: resource };
  const body = PROLOG + element('Error', s3Xml({ ...members, RequestId: requestId, HostId: 'local' }));
  return { status: error.status, headers: { ...error.headers, 'content-type': 'application/xml' }, body };
}

/** The last second that was asked for: neighbours in a listing often share theirs, and a time costs as much as the rest of a row. */
let last = { second: Number.NaN, text: '' };

/** ISO 8601 in whole seconds: S3 keeps no fractions. */
export function isoTime(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000);
  if (second !== last.second) last = { second, text: new Date(second * 1000).toISOString() };
  return last.text;
}

function write(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'object' && RAW in value) return String(value[RAW]);
  return element(name, typeof value === 'object' ? s3Xml(value) : toText(String(value)));
}

/** A text as it stands in an element. */
export function toText(text: string): string {
  if (PLAIN.test(text)) return text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML has no plain form for
  return escapeXml(text).replaceAll(/[\u0000-\u0008\u000a-\u001f\ufffe\uffff]/g, (c) => `&#${c.charCodeAt(0)};`);
}
