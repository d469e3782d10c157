/** LaTeX in titles, abstracts and queries as people read it: accents become letters, commands symbols, markup goes. */

const ACCENTS: Readonly<Record<string, string>> = { '"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304", ".": "\u0307", u: "\u0306", v: "\u030c", H: "\u030b", c: "\u0327", k: "\u0328", r: "\u030a" };
const GREEK = { alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ε", varepsilon: "ε", zeta: "ζ", eta: "η", theta: "θ", iota: "ι", kappa: "κ", lambda: "λ", mu: "μ", nu: "ν", xi: "ξ", pi: "π", rho: "ρ", sigma: "σ", tau: "τ", phi: "φ", varphi: "φ", chi: "χ", psi: "ψ", omega: "ω", Gamma: "Γ", Delta: "Δ", Theta: "Θ", Lambda: "Λ", Xi: "Ξ", Pi: "Π", Sigma: "Σ", Phi: "Φ", Psi: "Ψ", Omega: "Ω" };
const SYMBOLS: Readonly<Record<string, string>> = { ...GREEK, ss: "ß", ae: "æ", AE: "Æ", oe: "œ", OE: "Œ", o: "ø", O: "Ø", l: "ł", L: "Ł", aa: "å", AA: "Å", i: "i", j: "j", ell: "ℓ", infty: "∞", times: "×", cdot: "·", pm: "±", to: "→", rightarrow: "→", leftarrow: "←", leq: "≤", geq: "≥", neq: "≠", approx: "≈", sim: "~", ldots: "…", dots: "…", textendash: "–", textemdash: "—" };

const ACCENTED = /\\(?:(["'`^~=.])\s*|([uvHckr])(?:\s+|(?=\{)))(?:\{\\?(\p{L})\}|\\?(\p{L}))/gu;
/** Dollars that open before and close after something that is no blank; so prices stay what they are. */
const MATHEMATICS = /\$\$?(?!\s)([^$\n]{1,200})(?<!\s)\$\$?(?!\d)/gu;
const COMMAND = /\\([a-zA-Z]+)\*?[ \t]*/gu;

/** The text without LaTeX; texts without backslash and dollar are returned as they are. */
export function readable(text: string): string {
  if (!/[\\$]/u.test(text)) return text;
  return text
    .replace(ACCENTED, (_, sign: string | undefined, name: string | undefined, braced: string | undefined, bare: string | undefined) => `${braced ?? bare ?? ""}${ACCENTS[sign ?? name ?? ""] ?? ""}`)
    .replace(MATHEMATICS, (_, inside: string) => inside.replaceAll(/(?<!\\)[_^]/gu, ""))
    .replace(/\\[()[\]]/gu, "")
    .replace(COMMAND, (whole, name: string) => SYMBOLS[name] ?? (/\s$/u.test(whole) ? " " : ""))
    .replaceAll(/(?<!\\)[{}]/gu, "")
    .replaceAll(/\\([%&#_${}])/gu, "$1")
    .replaceAll(/\\[\\,;:! ]/gu, " ")
    .normalize("NFC")
    .replaceAll(/[ \t]{2,}/gu, " ")
    .trim();
}
