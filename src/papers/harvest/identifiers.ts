/** arXiv identifiers, DOIs and title keys in the one form in which they are compared. */

/** Since April 2007: year, month, four digits (five since 2015), version. arXiv: "Understanding the arXiv identifier". */
const NEW_ARXIV = /^(\d{2}(?:0[1-9]|1[0-2])\.\d{4,5})(?:v\d+)?$/u;
/** Before: archive, perhaps with subject class, year, month, three digits, version. */
const OLD_ARXIV = /^([a-z][a-z-]*[a-z])(?:\.[a-z]{2,})?\/(\d{2}(?:0[1-9]|1[0-2])\d{3})(?:v\d+)?$/iu;
const ARXIV_PREFIXES = [
  /^https?:\/\/(?:[a-z0-9-]+\.)*arxiv\.org\/(?:abs|pdf|html|format|ps|e-print)\//iu,
  /^https?:\/\/(?:www\.)?alphaxiv\.org\/(?:abs|pdf)\//iu,
  /^https?:\/\/huggingface\.co\/papers\//iu,
  /^oai:arxiv\.org:/iu,
];
/** arXiv registers its DOIs under this prefix (DataCite, since 2022). */
const ARXIV_DOI = /^10\.48550\/arxiv\./iu;
const DOI_PREFIX = /^(?:https?:\/\/(?:dx\.|www\.)?doi\.org\/|doi:\s*|urn:doi:)/iu;
/** DOI Handbook 2.2: directory indicator 10, registrant code, slash, any printable suffix. */
const DOI = /^10\.\d{4,9}(?:\.\d+)*\/\S+$/u;

/**
 * The arXiv identifier in `value` without version and, of old ones, without subject class: from a bare identifier,
 * `arXiv:...`, an address at arXiv, an OAI identifier or an arXiv DOI. Null if it is none.
 */
export function arxivIdentifier(value: string | null | undefined): string | null {
  if (!value) return null;
  let rest = value.trim();
  const doi = bareDoi(rest);
  if (doi !== null && ARXIV_DOI.test(doi)) rest = doi.replace(ARXIV_DOI, "");
  for (const prefix of ARXIV_PREFIXES) rest = rest.replace(prefix, "");
  rest = rest.replace(/^arxiv:\s*/iu, "").replace(/[?#].*$/u, "").replace(/\s+\[[^\]]*\]$/u, "").replace(/\/+$/u, "").replace(/\.(?:pdf|ps)$/iu, "");
  const modern = NEW_ARXIV.exec(rest);
  if (modern) return modern[1] ?? null;
  const old = OLD_ARXIV.exec(rest);
  return old ? `${old[1]?.toLowerCase()}/${old[2]}` : null;
}

/** The DOI in `value`, bare and lower case (DOIs compare without case); null if it is none, or arXiv's own. */
export function normaliseDoi(value: string | null | undefined): string | null {
  const doi = bareDoi(value);
  return doi === null || ARXIV_DOI.test(doi) ? null : doi;
}

function bareDoi(value: string | null | undefined): string | null {
  if (!value) return null;
  let rest = value.trim().replace(DOI_PREFIX, "");
  if (/%[0-9a-f]{2}/iu.test(rest)) rest = decoded(rest);
  rest = rest.replace(/[.,;]+$/u, "").toLowerCase();
  return DOI.test(rest) ? rest : null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign that belongs to the identifier
  }
}

/** Letters that NFKD leaves whole. */
const FOLDED: Readonly<Record<string, string>> = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i" };
/** LaTeX that writes such letters. */
const LATEX_LETTERS: Readonly<Record<string, string>> = { ss: "ss", ae: "ae", oe: "oe", o: "o", l: "l", dj: "d", dh: "d", th: "th", i: "i", j: "j", aa: "a" };

const ACCENT_COMMANDS: ReadonlySet<string> = new Set(["c", "v", "u", "H", "k", "r", "b", "d", "t"]);
/** Greek letters stand as themselves or as LaTeX; both become the name. */
const GREEK = "αβγδεζηθικλμνξοπρστυφχψω";
const GREEK_NAMES = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi omega".split(" ");

/**
 * What remains of a title when spelling does not count: LaTeX commands and math signs removed (what they wrap stays),
 * Unicode NFKD, no accents, no case, no punctuation, no spaces.
 */
export function titleKey(title: string): string {
  const key = letters(
    title
      .replace(/<\/?[a-z][^<>]*>/giu, "")
      .replace(/\\["'`^~=.](?=\s*\{?\\?[a-z])/giu, "") // accents: \"o, \'{e}
      .replace(/\\([a-z]+)\s*/giu, (_, name: string) => LATEX_LETTERS[name.toLowerCase()] ?? (GREEK_NAMES.includes(name.toLowerCase()) ? name : ACCENT_COMMANDS.has(name) ? "" : " ")),
  ).replace(/ /gu, "");
  return key || title.toLowerCase(); // of signs only
}

function letters(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[ßæœøłđðþı]/gu, (letter) => FOLDED[letter] ?? letter)
    .replace(/ς/gu, "σ")
    .replace(/[α-ω]/gu, (letter) => GREEK_NAMES[GREEK.indexOf(letter)] ?? letter)
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** Particles that belong to the family name. */
const PARTICLES: ReadonlySet<string> = new Set(["van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "du", "la", "le", "ter", "ten", "al", "el", "bin", "ibn"]);
const SUFFIXES: ReadonlySet<string> = new Set(["jr", "sr", "ii", "iii", "iv"]);

/**
 * The last word of the family name of "Given Family" or "Family, Given", folded like a title: "van der Berg" and "Berg"
 * agree, as sources differ in what they do with particles. Null without a name.
 */
export function familyName(author: string | undefined): string | null {
  if (!author) return null;
  const [family = "", ...rest] = author.split(",");
  const familyFirst = rest.length > 1 || (rest.length === 1 && !SUFFIXES.has(letters(rest[0] ?? "")));
  const words = letters(familyFirst ? family : author.replace(/,/gu, " ")).split(" ");
  const name = words.filter((word) => word !== "" && !SUFFIXES.has(word));
  return name.findLast((word) => !PARTICLES.has(word)) ?? name.at(-1) ?? null;
}
