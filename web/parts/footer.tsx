import type { JSX } from "preact";

/** The foot of every page. */
export function Footer(): JSX.Element {
  return (
    <footer class="site-footer">
      <div class="frame">
        <p>Papers that run: find one, run its system, see its claim checked.</p>
        <p>
          <a href="/ledger">Ledger</a> <a href="/api/docs">API</a> <a href="/about">About</a>
        </p>
      </div>
    </footer>
  );
}
