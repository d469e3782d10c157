import type { JSX } from "preact";
import { Csrf } from "../parts/csrf.tsx";
import { NoticeLine } from "../parts/notice.tsx";
import { PreferenceInputs } from "../parts/preference-fields.tsx";
import type { PageProps } from "../page.tsx";
import type { PreferencesView } from "../../src/server/pages/views.ts";

/** What a subscriber gets, changed or ended. */
export function PreferencesPage({ view: { notice, entered, families, token, unsubscribeToken }, shell }: PageProps<PreferencesView>): JSX.Element {
  return (
    <div class="narrow">
      <h1>Your mails</h1>
      <NoticeLine notice={notice} />
      <form class="form" method="post" action="/people/preferences">
        <Csrf shell={shell} />
        <input type="hidden" name="token" value={token} />
        <PreferenceInputs entered={entered} families={families} />
        <button class="primary" type="submit">
          Keep
        </button>
      </form>
      <section class="panel" aria-labelledby="end">
        <h2 id="end">No more mails</h2>
        <form method="post" action="/people/unsubscribe">
          <Csrf shell={shell} />
          <input type="hidden" name="token" value={unsubscribeToken} />
          <button type="submit">Unsubscribe</button>
        </form>
        <form method="post" action="/people/delete">
          <Csrf shell={shell} />
          <input type="hidden" name="token" value={token} />
          <p class="quiet">Have everything about you removed, your address included. This cannot be undone.</p>
          <button class="danger" type="submit">
            Delete my data
          </button>
        </form>
      </section>
    </div>
  );
}
