// @ts-check
// The console: sign-in, navigation, and the live feed that both views hear.

import { call, get } from "./api.js";
import { conversationsView } from "./conversations.js";
import { fill, h } from "./dom.js";
import { leadsView } from "./leads.js";
import { follow } from "./live.js";
import { switchLanguage, t } from "./texts.js";

/**
 * @typedef {{
 *   root: HTMLElement,
 *   refresh: () => void,
 *   hear: (event: import("./live.js").LiveEvent) => void,
 *   open?: (id: string) => void,
 * }} View
 */

const app = /** @type {HTMLElement} */ (document.getElementById("app"));
/** @type {() => void} */
let hangUp = () => {};

async function begin() {
  hangUp();
  try {
    showConsole(await get("/session"));
  } catch (error) {
    const problem = /** @type {import("./api.js").Problem} */ (error);
    signIn(problem.status === 401 ? "" : problem.message);
  }
}

/** @param {string} message */
function signIn(message) {
  const problem = h("p", { class: "problem", role: "alert" }, message);
  const token = h("input", { id: "token", type: "password", autocomplete: "off", required: true, maxlength: 512 });
  const form = h(
    "form",
    {
      submit: async (/** @type {Event} */ event) => {
        event.preventDefault();
        try {
          await call("POST", "/session", { token: token.value.trim() });
          begin();
        } catch (error) {
          problem.textContent = /** @type {Error} */ (error).message;
        }
      },
    },
    h("h1", {}, `${t("product")} · ${t("sign_in")}`),
    h("p", {}, t("sign_in_hint")),
    h("label", { for: "token" }, t("token")),
    token,
    h("button", { class: "primary", type: "submit" }, t("sign_in")),
    problem,
    languageButton(() => signIn("")),
    h("a", { href: "/demo" }, t("demo")),
  );
  fill(app, h("main", { class: "card" }, form));
  token.focus();
}

/** @param {() => void} then */
function languageButton(then) {
  const change = () => {
    switchLanguage();
    then();
  };
  return h("button", { class: "plain", type: "button", click: change }, t("other_language"));
}

/** @param {{name: string, role: string, agent_id: string | null}} me */
function showConsole(me) {
  const problem = h("p", { class: "problem banner", role: "alert" });
  const state = h("span", { class: "live", role: "status" });
  const stage = h("main", { class: "stage" });

  /** @param {unknown} error */
  const fail = (error) => {
    const { status, message } = /** @type {import("./api.js").Problem} */ (error);
    if (status === 401) begin();
    else problem.textContent = message;
  };
  const clear = () => problem.replaceChildren();

  /** @type {{conversations: View, leads: View}} */
  const views = {
    conversations: conversationsView({ me, fail, clear }),
    leads: leadsView({ fail, clear, show: (/** @type {string} */ contact) => showContact(contact) }),
  };
  const tabs = /** @type {const} */ (["conversations", "leads"]).map((name) =>
    h("button", { type: "button", class: "tab", "data-view": name, click: () => show(name) }, t(name)),
  );

  /** @param {"conversations" | "leads"} name */
  function show(name) {
    for (const tab of tabs) {
      if (tab.dataset.view === name) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    }
    clear();
    fill(stage, views[name].root);
    views[name].refresh();
  }

  /** @param {string} contact */
  async function showContact(contact) {
    try {
      const found = await get("/conversations", { contact, limit: "1" });
      show("conversations");
      if (found.items[0]) views.conversations.open?.(found.items[0].id);
    } catch (error) {
      fail(error);
    }
  }

  async function signOut() {
    await call("DELETE", "/session").catch(() => {});
    begin();
  }

  fill(
    app,
    h(
      "header",
      { class: "bar" },
      h("strong", {}, t("product")),
      h("nav", {}, tabs),
      state,
      h("span", { class: "me" }, me.name),
      languageButton(() => {
        hangUp();
        showConsole(me);
      }),
      h("button", { class: "plain", type: "button", click: signOut }, t("sign_out")),
    ),
    problem,
    stage,
  );
  hangUp = follow({
    event: (event) => {
      views.conversations.hear(event);
      views.leads.hear(event);
    },
    reset: () => {
      views.conversations.refresh();
      views.leads.refresh();
    },
    state: (open) => {
      state.textContent = open ? `● ${t("live")}` : t("offline");
      state.classList.toggle("lost", !open);
    },
  });
  show("conversations");
}

begin();
