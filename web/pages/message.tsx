import type { JSX } from "preact";
import { Csrf } from "../parts/csrf.tsx";
import { Link } from "../site.tsx";
import type { PageProps } from "../page.tsx";
import type { MessageView } from "../../src/server/pages/views.ts";

/** A page that only says something, with at most one button. */
export function MessagePage({ view: { heading, text, action }, shell }: PageProps<MessageView>): JSX.Element {
  return (
    <div class="narrow message">
      <h1>{heading}</h1>
      <p class="lead">{text}</p>
      {action && (
        <form method="post" action={action.path}>
          <Csrf shell={shell} />
          {Object.entries(action.fields).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          <button class="primary" type="submit">
            {action.label}
          </button>
        </form>
      )}
      <p>
        <Link href="/">Search papers</Link>
      </p>
    </div>
  );
}
