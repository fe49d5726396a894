// What @jsonforms/core says about the rules of UI schema elements.
//
//     node tests/jsonforms_rules.mjs build/assets < cases
//
// The argument is the folder whose node_modules holds the package. A case is a line {"element": ..., "data": ...}; the
// answer is a line [visible, enabled], or ["what was thrown"].
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

const CASES_PER_AJV = 500; // ajv keeps every schema that it compiled

const require = createRequire(resolve(process.argv[2], "package.json"));
const { createAjv, isEnabled, isVisible } = require("@jsonforms/core");

let ajv = createAjv();

function verdict({ element, data }) {
  try {
    return [isVisible(element, data, undefined, ajv), isEnabled(element, data, undefined, ajv)];
  } catch (error) {
    return [String(error)];
  }
}

let done = 0;
for await (const line of createInterface({ input: process.stdin })) {
  if (++done % CASES_PER_AJV === 0) ajv = createAjv();
  process.stdout.write(JSON.stringify(verdict(JSON.parse(line))) + "\n");
}
