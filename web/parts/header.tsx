/** The site's name, its pages, and the button for light and dark. */
import type { JSX } from "preact";
import { Link, useSite } from "../site.tsx";

const PAGES = [
  { href: "/", label: "Search", isStatic: true },
  { href: "/trending", label: "Trending", isStatic: false },
  { href: "/ledger", label: "Ledger", isStatic: true },
  { href: "/assemble", label: "Assemble", isStatic: true },
  { href: "/runs", label: "Runs", isStatic: false },
  { href: "/subscribe", label: "Subscribe", isStatic: false },
  { href: "/about", label: "About", isStatic: true },
] as const;

export function Header({ path }: { readonly path: string }): JSX.Element {
  const { kind } = useSite();
  const pages = PAGES.filter(({ isStatic }) => isStatic || kind === "served");
  return (
    <header class="site-header">
      <div class="frame">
        <Link class="brand" href="/">
          <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
            <path d="M6 4v16M9.5 4v16" />
            <circle cx="15" cy="9" r="1.7" />
            <circle cx="15" cy="15" r="1.7" />
          </svg>
          Reprise
        </Link>
        <nav aria-label="Pages">
          {pages.map(({ href, label }) => (
            <Link key={href} href={href} aria-current={isCurrent(href, path) ? "page" : undefined}>
              {label}
            </Link>
          ))}
        </nav>
        <button class="theme" type="button" aria-pressed="false" hidden>
          <span class="sr-only">Dark colours</span>
          <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
            <circle cx="12" cy="12" r="8" />
            <path class="half" d="M12 4a8 8 0 0 1 0 16z" />
          </svg>
        </button>
      </div>
    </header>
  );
}

function isCurrent(href: string, path: string): boolean {
  return href === "/" ? path === "/" || path.startsWith("/papers/") : path.startsWith(href);
}
