/**
 * The button that changes between light and dark. The choice is a cookie, so that the server draws the next page right at
 * once; pages of a static site take it up here.
 */

const YEAR = 365 * 24 * 60 * 60;

export function startThemeButton(page: Document): void {
  const button = page.querySelector<HTMLButtonElement>("button.theme");
  if (!button) return;
  const root = page.documentElement;
  const chosen = /(?:^|; )theme=(light|dark)(?:;|$)/.exec(page.cookie)?.[1];
  if (chosen !== undefined) root.dataset["theme"] = chosen;
  const isDark = (): boolean => (root.dataset["theme"] ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const show = (): void => button.setAttribute("aria-pressed", String(isDark()));
  button.addEventListener("click", () => {
    const theme = isDark() ? "light" : "dark";
    root.dataset["theme"] = theme;
    page.cookie = `theme=${theme}; path=/; max-age=${YEAR}; samesite=lax`;
    show();
  });
  show();
  button.hidden = false;
}
