// @ts-check
// The page behind the one-time set-up link.

import { call } from "./api.js";
import { fill, h } from "./dom.js";
import { switchLanguage, t } from "./texts.js";

const app = /** @type {HTMLElement} */ (document.getElementById("app"));
const code = new URLSearchParams(location.search).get("code") ?? "";
// The code leaves the address bar and the history at once.
history.replaceState(null, "", "/setup");

function show() {
  const problem = h("p", { class: "problem", role: "alert" });
  const name = h("input", { id: "name", name: "name", autocomplete: "name", required: true, maxlength: 100 });
  const form = h(
    "form",
    {
      submit: async (/** @type {Event} */ event) => {
        event.preventDefault();
        try {
          await call("POST", "/session/setup", { code, name: name.value });
          location.replace("/");
        } catch (error) {
          problem.textContent = /** @type {Error} */ (error).message;
        }
      },
    },
    h("h1", {}, `${t("product")} · ${t("set_up")}`),
    h("p", {}, t("set_up_hint")),
    h("label", { for: "name" }, t("your_name")),
    name,
    h("button", { class: "primary", type: "submit" }, t("start")),
    problem,
    h(
      "button",
      {
        class: "plain",
        type: "button",
        click: () => {
          switchLanguage();
          show();
        },
      },
      t("other_language"),
    ),
  );
  fill(app, h("main", { class: "card" }, form));
  name.focus();
}

show();
