import { malformedXml } from './s3-error.ts';

/** An element of a request's XML: its text, and its children in order. Attributes and namespaces are dropped. */
export interface XmlNode {
  readonly name: string;
  readonly children: XmlNode[];
  text: string;
}

const TOKEN = /<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([^\s<>/?!]+)([^<>]*?)(\/?)>|<\?[\s\S]*?\?>|<!--[\s\S]*?-->|([^<]+)/y;
const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Parses the small XML bodies of S3's API. Document types are refused, so no entity can expand. Throws MalformedXML. */
export function parseXml(source: string): XmlNode {
  const root: XmlNode = { name: '', children: [], text: '' };
  const open: XmlNode[] = [root];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const token = TOKEN.exec(source);
    if (!token) throw malformedXml();
    readToken(token, open);
  }
  const top = root.children[0];
  if (open.length !== 1 || root.children.length !== 1 || !top) throw malformedXml();
  return top;
}

/** The children of that name. */
export function childrenOf(node: XmlNode, name: string): XmlNode[] {
  return node.children.filter((child) => child.name === name);
}

/** The text of the first child of that name. */
export function childText(node: XmlNode, name: string): string | undefined {
  return node.children.find((child) => child.name === name)?.text;
}

function readToken(token: RegExpExecArray, open: XmlNode[]): void {
  const [, cdata, closing, qualifiedName, , selfClosing, text] = token;
  const current = open.at(-1);
  if (!current) throw malformedXml();
  if (cdata !== undefined) current.text += cdata;
  else if (text !== undefined) current.text += unescapeXml(text);
  else if (qualifiedName !== undefined) {
    const name = qualifiedName.slice(qualifiedName.indexOf(':') + 1);
    if (closing) {
      if (current.name !== name || open.length === 1) throw malformedXml();
      open.pop();
      return;
    }
    const node: XmlNode = { name, children: [], text: '' };
    current.children.push(node);
    if (!selfClosing) open.push(node);
  }
}

function unescapeXml(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(/&(#x[\da-f]+|#\d+|\w+);/gi, (_whole, entity: string) => {
    if (entity.startsWith('#')) {
      const code = entity[1]?.toLowerCase() === 'x' ? Number.parseInt(entity.slice(2), 16) : Number(entity.slice(1));
      if (code > 0x10ffff) throw malformedXml();
      return String.fromCodePoint(code);
    }
    const character = NAMED[entity];
    if (character === undefined) throw malformedXml();
    return character;
  });
}
