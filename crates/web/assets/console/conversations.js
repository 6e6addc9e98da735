// @ts-check
// The live list of conversations and the thread of the chosen one.

import { PAGE, all, call, freshId, get, shownOf } from "./api.js";
import { fill, h, reconcile, settled } from "./dom.js";
import { FollowUp } from "./followups.js";
import { Profile } from "./profile.js";
import { named, t, when } from "./texts.js";
import { trace } from "./trace.js";

const NEWEST = "200";

/**
 * @typedef {{
 *   me: {agent_id: string | null},
 *   agents: Map<string, string>,
 *   industries: Map<string, string>,
 *   fail: (error: unknown) => void,
 *   clear: () => void,
 *   go: (conversation: string | null) => void,
 * }} Context
 */

/** @param {any} conversation @param {Map<string, string>} agents */
function badge({ owner, status, assigned_to }, agents) {
  const ended = status !== "open";
  const person = owner === "person" ? agents.get(assigned_to) : undefined;
  const name = ended ? named("status", status) : (person ?? named("owner", owner));
  return h("span", { class: `badge ${ended ? "ended" : owner}` }, name);
}

/** Visitors without a name are told apart by the end of their id. @param {string | null} name @param {string} contact */
const caller = (name, contact) => name ?? `${t("nameless")} ${contact.slice(-4).toUpperCase()}`;

/**
 * @param {Context} context
 * @returns {import("./app.js").View & {open: (id: string | null) => void}}
 */
export function conversationsView(context) {
  const { agents, fail, clear, go } = context;
  /** @type {Thread | null} */
  let shown = null;
  /** @type {string | undefined} */
  let next;
  /** Null before the first answer. @type {any[] | null} */
  let items = null;
  /** What was written and not sent, by conversation. @type {Map<string, string>} */
  const unsent = new Map();

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
  const thread = h("section", { class: "thread", "aria-label": t("conversation") });
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

  const query = () => ({ owner: owner.value, status: openOnly.checked ? "open" : "" });
  let asked = 0;

  async function refreshList() {
    asked += 1;
    const turn = asked;
    try {
      // As many as are shown, so that what was asked for by "more" stays.
      const page = await get("/conversations", { ...query(), limit: shownOf(items) });
      if (turn !== asked) return;
      items = page.items;
      next = page.next ?? undefined;
      showList();
    } catch (error) {
      fail(error);
    }
  }

  async function loadMore() {
    try {
      const page = await get("/conversations", { ...query(), limit: PAGE, after: next });
      const known = items ?? [];
      items = [...known, ...page.items.filter((/** @type {any} */ item) => !known.some(({ id }) => id === item.id))];
      next = page.next ?? undefined;
      showList();
    } catch (error) {
      fail(error);
    }
  }

  function showList() {
    if (items === null) return;
    more.hidden = next === undefined;
    empty.hidden = items.length > 0;
    const why = owner.value !== "" ? "none_match" : openOnly.checked ? "none_open" : "none_yet";
    fill(empty, t(why), " ", owner.value === "" && h("a", { href: "/demo", target: "_blank" }, t("try_demo")));
    // A row is made anew whenever anything of it changes.
    const key = (/** @type {any} */ item) =>
      [item.id, item.owner, item.assigned_to, item.status, item.last_message?.id, name(item), item.id === shown?.id].join(" ");
    const focused = list.contains(document.activeElement)
      ? /** @type {HTMLElement} */ (document.activeElement).dataset.id
      : undefined;
    reconcile(list, items, key, row);
    if (focused !== undefined) list.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
  }

  /** @param {any} item */
  const name = (item) => caller(item.contact_name ?? item.company_name, item.contact_id);

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
          "aria-current": item.id === shown?.id ? "true" : null,
          click: () => go(item.id),
        },
        h("span", { class: "row-head" }, h("b", {}, name(item)), badge(item, agents)),
        h("span", { class: "row-text" }, last ? last.text : ""),
        h("time", { datetime: item.last_message_at }, when(item.last_message_at)),
      ),
    );
  }

  /** @param {string | null} id */
  function open(id) {
    if (shown !== null && shown.id === id) return;
    if (shown !== null) unsent.set(shown.id, shown.input.value);
    root.classList.toggle("reading", id !== null);
    if (id === null) {
      shown = null;
      fill(thread, h("p", { class: "empty" }, t("choose")));
    } else {
      clear();
      shown = new Thread(id, thread, context, unsent.get(id) ?? "");
      shown.refresh();
    }
    showList();
  }

  open(null);
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
      const profiled = event.kind === "profile_edited" && event.contact_id === shown?.contact;
      if (shown !== null && (profiled || event.conversation_id === shown.id)) shown.refreshSoon();
    },
  };
}

class Thread {
  /**
   * @param {string} id
   * @param {HTMLElement} root
   * @param {Context} context
   * @param {string} written an answer that was begun before
   */
  constructor(id, root, context, written) {
    this.id = id;
    this.context = context;
    this.fail = context.fail;
    this.clear = context.clear;
    this.asked = 0;
    /** @type {string | null} */
    this.contact = null;
    this.refreshSoon = settled(150, () => this.refresh());
    /** @type {{text: string, id: string} | null} */
    this.unsent = null;

    this.head = h("div", { class: "thread-head" });
    this.handoff = h("p", { class: "handoff", hidden: true });
    this.log = h("ol", { class: "log", role: "log", "aria-live": "polite", "aria-label": t("conversation"), tabindex: 0 });
    this.followUp = new FollowUp(id, context);
    this.profile = new Profile(context, (message) => this.point(message));
    // Where there is room what is known stands open beside the talk; on a small screen the talk comes first.
    const open = matchMedia("(min-width: 901px)").matches;
    this.side = h("aside", { class: "profile" }, h("details", { open }, h("summary", {}, t("profile")), this.profile.root));
    this.input = h("textarea", {
      id: "answer",
      rows: 2,
      maxlength: 8000,
      keydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.answer();
      },
    });
    this.input.value = written;
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
      h("div", { class: "actions" }, h("small", {}, t("answer_hint"), h("span", { class: "keys" }, " ", t("answer_keys"))), this.button),
    );
    this.back = h("button", { class: "plain back", type: "button", click: () => context.go(null) }, t("back"));
    const talk = h("div", { class: "talk" }, this.handoff, this.followUp.root, this.log, this.form);
    fill(root, this.head, h("div", { class: "thread-body" }, talk, this.side));
  }

  async refresh() {
    this.asked += 1;
    const turn = this.asked;
    try {
      const path = `/conversations/${this.id}`;
      const [conversation, messages, turns, followUps] = await Promise.all([
        get(path),
        get(`${path}/messages`, { order: "newest_first", limit: NEWEST }),
        all(`${path}/turns`),
        get(`${path}/follow-ups`),
      ]);
      const contact = await get(`/contacts/${conversation.contact_id}`);
      // An answer that a newer question has overtaken is dropped.
      if (!this.head.isConnected || turn !== this.asked) return;
      this.showHead(conversation, contact);
      this.showMessages(messages.items.reverse(), turns);
      this.followUp.show(followUps.next);
      this.contact = contact.id;
      this.profile.show(contact);
    } catch (error) {
      this.fail(error);
    }
  }

  /** @param {any} conversation @param {any} contact */
  showHead(conversation, contact) {
    const { me, agents } = this.context;
    const open = conversation.status === "open";
    const anothers = conversation.owner === "person" && conversation.assigned_to !== me.agent_id;
    /** @param {"take_over" | "assign_to_me" | "give_back" | "resolve"} key @param {string} verb @param {object} [body] */
    const action = (key, verb, body) => h("button", { type: "button", click: () => this.change(verb, body) }, t(key));
    /** @param {string} key */
    const said = (key) => contact.profile.facts.find((/** @type {any} */ fact) => fact.key === key)?.value;
    const name = contact.name ?? said("person") ?? contact.company_name ?? said("company") ?? null;
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.textContent;
    const hadFocus = this.head.contains(document.activeElement);
    fill(
      this.head,
      this.back,
      h("h2", {}, caller(name, contact.id)),
      badge(conversation, agents),
      h(
        "span",
        { class: "buttons" },
        open && conversation.owner !== "person" && action("take_over", "take-over"),
        open && anothers && action("assign_to_me", "assign", { agent_id: me.agent_id }),
        open && conversation.owner !== "assistant" && action("give_back", "return-to-assistant"),
        open && action("resolve", "resolve"),
      ),
    );
    if (hadFocus) [...this.head.querySelectorAll("button")].find((button) => button.textContent === focused)?.focus();
    const handoff = open ? conversation.handoff : null;
    this.handoff.hidden = handoff === null;
    this.handoff.textContent = handoff && (handoff.summary || named("reason", handoff.reason));
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
      h("span", { class: "who" }, this.author(message), " · ", h("time", { datetime: message.at }, when(message.at))),
      h("span", { class: "bubble" }, message.text),
      message.attachments.map((/** @type {any} */ attachment) =>
        h("span", { class: "attachment" }, `[${named("kind", attachment.kind)}] ${attachment.name ?? attachment.url}`),
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

  /** @param {any} message */
  author(message) {
    return (message.agent_id !== null && this.context.agents.get(message.agent_id)) || t(message.author);
  }

  /** Shows the message that something came from. @param {string} id */
  point(id) {
    const message = this.log.querySelector(`#${CSS.escape(id)}`);
    if (!message) {
      this.fail(new Error(t("elsewhere")));
      return;
    }
    message.scrollIntoView({ block: "center" });
    message.focus();
    message.classList.add("pointed");
    setTimeout(() => message.classList.remove("pointed"), 2_000);
  }

  /** @param {string} verb @param {object} [body] */
  async change(verb, body) {
    try {
      this.clear();
      await call("POST", `/conversations/${this.id}/${verb}`, body);
      await this.refresh();
      if (verb === "take-over" || verb === "assign") this.input.focus();
    } catch (error) {
      this.fail(error);
    }
  }

  async answer() {
    /** @type {string} */
    const text = this.input.value.trim();
    if (text === "" || this.button.disabled) return;
    this.button.disabled = true;
    // The same text tried again keeps its id, so that a doubtful send is not sent twice.
    const answer = this.unsent?.text === text ? this.unsent : { text, id: freshId() };
    this.unsent = answer;
    try {
      this.clear();
      await call("POST", `/conversations/${this.id}/messages`, { text, client_id: answer.id });
      this.unsent = null;
      if (this.input.value.trim() === text) this.input.value = "";
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
