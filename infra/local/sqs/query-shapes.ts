import { unflatten } from '../http/query-protocol.ts';
import { element, xml } from '../http/xml.ts';

/** Names of the Query protocol's flattened lists, and the members of the JSON input that they are. */
const LISTS: Readonly<Record<string, string>> = {
  AttributeName: 'AttributeNames',
  MessageAttributeName: 'MessageAttributeNames',
  MessageSystemAttributeName: 'MessageSystemAttributeNames',
  TagKey: 'TagKeys',
  SendMessageBatchRequestEntry: 'Entries',
  DeleteMessageBatchRequestEntry: 'Entries',
  ChangeMessageVisibilityBatchRequestEntry: 'Entries',
};

/** The same for maps: `Attribute.1.Name=n&Attribute.1.Value=v`. */
const MAPS: Readonly<Record<string, string>> = {
  Attribute: 'Attributes',
  MessageAttribute: 'MessageAttributes',
  MessageSystemAttribute: 'MessageSystemAttributes',
  Tag: 'Tags',
};

/** How members of the JSON output are called in XML, where lists and maps are repeated elements. */
const ELEMENTS: Readonly<Record<string, string>> = {
  QueueUrls: 'QueueUrl',
  queueUrls: 'QueueUrl',
  Messages: 'Message',
  Failed: 'BatchResultErrorEntry',
  Results: 'ListMessageMoveTasksResultEntry',
  Attributes: 'Attribute',
  MessageAttributes: 'MessageAttribute',
  Tags: 'Tag',
};

/** Reads a form of the Query protocol as the input of the JSON protocol. Older clients put the queue into the path. */
export function readQueryInput(action: string, form: URLSearchParams, rawPath: string): Record<string, unknown> {
  const input = renameMembers(unflatten(form));
  // Old clients append these to every request.
  for (const name of ['AWSAccessKeyId', 'SignatureMethod', 'SignatureVersion', 'Timestamp', 'Signature']) {
    delete input[name];
  }
  if (action === 'CreateQueue' && input.Tags) {
    input.tags = input.Tags;
    delete input.Tags;
  }
  if (input.QueueUrl === undefined && rawPath.split('/').length > 2) input.QueueUrl = rawPath;
  return input;
}

function renameMembers(tree: object): Record<string, unknown> {
  const members = Object.entries(tree).map(([name, value]): [string, unknown] => {
    if (name in MAPS) return [MAPS[name] ?? name, toMap(listOf(value))];
    if (name in LISTS) return [LISTS[name] ?? name, listOf(value).map(renameItem)];
    return [name, value];
  });
  return Object.fromEntries(members);
}

function renameItem(item: unknown): unknown {
  return typeof item === 'object' && item !== null ? renameMembers(item) : item;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function toMap(entries: readonly unknown[]): Record<string, unknown> {
  const pairs = entries as readonly Record<string, unknown>[];
  return Object.fromEntries(pairs.map((pair) => [String(pair.Name ?? pair.Key), pair.Value ?? '']));
}

/** Writes the output of the JSON protocol as the Query protocol's XML. */
export function writeQueryOutput(action: string, output: object): string {
  return Object.entries(output)
    .map(([name, value]) => writeMember(action, name, value))
    .join('');
}

function writeMember(action: string, name: string, value: unknown): string {
  if (value === undefined) return '';
  const tag = name === 'Successful' ? `${action}ResultEntry` : (ELEMENTS[name] ?? name);
  if (Array.isArray(value)) return value.map((item) => element(tag, writeValue(action, item))).join('');
  if (tag === name) return element(name, writeValue(action, value));
  const key = tag === 'Tag' ? 'Key' : 'Name';
  return Object.entries(value as object)
    .map(([entry, content]) => element(tag, element(key, xml(entry)) + element('Value', xml(content))))
    .join('');
}

function writeValue(action: string, value: unknown): string {
  return typeof value === 'object' && value !== null ? writeQueryOutput(action, value) : xml(value);
}
