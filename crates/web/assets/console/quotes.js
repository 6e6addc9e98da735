// @ts-check
// The quotes, where they stand, and what people do with them.

import { PAGE, call, get, shownOf } from "./api.js";
import { h, reconcile, settled } from "./dom.js";
import { named, t, when } from "./texts.js";

const STATUSES = ["draft", "waiting_approval", "sent", "accepted", "expired", "superseded", "rejected"];

/** @param {{minor: number, currency: string}} money */
function amount({ minor, currency }) {
  const style = /** @type {const} */ ("currency");
  const format = new Intl.NumberFormat(document.documentElement.lang, { style, currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(minor / 10 ** digits);
}

/**
 * @param {{me: {role: string}, fail: (error: unknown) => void, clear: () => void, show: (contact: string) => void}} context
 * @returns {import("./app.js").View}
 */
export function quotesView({ me, fail, clear, show }) {
  /** @type {any[]} */
  let items = [];
  /** @type {string | undefined} */
  let next;
  /** The quote whose reason is being written: nothing is drawn anew under the writer's hands. @type {string | null} */
  let writing = null;
  const decides = me.role === "manager" || me.role === "admin";

  const status = h(
    "select",
    { "aria-label": t("status"), change: () => refresh() },
    h("option", { value: "" }, t("all")),
    STATUSES.map((name) => h("option", { value: name }, named("quote", name))),
  );
  const list = h("ul", { class: "cards" });
  const empty = h("p", { class: "empty" });
  const more = h("button", { class: "plain", type: "button", hidden: true, click: () => load(next) }, t("more"));
  const root = h("section", { class: "leads", "aria-label": t("quotes") }, h("div", { class: "filters" }, status), list, empty, more);

  let asked = 0;

  /** @param {string} [after] */
  async function load(after) {
    asked += 1;
    const turn = asked;
    try {
      const limit = after === undefined ? shownOf(items) : PAGE;
      const page = await get("/quotes", { status: status.value, limit, after });
      if (turn !== asked) return;
      items = after === undefined ? page.items : [...items, ...page.items];
      next = page.next ?? undefined;
      draw();
    } catch (error) {
      fail(error);
    }
  }

  const refresh = () => {
    if (writing === null) load();
  };

  function draw() {
    more.hidden = next === undefined;
    empty.textContent = items.length === 0 ? t("no_quotes") : "";
    reconcile(list, items, (quote) => `${quote.id} ${quote.updated_at}`, card);
  }

  /** @param {any} quote */
  function card(quote) {
    const open = ["draft", "waiting_approval", "sent"].includes(quote.status);
    const lines = quote.lines.map((/** @type {any} */ line) => h("li", {}, `${line.name} ${line.product} × ${line.quantity} ${line.unit}`));
    const item = h(
      "li",
      { class: "lead" },
      h("div", { class: "row-head" }, h("b", {}, `${quote.number} · V${quote.version}`), h("span", { class: "badge" }, named("quote", quote.status))),
      h("p", { class: "summary" }, [quote.buyer.name, quote.buyer.contact].filter(Boolean).join(" · ") || t("nameless")),
      h("ul", { class: "signals" }, lines),
      h("p", {}, h("b", {}, amount(quote.total)), ` · ${t("valid_until")} ${quote.valid_until}`),
      h("p", { class: "note" }, [quote.sealed && t("sealed"), quote.reason, when(quote.updated_at)].filter(Boolean).join(" · ")),
      h(
        "p",
        { class: "signals" },
        h("a", { href: `/api/v1/quotes/${quote.id}/pdf`, download: "" }, "PDF"),
        h("a", { href: `/api/v1/quotes/${quote.id}/xlsx`, download: "" }, "Excel"),
        (quote.status === "sent" || quote.status === "accepted") && h("a", { href: quote.url, target: "_blank", rel: "noopener" }, t("buyers_page")),
        h("button", { type: "button", class: "plain", click: () => show(quote.contact_id) }, t("to_conversation")),
      ),
      h(
        "div",
        { class: "reason" },
        decides && open && !quote.sealed && act(quote, "approve", t("approve")),
        quote.status === "draft" && act(quote, "send", t("send_quote")),
        open && h("button", { type: "button", click: () => reject(quote, item) }, t("reject")),
      ),
    );
    return item;
  }

  /** @param {any} quote @param {string} verb @param {string} words */
  function act(quote, verb, words) {
    return h("button", { type: "button", class: "primary", click: () => change(quote, verb) }, words);
  }

  /** @param {any} quote @param {HTMLElement} item */
  function reject(quote, item) {
    item.querySelector("form")?.remove();
    writing = quote.id;
    const reason = h("input", { id: `reason-${quote.id}`, required: true, maxlength: 500 });
    const form = h(
      "form",
      {
        class: "reason",
        submit: (/** @type {Event} */ event) => {
          event.preventDefault();
          change(quote, "reject", { reason: reason.value.trim() });
        },
      },
      h("label", { for: `reason-${quote.id}` }, t("reject_reason")),
      reason,
      h("button", { class: "primary", type: "submit" }, t("reject")),
      h(
        "button",
        {
          class: "plain",
          type: "button",
          click: () => {
            writing = null;
            form.remove();
            refresh();
          },
        },
        t("cancel"),
      ),
    );
    item.append(form);
    reason.focus();
  }

  /** @param {any} quote @param {string} verb @param {object} [body] */
  async function change(quote, verb, body) {
    try {
      clear();
      const changed = await call("POST", `/quotes/${quote.id}/${verb}`, body);
      writing = null;
      items = items.map((known) => (known.id === quote.id ? changed : known));
      draw();
    } catch (error) {
      fail(error);
    }
  }

  const soon = settled(400, refresh);
  return {
    root,
    refresh,
    hear(event) {
      if (event.kind === "quote_changed") soon();
    },
  };
}
