import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { clientFromSource } from "./client.ts";

/** Beside each text its packed form, which the server sends as it is: packing once costs no server time. */
function packed(): Plugin {
  return {
    name: "packed",
    apply: "build",
    enforce: "post",
    writeBundle: ({ dir }, files) => {
      for (const name of Object.keys(files).filter((each) => /\.(html|css|js|json|svg|wasm|tflite)$/.test(each))) {
        const path = join(dir!, name);
        const [plain, small] = [readFileSync(path), gzipSync(readFileSync(path), { level: 9 })];
        if (small.length < plain.length) writeFileSync(`${path}.gz`, small);
      }
    },
  };
}

/** The words that react-aria brings in some thirty languages, cut down to those of the app. */
function ownLanguages(): Plugin {
  return {
    name: "own-languages",
    enforce: "pre",
    load: (id) => (/\/react-(aria|stately)[\w-]*\/.*\/[a-z]{2}-[A-Z]{2}\.m?js$/.test(id) && !/\/(de-DE|en-US)\.m?js$/.test(id) ? "export default {};" : undefined),
  };
}

// The server to talk to while developing; the built app always talks to the host it came from.
const server = process.env.RENNSTEIG_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react(), clientFromSource(), ownLanguages(), packed()],
  build: {
    target: "es2022",
    // An inlined file would be a data: URL, which the content security policy refuses for fonts.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    // The polyfill would be an inline script; every supported browser preloads modules itself.
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { chunkFileNames: ({ facadeModuleId }) => `assets/${/words\/(\w+\/(?:de|en))\.json$/.exec(facadeModuleId ?? "")?.[1]!.replace("/", "-") ?? "[name]"}-[hash].js` } },
  },
  server: {
    proxy: {
      "/api": { target: server, changeOrigin: true },
      "/rtc": { target: server, ws: true },
    },
  },
  test: { include: ["src/**/*.test.{ts,tsx}"], environment: "node" },
});
