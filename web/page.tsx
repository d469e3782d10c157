/** The page that belongs to a view. */
import type { JSX } from "preact";
import { AboutPage } from "./pages/about.tsx";
import { ApiPage } from "./pages/api.tsx";
import { AssemblePage } from "./pages/assemble.tsx";
import { LedgerPage } from "./pages/ledger.tsx";
import { MessagePage } from "./pages/message.tsx";
import { PaperPage } from "./pages/paper.tsx";
import { PreferencesPage } from "./pages/preferences.tsx";
import { RunPage } from "./pages/run.tsx";
import { RunsPage } from "./pages/runs.tsx";
import { SearchPage } from "./pages/search.tsx";
import { SubscribePage } from "./pages/subscribe.tsx";
import { TrendingPage } from "./pages/trending.tsx";
import type { Shell, View } from "../src/server/pages/views.ts";

export interface PageProps<V extends View = View> {
  readonly view: V;
  readonly shell: Shell;
}

export function Page({ view, shell }: PageProps): JSX.Element {
  switch (view.page) {
    case "search":
      return <SearchPage view={view} shell={shell} />;
    case "paper":
      return <PaperPage view={view} shell={shell} />;
    case "run":
      return <RunPage view={view} shell={shell} />;
    case "runs":
      return <RunsPage view={view} shell={shell} />;
    case "ledger":
      return <LedgerPage view={view} shell={shell} />;
    case "trending":
      return <TrendingPage view={view} shell={shell} />;
    case "subscribe":
      return <SubscribePage view={view} shell={shell} />;
    case "preferences":
      return <PreferencesPage view={view} shell={shell} />;
    case "about":
      return <AboutPage view={view} shell={shell} />;
    case "api":
      return <ApiPage view={view} shell={shell} />;
    case "assemble":
      return <AssemblePage view={view} shell={shell} />;
    case "message":
      return <MessagePage view={view} shell={shell} />;
  }
}
