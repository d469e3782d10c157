import type { JSX } from "preact";
import { Csrf } from "../parts/csrf.tsx";
import { NoticeLine } from "../parts/notice.tsx";
import { PreferenceInputs } from "../parts/preference-fields.tsx";
import type { PageProps } from "../page.tsx";
import type { SubscribeView } from "../../src/server/pages/views.ts";

/** The form that asks for the day's papers by mail. */
export function SubscribePage({ view: { notice, entered, families, mailWorks }, shell }: PageProps<SubscribeView>): JSX.Element {
  return (
    <div class="narrow">
      <h1>The day's papers by mail</h1>
      <p class="lead">What people talk about in the fields you follow, in plain words. One mail asks whether you meant it; every mail has a link that ends it.</p>
      <NoticeLine notice={notice} />
      {mailWorks ? (
        <form class="form" method="post" action="/subscribe">
          <Csrf shell={shell} />
          <label class="block">
            <span>Mail address</span>
            <input type="email" name="address" value={entered.address} required maxLength={254} autocomplete="email" />
          </label>
          <PreferenceInputs entered={entered} families={families} />
          <button class="primary" type="submit">
            Subscribe
          </button>
        </form>
      ) : (
        <div class="panel">
          <p>This server sends no mail. Whoever runs it can set up a mail server; until then the same lists are feeds you can follow in a reader.</p>
        </div>
      )}
    </div>
  );
}
