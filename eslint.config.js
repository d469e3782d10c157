import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/**", "node_modules/**", "bench/node_modules/**", "runs/**", ".cache/**", "**/*.cjs"] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    languageOptions: { globals: Object.fromEntries(["process", "console", "URL", "performance", "TextEncoder", "TextDecoder", "crypto", "setTimeout", "clearTimeout", "Buffer"].map((name) => [name, "readonly"])) },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
      eqeqeq: "error",
      "no-console": "error",
    },
  },
  { files: ["bench/**", "test/**", "src/cli/**"], rules: { "no-console": "off" } },
);
