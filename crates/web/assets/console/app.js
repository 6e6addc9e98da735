// @ts-check
// The console: sign-in, navigation, and the live feed that all views hear.

import { all, call, get } from "./api.js";
import { approvalsView } from "./approvals.js";
import { conversationsView } from "./conversations.js";
import { fill, h } from "./dom.js";
import { knowledgeView } from "./knowledge.js";
import { insightsView } from "./insights.js";
import { leadsView } from "./leads.js";
import { follow } from "./live.js";
import { mergesView } from "./merges.js";
import { quotesView } from "./quotes.js";
import { suggestionsView } from "./suggestions.js";
import { localized, switchLanguage, t } from "./texts.js";

/**
 * @typedef {{
 *   root: HTMLElement,
 *   refresh: () => void,
 *   hear: (event: import("./live.js").LiveEvent) => void,
 *   open?: () => void,
 * }} View
 */

const app = /** @type {HTMLElement} */ (document.getElementById("app"));
/** @type {() => void} */
let hangUp = () => {};

/** What the address names, so that it survives a reload: `#leads`, `#quotes`, `#approvals`, `#knowledge`, `#suggestions`, `#merges`, `#insights`, `#conversations` or `#conversations/cnv_…`. */
function place() {
  const [, view, id] = /^#(leads|quotes|approvals|knowledge|suggestions|merges|insights|conversations)(?:\/(cnv_\w+))?$/.exec(location.hash) ?? [];
  return { view: view ?? "conversations", id: id ?? null };
}

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

  /** Names by id: the people of the shop, and its industries. */
  const agents = new Map();
  const industries = new Map();
  /** @param {string | null} id */
  const go = (id) => {
    location.hash = id === null ? "conversations" : `conversations/${id}`;
  };
  const conversations = conversationsView({ me, agents, industries, fail, clear, go });
  const leads = leadsView({ fail, clear, show: (/** @type {string} */ contact) => showContact(contact) });
  const quotes = quotesView({ me, fail, clear, show: (/** @type {string} */ contact) => showContact(contact) });
  const approvals = approvalsView({ fail, clear, show: (/** @type {string} */ conversation) => go(conversation) });
  /** Publishing is for managers. */
  const manages = me.role === "manager" || me.role === "admin";
  const knowledge = manages ? knowledgeView({ fail, clear, show: (/** @type {string} */ conversation) => go(conversation) }) : null;
  const suggestions = suggestionsView({ me, fail, clear, show: (/** @type {string} */ conversation) => go(conversation) });
  const merges = mergesView({ fail, clear, show: (/** @type {string} */ contact) => showContact(contact) });
  const insights = insightsView({ fail, clear, show: (/** @type {string} */ conversation) => go(conversation) });
  /** The conversation to come back to from the other views. @type {string | null} */
  let last = null;
  const views = /** @type {Record<string, import("./app.js").View & {tab: HTMLElement}>} */ ({
    conversations: {
      ...conversations,
      tab: h("button", { type: "button", class: "tab", click: () => go(place().view === "conversations" ? null : last) }, t("conversations")),
    },
    leads: { ...leads, tab: h("button", { type: "button", class: "tab", click: () => (location.hash = "leads") }, t("leads")) },
    quotes: { ...quotes, tab: h("button", { type: "button", class: "tab", click: () => (location.hash = "quotes") }, t("quotes")) },
    approvals: {
      ...approvals,
      tab: h("button", { type: "button", class: "tab", click: () => (location.hash = "approvals") }, t("approvals")),
    },
    ...(knowledge && {
      knowledge: { ...knowledge, tab: h("button", { type: "button", class: "tab", click: () => (location.hash = "knowledge") }, t("knowledge")) },
    }),
    suggestions: {
      ...suggestions,
      tab: h("button", { type: "button", class: "tab", click: () => (location.hash = "suggestions") }, t("suggestions")),
    },
    merges: { ...merges, tab: h("button", { type: "button", class: "tab", click: () => (location.hash = "merges") }, t("merges")) },
    // Figures over everybody are for those who lead.
    ...(["manager", "admin"].includes(me.role) && {
      insights: { ...insights, tab: h("button", { type: "button", class: "tab", click: () => (location.hash = "insights") }, t("insights")) },
    }),
  });

  function show() {
    const { view: wanted, id } = place();
    const view = wanted in views ? wanted : "conversations";
    clear();
    // The others stay in the page, so that they keep their place.
    for (const [name, { root, tab }] of Object.entries(views)) {
      root.classList.toggle("away", view !== name);
      if (view === name) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    }
    if (view === "conversations") {
      last = id;
      conversations.open(id);
    } else {
      views[view]?.open?.();
    }
  }

  async function loadNames() {
    try {
      const [people, knowledge] = await Promise.all([all("/agents"), get("/knowledge")]);
      for (const agent of people) agents.set(agent.id, agent.name);
      for (const industry of knowledge.industries) industries.set(industry.id, localized(industry.name));
    } catch (error) {
      fail(error);
    }
  }

  /** @param {string} contact */
  async function showContact(contact) {
    try {
      const found = await get("/conversations", { contact, limit: "1" });
      go(found.items[0]?.id ?? null);
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
      h("nav", {}, Object.values(views).map(({ tab }) => tab)),
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
  const close = follow({
    event: (event) => {
      if (event.kind === "knowledge_published") loadNames();
      conversations.hear(event);
      leads.hear(event);
      quotes.hear(event);
      approvals.hear(event);
      knowledge?.hear(event);
      suggestions.hear(event);
    },
    reset: () => {
      for (const { refresh } of Object.values(views)) refresh();
    },
    // The feed does not say why: the session may have ended.
    refused: () => {
      get("/session").catch((/** @type {import("./api.js").Problem} */ { status }) => {
        if (status === 401) begin();
      });
    },
    state: (open) => {
      state.textContent = open ? `● ${t("live")}` : t("offline");
      state.classList.toggle("lost", !open);
    },
  });
  window.addEventListener("hashchange", show);
  hangUp = () => {
    close();
    window.removeEventListener("hashchange", show);
  };
  loadNames().then(() => {
    fill(stage, Object.values(views).map(({ root }) => root));
    for (const { refresh } of Object.values(views)) refresh();
    show();
  });
}

begin();
