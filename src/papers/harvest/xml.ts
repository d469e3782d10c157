/** XML of strangers, read with limits: whole documents only, no document types, so no entities to expand. */
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { HarvestError } from "./errors.ts";

const DEEPEST = 64;
const LONGEST = 64 * 2 ** 20;
const ATTRIBUTE = "@";
const TEXT = "#text";

/** Elements by name without namespace prefix; repeated ones are a list. */
export interface XmlElement {
  readonly [name: string]: XmlNode | readonly XmlNode[];
}
export type XmlNode = string | XmlElement;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: ATTRIBUTE,
  textNodeName: TEXT,
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  htmlEntities: true, // numeric references and the five of XML; there is no document type to declare others
  maxNestedTags: DEEPEST,
});

/** Parses a document. Throws `HarvestError` with line and column when it is cut short or not well formed, or beyond a limit. */
export function parseXml(text: string, where: string): XmlElement {
  if (text.length > LONGEST) throw new HarvestError(`${where}: the XML is longer than ${LONGEST} characters`);
  if (/<!(?:DOCTYPE|ENTITY)/iu.test(withoutVerbatim(text))) throw new HarvestError(`${where}: the XML has a document type declaration; such documents are refused, as they can define entities`);
  const validity = XMLValidator.validate(text, { allowBooleanAttributes: false });
  if (validity !== true) {
    const { msg, line, col } = validity.err;
    throw new HarvestError(`${where}: the XML is cut short or not well formed: ${msg} Line ${line}, column ${col}.`);
  }
  try {
    return parser.parse(text) as XmlElement;
  } catch (error) {
    throw new HarvestError(`${where}: the XML cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** The elements called `name` in `parent`: none, one or many. */
export function childrenOf(parent: XmlNode | undefined, name: string): readonly XmlNode[] {
  if (parent === undefined || typeof parent === "string" || !Object.hasOwn(parent, name)) return [];
  const value = parent[name];
  return value === undefined ? [] : isList(value) ? value : [value];
}

/** The first element called `name`. */
export function childOf(parent: XmlNode | undefined, name: string): XmlNode | undefined {
  return childrenOf(parent, name)[0];
}

/** The text directly in an element; undefined without element or text. */
export function textOf(node: XmlNode | undefined): string | undefined {
  if (node === undefined) return undefined;
  const text = typeof node === "string" ? node : node[TEXT];
  return typeof text === "string" && text.trim() !== "" ? text.trim() : undefined;
}

/** The text of the first element called `name`. */
export function childText(parent: XmlNode | undefined, name: string): string | undefined {
  return textOf(childOf(parent, name));
}

export function attributeOf(node: XmlNode | undefined, name: string): string | undefined {
  return typeof node === "object" ? textOf(childOf(node, `${ATTRIBUTE}${name}`)) : undefined;
}

function isList(value: XmlNode | readonly XmlNode[]): value is readonly XmlNode[] {
  return Array.isArray(value);
}

/** Without comments and CDATA, in which a document type is only text. */
function withoutVerbatim(text: string): string {
  return text.replace(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>/gu, "");
}
