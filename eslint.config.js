import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  globalIgnores(["dist/", ".build-*/", ".cache/", "coverage/", "**/node_modules/"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ["*.ts"] }, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      eqeqeq: "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      // A function behind an async signature need not wait for anything.
      "@typescript-eslint/require-await": "off",
      // Under noUncheckedIndexedAccess, the honest way to read a typed array within its bounds.
      "@typescript-eslint/no-non-null-assertion": "off",
      // A callback that may wait returns void | Promise<void>.
      "@typescript-eslint/no-invalid-void-type": "off",
      // Generic parameters name what a caller gets back, even where they occur once.
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
    },
  },
  {
    files: ["src/**/*.ts", "src/**/*.tsx"],
    rules: {
      "@typescript-eslint/max-params": ["error", { max: 3 }],
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "no-console": "error",
    },
  },
  {
    // The commands print: that is what they are for.
    files: ["src/cli/**/*.ts", "src/main.ts"],
    rules: { "no-console": "off" },
  },
  {
    // Matchers such as expect.any() are typed as any.
    files: ["test/**/*.ts"],
    rules: { "@typescript-eslint/no-unsafe-assignment": "off", "@typescript-eslint/unbound-method": "off" },
  },
  {
    files: ["**/*.js", "**/*.mjs"],
    rules: {
      eqeqeq: "error",
      "no-const-assign": "error",
      "no-dupe-keys": "error",
      "no-undef": "error",
      "no-unreachable": "error",
      "no-unused-vars": "error",
      "prefer-const": "error",
    },
    languageOptions: {
      globals: { process: "readonly", console: "readonly", performance: "readonly", URL: "readonly" },
    },
  },
);
