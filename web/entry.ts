/** What runs in the browser on every page. Pages that are alive bring their own code, fetched only where it is needed. */
import { h, hydrate } from "preact";
import type { ComponentType } from "preact";
import "./styles/index.ts";
import { SiteContext } from "./site.tsx";
import { startThemeButton } from "./theme.ts";
import type { PageProps } from "./page.tsx";
import type { Shell, View } from "../src/server/pages/views.ts";

type Live = Extract<View, { readonly page: "search" | "run" | "ledger" | "assemble" }>;

const PAGES: { readonly [P in Live["page"]]: () => Promise<ComponentType<PageProps<Extract<Live, { page: P }>>>> } = {
  search: async () => (await import("./pages/search.tsx")).SearchPage,
  run: async () => (await import("./pages/run.tsx")).RunPage,
  assemble: async () => (await import("./pages/assemble.tsx")).AssemblePage,
  ledger: async () => (await import("./pages/ledger.tsx")).LedgerPage,
};

startThemeButton(document);
startSlashKey(document);
await Promise.all([bringToLife(document), startInTab(document)]);

/** Takes over the page that the server drew. */
async function bringToLife(page: Document): Promise<void> {
  const data = page.getElementById("view")?.textContent;
  const root = page.getElementById("page");
  if (!data || !root) return;
  const { view, shell } = JSON.parse(data) as { readonly view: Live; readonly shell: Shell };
  const component = (await PAGES[view.page]()) as ComponentType<PageProps<Live>>;
  hydrate(h(SiteContext.Provider, { value: shell.site }, h(component, { view, shell })), root);
  root.dataset["live"] = "";
}

/** The part of a paper's page that trains its system here. */
async function startInTab(page: Document): Promise<void> {
  const root = page.getElementById("in-tab");
  if (!root) return;
  const { InTabPanel } = await import("./in-tab/panel.tsx");
  hydrate(h(InTabPanel, {}), root);
  root.dataset["live"] = "";
}

/** "/" goes to the search field, or to the page that has one, unless somebody is typing. */
function startSlashKey(page: Document): void {
  page.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || target.closest("input, select, textarea")) return;
    event.preventDefault();
    const field = page.querySelector<HTMLInputElement>("input[type=search]");
    if (field) field.focus();
    else page.querySelector<HTMLAnchorElement>("a.brand")?.click();
  });
}
