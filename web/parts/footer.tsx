import type { JSX } from "preact";
import { Link, useSite } from "../site.tsx";

/** The foot of every page. */
export function Footer(): JSX.Element {
  return (
    <footer class="site-footer">
      <div class="frame">
        <p>Papers that run: find one, run its system, see its claim checked.</p>
        <p>
          <Link href="/ledger">Ledger</Link> {useSite().kind === "served" && <a href="/api/docs">API</a>} <Link href="/about">About</Link>
        </p>
      </div>
    </footer>
  );
}
