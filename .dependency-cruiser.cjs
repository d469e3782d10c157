// Floors of the house, from the ground up. A floor may import itself and what stands before it.
const floors = [
  ["engine"],
  ["nn"],
  ["objectives", "data"], // side by side: neither imports the other
  ["train"],
  ["lab"],
  ["systems"],
  ["tasks"],
  ["papers"],
  ["server"],
  ["cli"],
];

const rules = floors.flatMap((names, level) => {
  const above = floors.slice(level + 1).flat();
  return names.flatMap((name) => {
    const forbidden = [...above, ...names.filter((other) => other !== name)];
    return forbidden.length === 0
      ? []
      : [
          {
            name: `${name}-imports-only-down`,
            severity: "error",
            comment: `src/${name} may not import ${forbidden.join(", ")}`,
            from: { path: `^src/${name}/` },
            to: { path: `^src/(${forbidden.join("|")})/` },
          },
        ];
  });
});

module.exports = {
  forbidden: [
    ...rules,
    { name: "no-circular", severity: "error", from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } } },
    {
      name: "node-only-code-sits-behind-ports",
      severity: "error",
      comment: "everything up to systems runs in a browser; files that need Node are named *.node.ts and sit in a node/ folder",
      from: { path: "^src/(engine|nn|objectives|data|train|lab|systems)/", pathNot: ["/node/", "\\.node\\.ts$"] },
      to: { dependencyTypes: ["core"] },
    },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
  },
};
