import { defineConfig } from "vite";
import solid from "vite-plugin-solid";

/** The Worker of `npm start`: in development its API answers behind the same origin as the app. */
const WORKER = "http://localhost:8787";

export default defineConfig({
  plugins: [solid()],
  build: { outDir: "dist", emptyOutDir: true, target: "es2022", assetsInlineLimit: 0 },
  server: {
    proxy: {
      "/api": { target: WORKER, ws: true },
      "/docs": { target: WORKER },
      "/openapi.json": { target: WORKER },
    },
  },
});
