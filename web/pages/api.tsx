import type { JSX } from "preact";
import type { PageProps } from "../page.tsx";
import type { ApiView } from "../../src/server/pages/views.ts";

/** The API for people, drawn from its OpenAPI document. */
export function ApiPage({ view: { operations } }: PageProps<ApiView>): JSX.Element {
  return (
    <div class="narrow prose">
      <h1>API</h1>
      <p class="lead">
        Everything the pages show, as JSON. The same as a document for tools: <a href="/api/openapi.json">openapi.json</a>.
      </p>
      <p>
        Errors are <code>{'{"error": {"status", "message", "request"}}'}</code>. Requests that change something carry the token of <code>/api/token</code> in the header <code>x-csrf-token</code>, and the cookie that came with it:
      </p>
      <pre tabIndex={0}>
        <code>
          {"SITE=http://127.0.0.1:8017\nTOKEN=$(curl -sc cookies $SITE/api/token | jq -r .token)\ncurl -b cookies -H \"x-csrf-token: $TOKEN\" \\\n  -H 'content-type: application/json' \\\n  -d '{\"slug\":\"crossmae\"}' $SITE/api/runs"}
        </code>
      </pre>
      {operations.map(({ method, path, summary, parameters, responses }) => (
        <section key={method + path} class="operation">
          <h2>
            <span class={`method ${method.toLowerCase()}`}>{method}</span> <code>{path}</code>
          </h2>
          <p>{summary}.</p>
          {parameters.length > 0 && (
            <dl>
              {parameters.map(({ name, in: place, required, description }) => (
                <div key={place + name}>
                  <dt>
                    <code>{name}</code> <span class="quiet">{`${place}${required ? ", required" : ""}`}</span>
                  </dt>
                  <dd>{description}</dd>
                </div>
              ))}
            </dl>
          )}
          <ul class="responses">
            {responses.map(({ status, description }) => (
              <li key={status}>
                <b>{status}</b> {description}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
