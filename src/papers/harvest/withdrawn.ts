/** How authors say that they took a paper back: in its comments, or in place of its abstract. */

const IN_COMMENT = /\bwithdrawn\b|\bretracted\b/iu;
/** "withdrawn" inside an abstract can be its subject, as in "withdrawn drugs". */
const IN_ABSTRACT = /^(?:\W*(?:this|the|our)\s+(?:paper|article|work|manuscript|submission|preprint|note|version)\s+(?:has\s+been|was|is)\s+(?:temporarily\s+)?(?:withdrawn|retracted)|\W*(?:withdrawn|retracted)\b)/iu;

export function saysWithdrawn({ comment, abstract }: { comment: string | undefined; abstract: string | undefined }): boolean {
  return IN_COMMENT.test(comment ?? "") || IN_ABSTRACT.test(abstract ?? "");
}
