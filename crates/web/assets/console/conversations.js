// @ts-check
// The live list of conversations and the thread of the chosen one.

import { all, call, freshId, get } from "./api.js";
import { fill, h, reconcile, settled } from "./dom.js";
import { named, t, when } from "./texts.js";
import { profile, trace } from "./trace.js";

const NEWEST = "200";

/** @param {{owner: string, status: string}} conversation */
function badge(conversation) {
  const ended = conversation.status !== "open";
  const name = ended ? named("status", conversation.status) : named("owner", conversation.owner);
  return h("span", { class: `badge ${ended ? "ended" : conversation.owner}` }, name);
}

/**
 * @param {{me: {agent_id: string | null}, fail: (error: unknown) => void, clear: () => void}} context
 * @returns {import("./app.js").View}
 */
export function conversationsView({ fail, clear }) {
  /** @type {string | null} */
  let chosen = null;
  /** @type {string | undefined} */
  let next;
  /** @type {any[]} */
  let items = [];

  const owner = h(
    "select",
    { "aria-label": t("conversations"), change: () => refreshList() },
    h("option", { value: "" }, t("all")),
    ["waiting", "person", "assistant"].map((name) => h("option", { value: name }, named("owner", name))),
  );
  const openOnly = h("input", { type: "checkbox", id: "open-only", checked: true, change: () => refreshList() });
  const list = h("ul", { class: "list" });
  const empty = h("p", { class: "empty" });
  const more = h("button", { class: "plain", type: "button", hidden: true, click: () => loadMore() }, t("more"));
  const thread = h("section", { class: "thread", "aria-label": t("conversations") }, h("p", { class: "empty" }, t("choose")));
  const root = h(
    "div",
    { class: "split" },
    h(
      "section",
      { class: "side", "aria-label": t("conversations") },
      h("div", { class: "filters" }, owner, h("label", { for: "open-only" }, openOnly, ` ${t("open_only")}`)),
      list,
      empty,
      more,
    ),
    thread,
  );

  const query = () => ({ owner: owner.value, status: openOnly.checked ? "open" : "", limit: "50" });

  async function refreshList() {
    try {
      const page = await get("/conversations", query());
      items = page.items;
      next = page.next ?? undefined;
      showList();
    } catch (error) {
      fail(error);
    }
  }

  async function loadMore() {
    try {
      const page = await get("/conversations", { ...query(), after: next });
      items = [...items, ...page.items.filter((/** @type {any} */ item) => !items.some((known) => known.id === item.id))];
      next = page.next ?? undefined;
      showList();
    } catch (error) {
      fail(error);
    }
  }

  function showList() {
    more.hidden = next === undefined;
    empty.textContent = items.length === 0 ? t("none_yet") : "";
    // A row is made anew whenever anything of it changes.
    const key = (/** @type {any} */ item) =>
      [item.id, item.owner, item.status, item.last_message?.id, item.contact_name, item.id === chosen].join(" ");
    const focused = list.contains(document.activeElement)
      ? /** @type {HTMLElement} */ (document.activeElement).dataset.id
      : undefined;
    reconcile(list, items, key, row);
    if (focused !== undefined) list.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
  }

  /** @param {any} item */
  function row(item) {
    const last = item.last_message;
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: "row",
          "data-id": item.id,
          "aria-current": item.id === chosen ? "true" : null,
          click: () => open(item.id),
        },
        h("span", { class: "row-head" }, h("b", {}, item.contact_name ?? item.company_name ?? t("nameless")), badge(item)),
        h("span", { class: "row-text" }, last ? last.text : ""),
        h("time", { datetime: item.last_message_at }, when(item.last_message_at)),
      ),
    );
  }

  /** @type {Thread | null} */
  let shown = null;

  /** @param {string} id */
  function open(id) {
    clear();
    chosen = id;
    shown = new Thread(id, thread, fail, clear, () => {
      root.classList.remove("reading");
      chosen = null;
      showList();
    });
    root.classList.add("reading");
    showList();
    shown.refresh();
  }

  const soon = settled(250, refreshList);
  return {
    root,
    open,
    refresh() {
      refreshList();
      shown?.refresh();
    },
    hear(event) {
      soon();
      if (shown !== null && event.conversation_id === shown.id) shown.refreshSoon();
    },
  };
}

class Thread {
  /**
   * @param {string} id
   * @param {HTMLElement} root
   * @param {(error: unknown) => void} fail
   * @param {() => void} clear
   * @param {() => void} back
   */
  constructor(id, root, fail, clear, back) {
    this.id = id;
    this.fail = fail;
    this.clear = clear;
    this.refreshSoon = settled(150, () => this.refresh());
    /** @type {{text: string, id: string} | null} */
    this.unsent = null;

    this.head = h("div", { class: "thread-head" });
    this.log = h("ol", { class: "log", role: "log", "aria-live": "polite" });
    this.side = h("aside", { class: "profile", "aria-label": t("profile") });
    this.input = h("textarea", {
      id: "answer",
      rows: 3,
      maxlength: 8000,
      keydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.answer();
      },
    });
    this.button = h("button", { class: "primary", type: "submit" }, t("send"));
    this.form = h(
      "form",
      {
        class: "answer",
        submit: (/** @type {Event} */ event) => {
          event.preventDefault();
          this.answer();
        },
      },
      h("label", { for: "answer" }, t("answer")),
      this.input,
      h("div", { class: "actions" }, h("small", {}, t("answer_hint")), this.button),
    );
    this.back = h("button", { class: "plain back", type: "button", click: back }, t("back"));
    fill(root, this.head, h("div", { class: "thread-body" }, h("div", { class: "talk" }, this.log, this.form), this.side));
  }

  async refresh() {
    try {
      const path = `/conversations/${this.id}`;
      const [conversation, messages, turns] = await Promise.all([
        get(path),
        get(`${path}/messages`, { order: "newest_first", limit: NEWEST }),
        all(`${path}/turns`),
      ]);
      const contact = await get(`/contacts/${conversation.contact_id}`);
      if (!this.head.isConnected) return;
      this.showHead(conversation, contact);
      this.showMessages(messages.items.reverse(), turns);
      fill(this.side, profile(contact, (message) => this.point(message)));
    } catch (error) {
      this.fail(error);
    }
  }

  /** @param {any} conversation @param {any} contact */
  showHead(conversation, contact) {
    const open = conversation.status === "open";
    /** @param {"take_over" | "give_back" | "resolve"} key @param {string} verb */
    const action = (key, verb) => h("button", { type: "button", click: () => this.change(verb) }, t(key));
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.textContent;
    const hadFocus = this.head.contains(document.activeElement);
    fill(
      this.head,
      this.back,
      h("h2", {}, contact.name ?? contact.company_name ?? t("nameless")),
      badge(conversation),
      conversation.handoff && h("span", { class: "handoff", title: conversation.handoff.summary }, conversation.handoff.reason),
      h(
        "span",
        { class: "buttons" },
        open && conversation.owner !== "person" && action("take_over", "take-over"),
        open && conversation.owner !== "assistant" && action("give_back", "return-to-assistant"),
        open && action("resolve", "resolve"),
      ),
    );
    if (hadFocus) [...this.head.querySelectorAll("button")].find((button) => button.textContent === focused)?.focus();
    this.form.hidden = !open;
  }

  /** @param {any[]} messages @param {any[]} turns */
  showMessages(messages, turns) {
    const byId = new Map(turns.map((turn) => [turn.id, turn]));
    const atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
    // A turn's trace stands below the last message that belongs to it.
    const last = new Map();
    for (const message of messages) if (message.turn_id !== null) last.set(message.turn_id, message.id);
    /** @type {{key: string, make: () => HTMLElement}[]} */
    const rows = [];
    for (const message of messages) {
      rows.push({ key: `${message.id} ${message.draft}`, make: () => this.message(message) });
      const turn = last.get(message.turn_id) === message.id ? byId.get(message.turn_id) : undefined;
      if (turn) rows.push({ key: turn.id, make: () => h("li", { class: "trace" }, trace(turn, (id) => this.point(id))) });
    }
    reconcile(this.log, rows, (row) => row.key, (row) => row.make());
    if (atEnd) this.log.scrollTop = this.log.scrollHeight;
  }

  /** @param {any} message */
  message(message) {
    return h(
      "li",
      { class: `message ${message.author}${message.draft ? " draft" : ""}`, id: message.id, tabindex: -1 },
      h("span", { class: "who" }, t(message.author), " · ", h("time", { datetime: message.at }, when(message.at))),
      h("span", { class: "bubble" }, message.text),
      message.attachments.map((/** @type {any} */ attachment) =>
        h("span", { class: "attachment" }, `[${attachment.kind}] ${attachment.name ?? attachment.url}`),
      ),
      message.draft &&
        h(
          "span",
          { class: "note" },
          t("draft"),
          " ",
          h(
            "button",
            {
              type: "button",
              class: "plain",
              click: () => {
                this.input.value = message.text;
                this.input.focus();
              },
            },
            t("use_draft"),
          ),
        ),
    );
  }

  /** Shows the message that something came from. @param {string} id */
  point(id) {
    const message = this.log.querySelector(`#${CSS.escape(id)}`);
    if (!message) return;
    message.scrollIntoView({ block: "center" });
    message.focus();
    message.classList.add("pointed");
    setTimeout(() => message.classList.remove("pointed"), 2_000);
  }

  /** @param {string} verb */
  async change(verb) {
    try {
      this.clear();
      await call("POST", `/conversations/${this.id}/${verb}`);
      await this.refresh();
    } catch (error) {
      this.fail(error);
    }
  }

  async answer() {
    const text = this.input.value.trim();
    if (text === "" || this.button.disabled) return;
    this.button.disabled = true;
    // The same text tried again keeps its id, so that a doubtful send is not sent twice.
    if (this.unsent?.text !== text) this.unsent = { text, id: freshId() };
    try {
      this.clear();
      await call("POST", `/conversations/${this.id}/messages`, { text, client_id: this.unsent.id });
      this.unsent = null;
      this.input.value = "";
      await this.refresh();
      this.log.scrollTop = this.log.scrollHeight;
    } catch (error) {
      this.fail(error);
    } finally {
      this.button.disabled = false;
      this.input.focus();
    }
  }
}
