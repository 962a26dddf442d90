import { QueryClientProvider } from "@tanstack/solid-query";
import { render } from "solid-js/web";
import { makeQueryClient } from "./queries/client.ts";
import { AppRoutes } from "./routes.tsx";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/parts.css";
import "./styles/table.css";
import "./styles/pages.css";
import "./styles/people.css";
import "./styles/reach.css";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

const client = makeQueryClient();
// in a task of its own: the browser can paint and answer between reading the code and running it
setTimeout(() =>
  render(
    () => (
      <QueryClientProvider client={client}>
        <AppRoutes />
      </QueryClientProvider>
    ),
    root,
  ),
);
