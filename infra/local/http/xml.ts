const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

/** Text made safe inside an element or an attribute. */
export function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"\r]/g, (character) => ESCAPES[character] ?? character);
}

/** `<name attributes>content</name>`; the content is XML already. */
export function element(name: string, content: string, attributes: Record<string, string> = {}): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  return `<${name}${written.join('')}>${content}</${name}>`;
}

/**
 * A value as XML: an object's members become elements, a list's items `<member>` elements inside it, a Map's
 * `<entry>` elements with key and value, undefined nothing, a date ISO 8601.
 */
export function xml(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map)
    return [...value].map(([key, item]) => element('entry', xml({ key, value: item }))).join('');
  if (Array.isArray(value)) return value.map((item) => element('member', xml(item))).join('');
  if (typeof value === 'object') {
    return Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => element(name, xml(member)))
      .join('');
  }
  return escapeXml(String(value));
}
