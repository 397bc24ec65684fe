// ES modules for browsers of the last few years; tests run in Node.
import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["static/vendor/**", "static/vendor.new/**", "node_modules/**", "var/**", ".venv/**"] },
  js.configs.recommended,
  {
    files: ["static/js/**/*.js"],
    languageOptions: {
      ecmaVersion: 2023,
      sourceType: "module",
      globals: { ...globals.browser, ...globals.serviceworker, L: "readonly" },
    },
    rules: {
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
      "no-console": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-script-url": "error",
      // A name that begins with _ says that it is not used on purpose.
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", caughtErrors: "none" }],
      "max-lines": ["error", 400],
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Build elements, so that what people wrote is never read as HTML." },
        { property: "outerHTML", message: "Build elements, so that what people wrote is never read as HTML." },
        { property: "insertAdjacentHTML", message: "Build elements, so that what people wrote is never read as HTML." },
      ],
    },
  },
  {
    // Leaflet stays behind static/js/map/, so that another map library could take its place.
    files: ["static/js/**/*.js"],
    ignores: ["static/js/map/**", "static/js/lib/**"],
    rules: {
      "no-restricted-globals": ["error", { name: "L", message: "Only static/js/map/ touches Leaflet." }],
      "no-restricted-imports": ["error", { paths: [{ name: "leaflet", message: "Only static/js/map/ touches Leaflet." }] }],
    },
  },
  {
    files: ["tests/js/**/*.js", "bin/**/*.js", "*.config.js"],
    languageOptions: { ecmaVersion: 2023, sourceType: "module", globals: { ...globals.node, ...globals.browser } },
    rules: { "no-unused-vars": ["error", { argsIgnorePattern: "^_", caughtErrors: "none" }] },
  },
];
