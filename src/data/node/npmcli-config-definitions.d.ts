/** The option table of npm itself; @types/npmcli__config covers the main entry only. */
declare module "@npmcli/config/lib/definitions/index.js" {
  import type Config from "@npmcli/config";
  const table: {
    readonly definitions: Config.DefinitionsObject;
    readonly shorthands: Config.ShortFlags;
    readonly nerfDarts: readonly string[];
    flatten(values: object, flat?: Record<string, unknown>): Record<string, unknown>;
  };
  export default table;
}
