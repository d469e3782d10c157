/** Arrow keys between the search field and its answers; Escape goes back to the field. */
export function moveAmongHits(event: KeyboardEvent, container: HTMLElement): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const field = container.querySelector<HTMLInputElement>("input[type=search]");
  const links = [...container.querySelectorAll<HTMLAnchorElement>(".hits h2 a")];
  const at = links.indexOf(event.target as HTMLAnchorElement);
  const isInField = event.target === field;
  if (at < 0 && !isInField) return;
  const to = { ArrowDown: links[at + 1], ArrowUp: at > 0 ? links[at - 1] : field, Escape: field }[event.key];
  if (!to || (isInField && event.key !== "ArrowDown")) return;
  event.preventDefault();
  to.focus();
}
