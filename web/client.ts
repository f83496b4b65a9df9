import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import type { Plugin } from "vite";

const start = fileURLToPath(new URL("node_modules/livekit-client/src/index.ts", import.meta.url));
const source = /\/livekit-client\/src\/.*\.ts$/;
const nothing = "\0nothing";
/** Not here yet, and a part of its own: without it a call must not be encrypted end to end. */
const endToEnd = /\/livekit-client\/src\/e2ee\/E2eeManager\.ts$/;

/** As its maker compiles it: fields that a subclass only gives a type to must not be emptied. */
const compilerOptions: ts.CompilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, useDefineForClassFields: false };

/**
 * The media client from its sources, which are part of its package. What is built there is written for browsers that cannot
 * read the rest of this app: asynchronous functions as generators, and `webrtc-adapter`, which teaches old browsers what all
 * have that know ES2022.
 */
export function clientFromSource(): Plugin {
  return {
    name: "client-from-source",
    apply: "build",
    enforce: "pre",
    resolveId: (id) => (id === "livekit-client" ? start : id === "webrtc-adapter" ? nothing : undefined),
    load: {
      filter: { id: [source, /^\0nothing$/] },
      handler: (id) => {
        if (id === nothing) return { code: "export {};", moduleSideEffects: false };
        if (endToEnd.test(id)) return { code: `export class E2EEManager { constructor() { throw new Error("end-to-end encryption is not in this build"); } }`, moduleSideEffects: false };
        const code = ts.transpileModule(readFileSync(id, "utf8"), { fileName: id, compilerOptions, transformers: { before: [withoutChatter] } }).outputText;
        // Whatever nothing is taken from stays out; what is taken from is whole.
        return { code, moduleType: "js", moduleSideEffects: id === start };
      },
    },
  };
}

/** Without what it would write to the console below an error: `meeting/store.ts` switches that off, because it names people. */
const withoutChatter: ts.TransformerFactory<ts.SourceFile> = (context) => (file) => {
  const isChatter = (node: ts.Node) =>
    ts.isExpressionStatement(node) &&
    ts.isCallExpression(node.expression) &&
    ts.isPropertyAccessExpression(node.expression.expression) &&
    /^(trace|debug|info|warn)$/.test(node.expression.expression.name.text) &&
    /(^|\.)log(ger)?$/.test(node.expression.expression.expression.getText(file));
  const visit = (node: ts.Node): ts.Node => (isChatter(node) ? context.factory.createEmptyStatement() : ts.visitEachChild(node, visit, context));
  return ts.visitNode(file, visit, ts.isSourceFile);
};
