// @ts-check
// The quotes, where they stand, and what people do with them.

import { call } from "./api.js";
import { cards } from "./cards.js";
import { h } from "./dom.js";
import { named, t, when } from "./texts.js";

const STATUSES = ["draft", "waiting_approval", "sent", "accepted", "expired", "superseded", "rejected"];

/** @param {{minor: number, currency: string}} money */
function amount({ minor, currency }) {
  const style = /** @type {const} */ ("currency");
  const format = new Intl.NumberFormat(document.documentElement.lang, { style, currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(minor / 10 ** digits);
}

/** The Incoterm with its place. @param {any} quote */
function terms({ incoterm, incoterm_place, destination }) {
  return incoterm && [incoterm, incoterm_place ?? destination].filter(Boolean).join(" ");
}

/**
 * @param {{me: {role: string}, fail: (error: unknown) => void, clear: () => void, show: (contact: string) => void}} context
 * @returns {import("./app.js").View}
 */
export function quotesView({ me, fail, clear, show }) {
  const decides = me.role === "manager" || me.role === "admin";
  const list = cards({
    name: "quotes",
    kind: "quote",
    statuses: STATUSES,
    event: "quote_changed",
    key: (quote) => `${quote.id} ${quote.updated_at}`,
    card,
    fail,
  });

  /** @param {any} quote */
  function card(quote) {
    const open = ["draft", "waiting_approval", "sent"].includes(quote.status);
    const lines = quote.lines.map((/** @type {any} */ line) => h("li", {}, `${line.name} ${line.product} × ${line.quantity} ${line.unit}`));
    const charges = quote.charges.map((/** @type {any} */ charge) => h("li", {}, `${charge.name} ${amount(charge.total)}`));
    const item = h(
      "li",
      { class: "lead" },
      h("div", { class: "row-head" }, h("b", {}, quote.version > 1 ? `${quote.number}-V${quote.version}` : quote.number), badge(quote)),
      h("p", { class: "summary" }, [quote.buyer.name, quote.buyer.contact].filter(Boolean).join(" · ") || t("nameless")),
      h("ul", { class: "signals" }, lines, charges),
      h("p", {}, h("b", {}, amount(quote.total)), ` · ${[terms(quote), `${t("valid_until")} ${quote.valid_until}`].filter(Boolean).join(" · ")}`),
      h("p", { class: "note" }, [quote.sealed && t("sealed"), quote.reason, when(quote.updated_at)].filter(Boolean).join(" · ")),
      h(
        "p",
        { class: "links" },
        h("a", { href: `/api/v1/quotes/${quote.id}/pdf`, download: "" }, "PDF"),
        h("a", { href: `/api/v1/quotes/${quote.id}/xlsx`, download: "" }, "Excel"),
        (quote.status === "sent" || quote.status === "accepted") && h("a", { href: quote.url, target: "_blank", rel: "noopener" }, t("buyers_page")),
        h("button", { type: "button", class: "plain", click: () => show(quote.contact_id) }, t("to_conversation")),
      ),
      h(
        "div",
        { class: "reason" },
        decides && open && !quote.sealed && act(quote, "approve", t("approve_quote")),
        quote.status === "draft" && act(quote, "send", t("send_quote")),
        open && h("button", { type: "button", click: () => reject(quote, item) }, t("withdraw_quote")),
      ),
    );
    return item;
  }

  /** @param {any} quote */
  function badge({ status }) {
    const tone = status === "waiting_approval" ? "pending" : ["expired", "superseded", "rejected"].includes(status) ? "closed" : "";
    return h("span", { class: `badge ${tone}`.trim() }, named("quote", status));
  }

  /** @param {any} quote @param {string} verb @param {string} words */
  function act(quote, verb, words) {
    return h("button", { type: "button", class: "primary", click: () => change(quote, verb) }, words);
  }

  /** @param {any} quote @param {HTMLElement} item */
  function reject(quote, item) {
    const send = (/** @type {string} */ reason) => change(quote, "reject", { reason });
    list.ask({ item: quote, card: item, label: t("reject_reason"), verb: t("withdraw_quote"), send });
  }

  /** @param {any} quote @param {string} verb @param {object} [body] */
  async function change(quote, verb, body) {
    try {
      clear();
      list.changed(await call("POST", `/quotes/${quote.id}/${verb}`, body));
    } catch (error) {
      fail(error);
    }
  }

  return list.view;
}
