import "@kern-ux/native/dist/kern.min.css";
import "./look/fonts.css";
import "./look/tokens.css";
import "./look/base.css";
import "./look/controls.css";
import "./shell/shell.css";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { loadWords } from "./words/language";

void loadWords().then(() => createRoot(document.getElementById("root")!).render(<App />));
