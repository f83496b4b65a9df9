import "@kern-ux/native/dist/kern.min.css";
import "./look/fonts.css";
import "./look/tokens.css";
import "./look/base.css";
import "./look/controls.css";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { loadWords } from "./words/language";

loadWords();
createRoot(document.getElementById("root")!).render(<App />);
