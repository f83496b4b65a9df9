import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The server to talk to while developing; the built app always talks to the host it came from.
const server = process.env.RENNSTEIG_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2022",
    // An inlined file would be a data: URL, which the content security policy refuses for fonts.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    // The polyfill would be an inline script; every supported browser preloads modules itself.
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      "/api": { target: server, changeOrigin: true },
      "/rtc": { target: server, ws: true },
    },
  },
  test: { include: ["src/**/*.test.{ts,tsx}"], environment: "node" },
});
