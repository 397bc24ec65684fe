import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";

const JS = new URL("../../static/js/", import.meta.url);
const MACROS = ["js_texts", "js_texts_walk"];
const island = MACROS.map((name) => readFileSync(new URL(`../../templates/macros/${name}.html`, import.meta.url), "utf8")).join("");
const files = readdirSync(JS, { recursive: true }).filter((name) => name.endsWith(".js") && !name.includes("staff"));

/** Every literal given to t() and tn(), as written. */
function wordsIn(source) {
  const found = [];
  for (const [, one] of source.matchAll(/\bt\(\s*"((?:[^"\\]|\\.)*)"/g)) found.push(one);
  for (const [, one, many] of source.matchAll(/\btn\(\s*"((?:[^"\\]|\\.)*)",\s*"((?:[^"\\]|\\.)*)"/g)) found.push(one, many);
  return found;
}

test("every text that JavaScript shows is in the page's island, so that it can be translated", () => {
  const missing = files.flatMap((name) => wordsIn(readFileSync(new URL(name, JS), "utf8"))).filter((words) => !island.includes(`_('${words}')`));
  assert.deepEqual([...new Set(missing)], []);
});

test("no text lies in the island that no JavaScript shows", () => {
  const used = new Set(files.flatMap((name) => wordsIn(readFileSync(new URL(name, JS), "utf8"))));
  const listed = [...island.matchAll(/'((?:[^'\\]|\\.)*)': _\(/g)].map(([, words]) => words);
  assert.deepEqual(listed.filter((words) => !used.has(words)), []);
});

test("every import names a module that exists", () => {
  const modules = new Set(readdirSync(JS, { recursive: true }).map((name) => name.replace(/\\/g, "/")));
  for (const name of [...modules].filter((one) => one.endsWith(".js"))) {
    for (const [, wanted] of readFileSync(new URL(name, JS), "utf8").matchAll(/(?:from|import\(?)\s*"#([^"]+)"/g)) {
      assert.ok(modules.has(`${wanted}.js`), `${name} imports #${wanted}`);
    }
  }
});

test("only js/map reaches for Leaflet", () => {
  const reaching = files.filter((name) => !name.startsWith("map") && /from "leaflet"|\bglobalThis\.L\b|window\.L\b/.test(readFileSync(new URL(name, JS), "utf8")));
  assert.deepEqual(reaching, []);
});
